"""Takes tokens from a bucket that is filled again drop by drop."""

import json
from math import isfinite

from turnstile.decisions import Decision, StateUnreadable, Step
from turnstile.old import FailsOpen


def take_tokens(rule, state, now, cost):
    """Decide by what is in the bucket."""
    tokens, at = _unpack(state, rule.limit, now)
    passed = max(0, now - at)
    drop = rule.period / rule.limit
    tokens = min(tokens + passed * rule.limit / rule.period, rule.limit)
    if tokens < cost:
        wait = None
        if cost <= rule.limit:
            wait = (cost - tokens) * drop + max(0, at - now)
        return Step(Decision(False, rule.limit, int(tokens), wait))
    tokens = round(tokens - cost, 6)
    text = json.dumps({"at": max(at, now), "tokens": tokens})
    full_in = (rule.limit - tokens) * drop
    return Step(Decision(True, rule.limit, int(tokens)), text, full_in)


def _unpack(state, limit, now):
    if state is None:
        return limit, now
    try:
        match json.loads(state):
            case {"tokens": int() | float() as tokens, "at": int() | float() as at}:
                if isfinite(tokens) and isfinite(at):
                    return tokens, at
    except (ValueError, OverflowError):
        pass
    raise StateUnreadable(state)


class TokenBucket(FailsOpen):
    """Up to `limit` at once; an empty bucket is full again after `period` seconds."""

    algorithm = "bucket"
