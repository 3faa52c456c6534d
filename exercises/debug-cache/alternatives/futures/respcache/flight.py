"""Loads that are under way, so that others can wait for their outcome."""

from concurrent.futures import Future

from respcache.keys import CacheKey
from respcache.messages import Response


class FlightBoard:
    """The loads under way, by key. Whoever uses the board holds a lock."""

    def __init__(self) -> None:
        self._futures: dict[CacheKey, Future[Response]] = {}

    def join(self, key: CacheKey) -> tuple[Future[Response], bool]:
        """Return the future of a key's load, and whether the caller must load."""
        future = self._futures.get(key)
        if future is not None:
            return future, False
        future = self._futures[key] = Future()
        return future, True

    def leave(self, key: CacheKey) -> None:
        """Forget a load, however it ended."""
        del self._futures[key]
