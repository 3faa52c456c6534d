"""Where limiters get the time from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the seconds since the same moment on all hosts."""

    def now(self) -> float:
        """Return the seconds since that moment."""


class SystemClock:
    """The time of day, which the hosts agree on, more or less."""

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
        self._now += seconds
