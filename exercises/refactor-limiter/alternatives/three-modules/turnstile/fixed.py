"""Counts calls in windows that begin at whole multiples of the period."""

import re

from turnstile.decisions import Decision, StateUnreadable, Step
from turnstile.old import FailsOpen


def count_in_window(rule, state, now, cost):
    """Decide by how many calls came in the current window."""
    begun, used = _unpack(state or "-1:0")
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


def _unpack(state):
    found = re.fullmatch(r"(-?\d+):(\d+)", state)
    if found is None:
        raise StateUnreadable(state)
    return int(found[1]), int(found[2])


class FixedWindow(FailsOpen):
    """At most `limit` in each window of `period` seconds."""

    algorithm = "fixed"
