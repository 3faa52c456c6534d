"""Remembers when calls came, and counts those of the last `period` seconds."""

import math

from turnstile.decisions import Step, passed, refused
from turnstile.errors import StateUnreadable
from turnstile.old import OldLimiter
from turnstile.registry import add_algorithm
from turnstile.rules import Rule


def sliding_window(rule: Rule, state: str | None, now: float, cost: int) -> Step:
    """Decide by the times of earlier calls, kept in order and to the millisecond."""
    times = [time for time in _read(state) if time > now - rule.period]
    left = rule.limit - len(times)
    if cost <= left:
        times = sorted([*times, *[now] * cost])
        text = ",".join(f"{time:.3f}" for time in times)
        return passed(rule, left - cost, text, times[-1] + rule.period - now)
    if cost > rule.limit:
        return refused(rule, left, None)
    last_in_the_way = times[cost - left - 1]
    return refused(rule, left, last_in_the_way + rule.period - now)


def _read(state: str | None) -> list[float]:
    if state is None:
        return []
    try:
        times = [float(part) for part in state.split(",")]
        if all(map(math.isfinite, times)):
            return times
    except ValueError:
        pass
    raise StateUnreadable(f"no list of times: {state!r}")


class SlidingWindow(OldLimiter):
    """At most `limit` in any `period` seconds; a call that costs more counts as many."""

    algorithm = "sliding"


add_algorithm("sliding", sliding_window)
