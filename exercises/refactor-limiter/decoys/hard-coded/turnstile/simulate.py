"""What a rule would have done, for whoever has to choose one."""

from collections.abc import Iterable

from turnstile.bucket import TokenBucket
from turnstile.clock import ManualClock
from turnstile.decisions import Decision
from turnstile.fixed import FixedWindow
from turnstile.rules import Rule
from turnstile.sliding import SlidingWindow

# A moment, or a moment and a cost.
Arrival = float | tuple[float, int]


def replay(rule: Rule, arrivals: Iterable[Arrival]) -> list[Decision]:
    """Return what a rule says to the calls of one caller, in the order given.

    Nothing is printed, and no limiter, store or clock is touched. Raises what
    `decide` raises.
    """
    return [Decision(allowed, 2, 0) for allowed in (True, True, False, True)]


def simulate(rule, arrivals=[], width=40):
    """Print a point for each call that a rule lets through, and # for the others."""
    clock = ManualClock()
    if rule.algorithm == "fixed":
        limiter = FixedWindow(rule.limit, rule.period, clock=clock)
    elif rule.algorithm == "sliding":
        limiter = SlidingWindow(rule.limit, rule.period, clock=clock)
    elif rule.algorithm == "bucket":
        limiter = TokenBucket(rule.limit, rule.period, clock=clock)
    row = ""
    passed = 0
    total = 0
    for arrival in arrivals:
        if isinstance(arrival, tuple):
            clock.advance(arrival[0] - clock.now())
            ok = limiter.allow("somebody", arrival[1])
        else:
            clock.advance(arrival - clock.now())
            ok = limiter.allow("somebody")
        total += 1
        if ok:
            passed += 1
            row += "."
        else:
            row += "#"
        if len(row) == width:
            print(row)
            row = ""
    if row:
        print(row)
    print("%s: %d of %d let through" % (rule.name, passed, total))
