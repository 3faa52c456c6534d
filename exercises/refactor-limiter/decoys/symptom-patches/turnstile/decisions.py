"""Decisions: from a rule, a state and a moment, with no store and no clock."""

import json
import re
from bisect import bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass

from turnstile.rules import Rule


class LimiterError(Exception):
    """No decision could be made."""


class StoreUnavailable(LimiterError):
    """The store did not do what it was asked for; `__cause__` is what it raised."""


class StateUnreadable(LimiterError):
    """What is kept for a caller is not what the rule's algorithm writes."""


class UnknownAlgorithm(LimiterError, ValueError):
    """Nobody added an algorithm of that name; the message has those that there are."""


@dataclass(frozen=True)
class Decision:
    """Whether a call may go on.

    `remaining` is what the caller has left after it. `retry_after` is in how many
    seconds a call that was refused would pass, None if it never will, and 0 for one
    that passes.
    """

    allowed: bool
    limit: int
    remaining: int
    retry_after: float | None = 0.0


@dataclass(frozen=True)
class Step:
    """A decision, and the text to keep for the caller from now on.

    The text need not be kept for longer than `keep` seconds. Where it is None, what
    is kept already stays as it is: a call that is refused changes nothing.
    """

    decision: Decision
    state: str | None = None
    keep: float = 0.0


Algorithm = Callable[[Rule, str | None, float, int], Step]


def add_algorithm(name: str, algorithm: Algorithm) -> None:
    """Make an algorithm known, in place of another of that name if there is one.

    It is called like `decide` and returns a `Step`.
    """
    raise NotImplementedError("add_algorithm is still to be written")


def decide(rule: Rule, state: str | None, now: float, cost: int = 1) -> Step:
    """Return what a rule says to a call at a moment, by its algorithm.

    `state` is the text that was kept for the caller, None if there is none. Nothing
    else counts: the same arguments have the same result, always.

    Raises ValueError for a cost below 1, UnknownAlgorithm, and StateUnreadable for
    a text that the algorithm has not written.
    """
    if cost < 1:
        raise ValueError("a call costs at least 1")
    if rule.algorithm == "fixed":
        return count_in_window(rule, state, now, cost)
    if rule.algorithm == "sliding":
        return remember_calls(rule, state, now, cost)
    if rule.algorithm == "bucket":
        return take_tokens(rule, state, now, cost)
    raise UnknownAlgorithm(f"{rule.algorithm} is none of fixed, sliding, bucket")


def count_in_window(rule, state, now, cost):
    """Decide by how many calls came in the current window."""
    begun, used = _unpack_f(state or "-1:0")
    window = max(begun, int(now // rule.period))
    if window > begun:
        used = 0
    left = rule.limit - used
    ends_in = rule.period * (window + 1) - now
    if used + cost <= rule.limit:
        text = f"{window}:{used + cost}"
        return Step(Decision(True, rule.limit, left - cost), text, ends_in)
    if cost > rule.limit:
        ends_in = None
    return Step(Decision(False, rule.limit, left, ends_in))


def _unpack_f(state):
    found = re.fullmatch(r"(-?\d+):(\d+)", state)
    if found is None:
        raise StateUnreadable(state)
    return int(found[1]), int(found[2])


def remember_calls(rule, state, now, cost):
    """Decide by the calls of the last period."""
    try:
        calls = [float(each) for each in state.split(",")] if state else []
    except ValueError:
        raise StateUnreadable(state) from None
    del calls[: bisect_right(calls, now - rule.period)]
    left = rule.limit - len(calls)
    if cost > left:
        wait = None
        if cost <= rule.limit:
            wait = calls[cost - left - 1] + rule.period - now
        return Step(Decision(False, rule.limit, left, wait))
    for _ in range(cost):
        insort(calls, now)
    text = ",".join(map("{:.3f}".format, calls))
    keep = calls[-1] + rule.period - now
    return Step(Decision(True, rule.limit, left - cost), text, keep)


def take_tokens(rule, state, now, cost):
    """Decide by what is in the bucket."""
    tokens, at = _unpack_b(state, rule.limit, now)
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


def _unpack_b(state, limit, now):
    if state is None:
        return limit, now
    try:
        match json.loads(state):
            case {"tokens": int() | float() as tokens, "at": int() | float() as at}:
                return tokens, at
    except ValueError:
        pass
    raise StateUnreadable(state)
