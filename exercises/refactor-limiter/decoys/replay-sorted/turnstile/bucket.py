"""Takes tokens from a bucket that is filled again drop by drop."""

import json
import math

from turnstile.decisions import Step, passed, refused
from turnstile.errors import StateUnreadable
from turnstile.old import OldLimiter
from turnstile.registry import add_algorithm
from turnstile.rules import Rule


def token_bucket(rule: Rule, state: str | None, now: float, cost: int) -> Step:
    """Decide by the tokens at the time of the last call, both kept as JSON.

    If that time is still to come on this host's clock, nothing was filled since.
    """
    tokens, at = (rule.limit, now) if state is None else _read(state)
    if now > at:
        tokens = min(tokens + (now - at) * rule.limit / rule.period, rule.limit)
        at = now
    if tokens >= cost:
        left = round(tokens - cost, 6)
        text = json.dumps({"tokens": left, "at": at})
        return passed(rule, int(left), text, _seconds(rule, rule.limit - left))
    if cost > rule.limit:
        return refused(rule, int(tokens), None)
    return refused(rule, int(tokens), _seconds(rule, cost - tokens) + (at - now))


def _seconds(rule: Rule, tokens: float) -> float:
    """Return how long it takes to fill that many tokens."""
    return tokens * rule.period / rule.limit


def _read(state: str) -> tuple[float, float]:
    try:
        kept = json.loads(state)
        numbers = kept["tokens"], kept["at"]
        if all(map(math.isfinite, numbers)):  # JSON may have NaN and Infinity
            return numbers
    except (ValueError, TypeError, KeyError, OverflowError):
        pass
    raise StateUnreadable(f"no tokens and time: {state!r}")


class TokenBucket(OldLimiter):
    """Up to `limit` at once; an empty bucket is full again after `period` seconds."""

    algorithm = "bucket"


add_algorithm("bucket", token_bucket)
