"""Loads that are under way, so that others can wait for their outcome."""

import threading
import time

from respcache.keys import CacheKey
from respcache.messages import Response


class Flight:
    """One load under way: it lands with an answer or crashes with an error."""

    def __init__(self, key: CacheKey) -> None:
        self.key = key
        self._over = threading.Event()
        self._response: Response | None = None
        self._error: BaseException | None = None
        self._crashed_at: float | None = None

    def land(self, response: Response) -> None:
        """Give the answer to everybody who waits."""
        self._response = response
        self._over.set()

    def crash(self, error: BaseException) -> None:
        """Give the error to everybody who waits."""
        self._error = error
        self._crashed_at = time.monotonic()
        self._over.set()

    @property
    def stale(self) -> bool:
        """Tell whether the load failed so long ago that another try is due."""
        return self._crashed_at is not None and time.monotonic() > self._crashed_at + 5

    def outcome(self) -> Response:
        """Wait for the end of the load; return its answer or raise its error."""
        self._over.wait()
        if self._error is not None:
            raise self._error
        assert self._response is not None
        return self._response


class FlightBoard:
    """The flights under way, by key. Whoever uses the board holds a lock."""

    def __init__(self) -> None:
        self._flights: dict[CacheKey, Flight] = {}

    def find(self, key: CacheKey) -> Flight | None:
        """Return the flight that is under way for a key, if there is one."""
        flight = self._flights.get(key)
        return None if flight is not None and flight.stale else flight

    def depart(self, key: CacheKey) -> Flight:
        """Announce a load for a key."""
        flight = self._flights[key] = Flight(key)
        return flight

    def land(self, flight: Flight, response: Response) -> None:
        """End a flight with an answer."""
        self._flights.pop(flight.key, None)
        flight.land(response)

    def crash(self, flight: Flight, error: BaseException) -> None:
        """End a flight with an error."""
        flight.crash(error)
