"""Where synchronous code gets the time from, and how it lets time pass."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds, never runs backwards, and can be slept by."""

    def now(self) -> float:
        """Return the seconds since some fixed moment."""

    def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class ManualClock:
    """A clock for tests, on which time passes only when somebody sleeps."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self.naps: list[float] = []
        """Each sleep so far, in order."""

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let that many seconds pass without a sleep."""
        if seconds < 0:
            raise ValueError("a clock cannot run backwards")
        self._now += seconds
