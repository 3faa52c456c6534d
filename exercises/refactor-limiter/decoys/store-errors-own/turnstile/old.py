"""What the three old classes share: they say yes when a store fails."""

from typing import ClassVar

from turnstile.clock import Clock
from turnstile.errors import LimiterError
from turnstile.limiter import Limiter
from turnstile.rules import Rule
from turnstile.stores import Store, store_for


class OldLimiter:
    """A limiter that is told everything at once. New code takes a `Limiter`.

    `backend` is "memory", or "shared" with a `client`. `failures` counts how often
    the store failed, or had what could not be read.
    """

    algorithm: ClassVar[str]

    def __init__(
        self,
        limit: int,
        period: float,
        name: str = "default",
        backend: str = "memory",
        client: Store | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.limit = limit
        rule = Rule(name, self.algorithm, limit, period)
        self._limiter = Limiter(rule, store_for(backend, client), clock)
        self.failures = 0

    def allow(self, who: str, cost: int = 1, dry: bool = False) -> bool:
        """Return whether a call may go on, and charge it if so, unless `dry`."""
        ask = self._limiter.peek if dry else self._limiter.check
        try:
            return ask(who, cost).allowed
        except LimiterError:
            self.failures += 1
            return True

    def remaining(self, who: str) -> int:
        """Return what a caller has left, in whole numbers."""
        try:
            # A call that asks for too much takes nothing from what is left.
            return self._limiter.peek(who, self.limit + 1).remaining
        except LimiterError:
            self.failures += 1
            return self.limit

    def retry_after(self, who: str, cost: int = 1) -> float | None:
        """Return in how many seconds a call would pass; None if it never will."""
        if cost > self.limit:
            return None
        try:
            return self._limiter.peek(who, cost).retry_after
        except LimiterError:
            self.failures += 1
            return 0.0

    def reset(self, who: str) -> None:
        """Forget a caller."""
        try:
            self._limiter.reset(who)
        except LimiterError:
            self.failures += 1
