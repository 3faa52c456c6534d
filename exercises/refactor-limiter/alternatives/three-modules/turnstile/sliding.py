"""Remembers when calls came, and counts those of the last `period` seconds."""

from bisect import bisect_right, insort
from math import isfinite

from turnstile.decisions import Decision, StateUnreadable, Step
from turnstile.old import FailsOpen


def remember_calls(rule, state, now, cost):
    """Decide by the calls of the last period."""
    try:
        calls = [float(each) for each in state.split(",")] if state else []
    except ValueError:
        raise StateUnreadable(state) from None
    if not all(map(isfinite, calls)):
        raise StateUnreadable(state)
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


class SlidingWindow(FailsOpen):
    """At most `limit` in any `period` seconds; a call that costs more counts as many."""

    algorithm = "sliding"
