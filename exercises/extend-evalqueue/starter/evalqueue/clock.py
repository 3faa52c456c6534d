"""Where the queue gets the time from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time in seconds and never runs backwards."""

    def now(self) -> float:
        """Return the seconds since some moment that outlives the process."""


class SystemClock:
    """The time of day, in seconds since 1970.

    Not a monotonic clock: what the journal says about time has to mean something to
    the process that reads it after a restart.
    """

    def now(self) -> float:
        return time.time()


class ManualClock:
    """A clock that stands still until it is told to move, for tests."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let that many seconds pass."""
        if seconds < 0:
            raise ValueError("a clock cannot run backwards")
        self._now += seconds
