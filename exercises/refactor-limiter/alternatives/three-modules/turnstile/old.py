"""The old way in: a mixin that keeps the three classes as they were."""

from turnstile.decisions import LimiterError
from turnstile.limiter import Limiter, MemoryStore
from turnstile.rules import Rule


class FailsOpen:
    """Says yes where a limiter says nothing. The class has the `algorithm`'s name."""

    def __init__(
        self, limit, period, name="default", backend="memory", client=None, clock=None
    ):
        stores = {"memory": MemoryStore(), "shared": client}
        if backend not in stores:
            raise ValueError(f"unknown backend: {backend}")
        self.limit = limit
        self.failures = 0
        rule = Rule(name, self.algorithm, limit, period)
        self._limiter = Limiter(rule, stores[backend], clock)

    def _decision(self, who, cost, charge=False):
        try:
            if charge:
                return self._limiter.check(who, cost)
            return self._limiter.peek(who, cost)
        except LimiterError:
            self.failures += 1
            return None

    def allow(self, who, cost=1, dry=False):
        """Return whether a call may go on, and charge it if so, unless `dry`."""
        decision = self._decision(who, cost, charge=not dry)
        return decision is None or decision.allowed

    def remaining(self, who):
        """Return what a caller has left."""
        too_much = self.limit + 1
        decision = self._decision(who, too_much)
        return self.limit if decision is None else decision.remaining

    def retry_after(self, who, cost=1):
        """Return in how many seconds a call would pass; None if it never will."""
        if cost <= self.limit:
            decision = self._decision(who, cost)
            return 0.0 if decision is None else decision.retry_after
        return None

    def reset(self, who):
        """Forget a caller."""
        try:
            self._limiter.reset(who)
        except LimiterError:
            self.failures += 1
