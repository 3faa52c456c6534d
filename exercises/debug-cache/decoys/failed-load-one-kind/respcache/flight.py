"""Loads that are under way, so that others can wait for their outcome."""

import threading

from respcache.keys import CacheKey
from respcache.messages import Response


class Flight:
    """One load under way: it lands with an answer or crashes with an error."""

    def __init__(self, key: CacheKey) -> None:
        self.key = key
        self._over = threading.Event()
        self._response: Response | None = None
        self._error: BaseException | None = None

    def land(self, response: Response) -> None:
        """Give the answer to everybody who waits."""
        self._response = response
        self._over.set()

    def crash(self, error: BaseException) -> None:
        """Give the error to everybody who waits."""
        self._error = error
        self._over.set()

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
        return self._flights.get(key)

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
        if isinstance(error, OSError):  # the provider's time-outs among them
            self._flights.pop(flight.key, None)
        flight.crash(error)
