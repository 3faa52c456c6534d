"""Where the gate gets the time from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the seconds since 1970, in UTC.

    These are wall clocks. Somebody may set them, so they can jump, and run backwards.
    """

    def now(self) -> float:
        """Return the seconds since 1970."""


class SystemClock:
    """The machine's wall clock."""

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
            raise ValueError("to go back in time, set the clock")
        self._now += seconds

    def set(self, now: float) -> None:
        """Set the clock, forwards or backwards."""
        self._now = now
