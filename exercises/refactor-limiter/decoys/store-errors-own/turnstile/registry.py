"""The algorithms that there are; each module that has one adds it."""

from collections.abc import Callable
from typing import Any

from turnstile.errors import UnknownAlgorithm

# From a rule, a state, a moment and a cost to a Step.
Algorithm = Callable[[Any, str | None, float, int], Any]

_ALGORITHMS: dict[str, Algorithm] = {}


def add_algorithm(name: str, algorithm: Algorithm) -> None:
    """Make an algorithm known, in place of another of that name if there is one.

    It is called like `decide` and returns a `Step`.
    """
    _ALGORITHMS[name] = algorithm


def algorithm_named(name: str) -> Algorithm:
    """Return the algorithm of a name, or raise UnknownAlgorithm."""
    if name not in _ALGORITHMS:
        known = ", ".join(sorted(_ALGORITHMS))
        raise UnknownAlgorithm(f"{name!r} is none of {known}")
    return _ALGORITHMS[name]


def is_algorithm(name: str) -> bool:
    """Return whether there is an algorithm of that name."""
    return name in _ALGORITHMS
