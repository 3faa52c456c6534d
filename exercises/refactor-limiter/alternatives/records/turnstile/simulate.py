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
    kept = None
    told = []
    for arrival in arrivals:
        if not isinstance(arrival, tuple):
            arrival = (arrival, 1)
        step = decide(rule, kept, *arrival)
        kept = kept if step.state is None else step.state
        told.append(step.decision)
    return told


def simulate(rule, arrivals=(), width=40):
    """Print a point for each call that a rule lets through, and # for the others."""
    told = ["#."[each.allowed] for each in replay(rule, arrivals)]
    for row in range(0, len(told), width):
        print("".join(told[row : row + width]))
    print(f"{rule.name}: {told.count('.')} of {len(told)} let through")
