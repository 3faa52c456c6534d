"""Counts calls in windows that begin at whole multiples of the period."""

from turnstile.decisions import Step, passed, refused
from turnstile.errors import StateUnreadable
from turnstile.old import OldLimiter
from turnstile.registry import add_algorithm
from turnstile.rules import Rule


def fixed_window(rule: Rule, state: str | None, now: float, cost: int) -> Step:
    """Decide by the count of the current window, kept as `window:count`.

    A window that another host, whose clock is ahead, has begun is the current one.
    """
    window, count = int(now // rule.period), 0
    if state is not None:
        kept_window, kept_count = _read(state)
        if kept_window >= window:
            window, count = kept_window, kept_count
    left = rule.limit - count
    until_next = (window + 1) * rule.period - now
    if cost > left:
        return refused(rule, left, until_next if cost <= rule.limit else None)
    return passed(rule, left - cost, f"{window}:{count + cost}", until_next)


def _read(state: str) -> tuple[int, int]:
    try:
        window, count = map(int, state.split(":"))
    except ValueError:
        raise StateUnreadable(f"no window and count: {state!r}") from None
    return window, count


class FixedWindow(OldLimiter):
    """At most `limit` in each window of `period` seconds."""

    algorithm = "fixed"


add_algorithm("fixed", fixed_window)
