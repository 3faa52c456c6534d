"""The gateway: asks the rules about each call, and answers."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from turnstile.clock import Clock
from turnstile.decisions import Decision
from turnstile.errors import LimiterError
from turnstile.limiter import Limiter
from turnstile.rules import Rule
from turnstile.stores import Store, store_for


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
    `failures` counts how often something went wrong, and a call was let through.
    Raises UnknownAlgorithm if a rule has one that there is not.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        backend: str = "memory",
        client: Store | None = None,
        clock: Clock | None = None,
        log: Callable[[str], None] = print,
    ) -> None:
        self.rules = list(rules)
        self.log = log
        self.failures = 0
        store = store_for(backend, client)
        self._limiters = [(rule, Limiter(rule, store, clock)) for rule in self.rules]

    def handle(self, request: Request) -> Answer:
        """Ask the rules in their order; the first that refuses ends it."""
        tightest = None
        headers: dict[str, str] = {}
        for rule, limiter in self._limiters:
            if not request.path.startswith(rule.on):
                continue
            who = _caller(rule, request)
            decision = self._ask(limiter, rule, who, request.cost)
            if not decision.allowed:
                return self._refusal(rule, who, decision)
            if tightest is None or decision.remaining < tightest:
                tightest = decision.remaining
                headers = _headers(rule, decision)
        return Answer(200, headers)

    def _ask(self, limiter: Limiter, rule: Rule, who: str, cost: int) -> Decision:
        """Ask a limiter; where it can't tell, let the call through."""
        try:
            return limiter.check(who, cost)
        except LimiterError:
            self.failures += 1
            return Decision(True, rule.limit, rule.limit)

    def _refusal(self, rule: Rule, who: str, decision: Decision) -> Answer:
        headers = _headers(rule, decision)
        again = "never"
        if decision.retry_after is not None:
            seconds = math.ceil(decision.retry_after)
            headers["Retry-After"] = str(seconds)
            again = f"again in {seconds} s"
        self.log(f"429 {rule.name} {who}: {again}")
        return Answer(429, headers)


def _caller(rule: Rule, request: Request) -> str:
    """Return for whom a rule counts a call."""
    if rule.per == "all":
        return "all"
    return (request.user if rule.per == "user" else "") or request.address


def _headers(rule: Rule, decision: Decision) -> dict[str, str]:
    return {
        "X-RateLimit-Rule": rule.name,
        "X-RateLimit-Limit": str(rule.limit),
        "X-RateLimit-Remaining": str(decision.remaining),
    }
