"""The gateway: asks the rules about each call, and answers."""

import math
from dataclasses import dataclass, field

from turnstile.decisions import Decision, LimiterError
from turnstile.limiter import Limiter, MemoryStore


@dataclass(frozen=True)
class Request:
    """A call; `user` is empty for somebody who has not signed in."""

    user: str
    address: str
    path: str
    cost: int = 1


@dataclass(frozen=True)
class Answer:
    """A status, 200 or 429, and headers."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


class Gateway:
    """Lets calls through to the service, or refuses them.

    `backend` is "memory", or "shared" with a `client`. `log` is told what is refused.
    """

    def __init__(self, rules, backend="memory", client=None, clock=None, log=print):
        if backend not in ("memory", "shared"):
            raise ValueError(f"unknown backend: {backend}")
        self.rules = list(rules)
        self.log = log
        self.failures = 0
        store = client if backend == "shared" else MemoryStore()
        self.limiters = [Limiter(rule, store, clock) for rule in self.rules]

    def handle(self, request):
        """Ask the rules in their order; the first that refuses ends it."""
        passed = []
        for rule, limiter in zip(self.rules, self.limiters, strict=True):
            if request.path.startswith(rule.on):
                who = self.who(rule, request)
                decision = self.ask(limiter, rule, who, request.cost)
                if not decision.allowed:
                    return self.refuse(rule, who, decision)
                passed.append((decision.remaining, len(passed), rule))
        if not passed:
            return Answer(200, {})
        left, _, rule = min(passed)
        return Answer(200, self.headers(rule, left))

    @staticmethod
    def who(rule, request):
        """Return for whom a rule counts a call."""
        callers = {
            "all": "all",
            "address": request.address,
            "user": request.user or request.address,
        }
        return callers[rule.per]

    def ask(self, limiter, rule, who, cost):
        """Ask a limiter; let the call through where it can't tell."""
        try:
            return limiter.check(who, cost)
        except LimiterError:
            self.failures += 1
        return Decision(True, rule.limit, rule.limit)

    def refuse(self, rule, who, decision):
        """Return the answer to a call that a rule refuses."""
        headers = self.headers(rule, decision.remaining)
        if decision.retry_after is None:
            self.log(f"429 {rule.name} {who}: never")
        else:
            headers["Retry-After"] = str(math.ceil(decision.retry_after))
            self.log(f"429 {rule.name} {who}: again in {headers['Retry-After']} s")
        return Answer(429, headers)

    @staticmethod
    def headers(rule, left):
        """Return the headers that speak of a rule."""
        return {
            "X-RateLimit-Rule": rule.name,
            "X-RateLimit-Limit": str(rule.limit),
            "X-RateLimit-Remaining": str(left),
        }
