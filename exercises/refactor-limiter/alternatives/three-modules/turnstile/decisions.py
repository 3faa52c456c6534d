"""Decisions: from a rule, a state and a moment, with no store and no clock."""

from collections.abc import Callable
from dataclasses import dataclass

from turnstile.rules import ALGORITHMS, Rule


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
    ALGORITHMS[name] = algorithm


def decide(rule: Rule, state: str | None, now: float, cost: int = 1) -> Step:
    """Return what a rule says to a call at a moment, by its algorithm.

    `state` is the text that was kept for the caller, None if there is none. Nothing
    else counts: the same arguments have the same result, always.

    Raises ValueError for a cost below 1, UnknownAlgorithm, and StateUnreadable for
    a text that the algorithm has not written.
    """
    check_cost(cost)
    require(rule)
    return ALGORITHMS[rule.algorithm](rule, state, now, cost)


def check_cost(cost: int) -> None:
    """Raise ValueError for a cost below 1."""
    if cost < 1:
        raise ValueError("a call costs at least 1")


def require(rule: Rule) -> None:
    """Raise UnknownAlgorithm if nobody added the rule's."""
    if rule.algorithm not in ALGORITHMS:
        known = " ".join(sorted(ALGORITHMS))
        raise UnknownAlgorithm(f"no {rule.algorithm!r} among: {known}")
