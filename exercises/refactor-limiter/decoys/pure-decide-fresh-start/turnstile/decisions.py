"""Decisions: from a rule, a state and a moment, with no store and no clock."""

from dataclasses import dataclass

from turnstile.registry import algorithm_named
from turnstile.rules import Rule


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


def decide(rule: Rule, state: str | None, now: float, cost: int = 1) -> Step:
    """Return what a rule says to a call at a moment, by its algorithm.

    `state` is the text that was kept for the caller, None if there is none. Nothing
    else counts: the same arguments have the same result, always.

    Raises ValueError for a cost below 1, UnknownAlgorithm, and StateUnreadable for
    a text that the algorithm has not written.
    """
    check_cost(cost)
    return algorithm_named(rule.algorithm)(rule, state, now, cost)


def check_cost(cost: int) -> None:
    """Raise ValueError for a cost below 1."""
    if cost < 1:
        raise ValueError("a call costs at least 1")


def passed(rule: Rule, left: int, state: str, keep: float) -> Step:
    """Return the step of a call that passes, with what it leaves."""
    return Step(Decision(True, rule.limit, left), state, keep)


def refused(rule: Rule, left: int, wait: float | None) -> Step:
    """Return the step of a call that is refused; `wait` is None if it never passes."""
    return Step(Decision(False, rule.limit, left, wait))
