"""What a rule would have done, for whoever has to choose one."""

from collections.abc import Iterable

from turnstile.decisions import Decision, decide
from turnstile.rules import Rule

# A moment, or a moment and a cost.
Arrival = float | tuple[float, int]


def replay(rule: Rule, arrivals: Iterable[Arrival]) -> list[Decision]:
    """Return what a rule says to the calls of one caller, in the order given.

    Nothing is printed, and no limiter, store or clock is touched. Raises what
    `decide` raises.
    """
    state = None
    told = []
    for arrival in arrivals:
        now, cost = arrival if isinstance(arrival, tuple) else (arrival, 1)
        step = decide(rule, state, now, cost)
        if step.state is not None:
            state = step.state
        told.append(step.decision)
    return told


def simulate(rule: Rule, arrivals: Iterable[Arrival] = (), width: int = 40) -> None:
    """Print a point for each call that a rule lets through, and # for the others."""
    marks = "".join("." if each.allowed else "#" for each in replay(rule, arrivals))
    for start in range(0, len(marks), width):
        print(marks[start : start + width])
    print(f"{rule.name}: {marks.count('.')} of {len(marks)} let through")
