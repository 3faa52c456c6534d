"""The gateway: asks the rules about each call, and answers."""

import math
from dataclasses import dataclass, field

from turnstile.bucket import TokenBucket
from turnstile.fixed import FixedWindow
from turnstile.sliding import SlidingWindow


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
        self.rules = list(rules)
        self.log = log
        self.fixed = {}
        self.sliding = {}
        self.bucket = {}
        for rule in self.rules:
            if rule.algorithm == "fixed":
                self.fixed[rule.name] = FixedWindow(
                    rule.limit, rule.period, rule.name, backend, client, clock
                )
            elif rule.algorithm == "sliding":
                self.sliding[rule.name] = SlidingWindow(
                    rule.limit, rule.period, rule.name, backend, client, clock
                )
            elif rule.algorithm == "bucket":
                self.bucket[rule.name] = TokenBucket(
                    rule.limit, rule.period, rule.name, backend, client, clock
                )

    @property
    def failures(self):
        """How often something went wrong, and a call was let through."""
        total = 0
        for limiters in (self.fixed, self.sliding, self.bucket):
            for name, limiter in limiters.items():
                total += limiter.failures
        return total

    def handle(self, request):
        """Ask the rules in their order; the first that refuses ends it."""
        tightest = None
        headers = {}
        for rule in self.rules:
            if request.path.startswith(rule.on):
                if rule.per == "user":
                    if request.user:
                        who = request.user
                    else:
                        who = request.address
                elif rule.per == "address":
                    who = request.address
                else:
                    who = "all"
                if rule.algorithm == "fixed":
                    limiter = self.fixed[rule.name]
                    if limiter.allow(who, request.cost):
                        left = limiter.remaining(who)
                        if tightest == None or left < tightest:
                            tightest = left
                            headers["X-RateLimit-Rule"] = rule.name
                            headers["X-RateLimit-Limit"] = str(rule.limit)
                            headers["X-RateLimit-Remaining"] = str(left)
                        continue
                    wait = limiter.retry_after(who, request.cost)
                    left = limiter.remaining(who)
                elif rule.algorithm == "sliding":
                    limiter = self.sliding[rule.name]
                    if limiter.allow(who, request.cost):
                        left = limiter.remaining(who)
                        if tightest == None or left < tightest:
                            tightest = left
                            headers["X-RateLimit-Rule"] = rule.name
                            headers["X-RateLimit-Limit"] = str(rule.limit)
                            headers["X-RateLimit-Remaining"] = str(left)
                        continue
                    wait = limiter.retry_after(who, request.cost)
                    left = limiter.remaining(who)
                elif rule.algorithm == "bucket":
                    limiter = self.bucket[rule.name]
                    if limiter.allow(who, request.cost):
                        left = limiter.remaining(who)
                        if tightest == None or left < tightest:
                            tightest = left
                            headers["X-RateLimit-Rule"] = rule.name
                            headers["X-RateLimit-Limit"] = str(rule.limit)
                            headers["X-RateLimit-Remaining"] = str(left)
                        continue
                    wait = limiter.retry_after(who, request.cost)
                    left = limiter.remaining(who)
                else:
                    continue
                headers = {
                    "X-RateLimit-Rule": rule.name,
                    "X-RateLimit-Limit": str(rule.limit),
                    "X-RateLimit-Remaining": str(left),
                }
                if wait != None:
                    seconds = math.ceil(wait)
                    headers["Retry-After"] = str(seconds)
                    self.log(f"429 {rule.name} {who}: again in {seconds} s")
                else:
                    self.log(f"429 {rule.name} {who}: never")
                return Answer(429, headers)
        return Answer(200, headers)
