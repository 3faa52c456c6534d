"""The words that every part of the product shares. Kept apart because they are cheap to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed", "missing"]
Kind = Literal["debug", "refactor", "design", "extend"]
ComponentName = Literal["correctness", "strength", "diff", "coverage", "lint", "complexity"]


@dataclass(frozen=True)
class TestResult:
    """One test's outcome.

    `where` is `path:line` of the failure, `was` its outcome on the starter.
    """

    __test__ = False

    id: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    where: str = ""
    traceback: str = ""
    was: Outcome | None = None


@dataclass(frozen=True)
class Excess:
    """Cognitive complexity above the threshold, summed over all functions of a tree's source."""

    starter: int
    reference: int


@dataclass(frozen=True)
class Baseline:
    """Facts about an exercise that its author locked; scoring trusts them.

    `visible` and `hidden` map a test id to its outcome on the untouched starter,
    `caught_by_starter` names the faults that the starter's own tests catch already, and
    `reference_churn` is the diff size of the solution in lines. `excess` is None where complexity
    has no weight. `targeted` says how many lint findings of a rule the solution takes out.
    """

    visible: Mapping[str, Outcome]
    hidden: Mapping[str, Outcome]
    caught_by_starter: tuple[str, ...]
    reference_churn: int
    excess: Excess | None = None
    targeted: Mapping[str, int] = field(default_factory=dict)


def hidden_file(requirement: str) -> str:
    """Where the hidden tests of a requirement are, in an exercise and in a hidden run."""
    return f"hidden/test_{requirement.replace('-', '_')}.py"


def last_line(text: str) -> str:
    """Where a traceback says what went wrong."""
    return text.strip().rpartition("\n")[2].removeprefix("E   ").strip()
