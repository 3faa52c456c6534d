"""Where the time comes from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time. It may be set, and so it may run backwards."""

    def now(self) -> float:
        """Return the seconds since 1970."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()


class ManualClock:
    """A clock that stands still until it is set, for tests."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def set(self, moment: float) -> None:
        """Make it that moment, be it later or earlier."""
        self._now = moment

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._now += seconds
