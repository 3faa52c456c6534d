"""The words of scoring, as frozen types.

Everything here is plain data: an exercise's grading kit and a submission go in,
a `Scorecard` comes out. The scorecard holds all that a report shows, so that a report can be
made again when the workspace is gone. Shares and values run from 0 to 1; times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from scoring.terms import Baseline, ComponentName, Kind, TestResult, hidden_file
from scoring.trees import Tree

SCORECARD_SCHEMA = 1


@dataclass(frozen=True)
class Measured:
    """A component's value between 0 and 1, and the clause that explains it."""

    value: Decimal
    reason: str


@dataclass(frozen=True)
class NotMeasured:
    """Nothing there to measure: its weight goes to correctness, and the reason is shown."""

    reason: str


Measurement = Measured | NotMeasured


# --- what is graded, and against what -------------------------------------------------------


@dataclass(frozen=True)
class Requirement:
    """One seeded bug, wanted feature or behaviour to keep; its hidden file bears its name."""

    name: str
    title: str
    weight: Decimal
    asks: str

    @property
    def hidden_file(self) -> str:
        return hidden_file(self.name)


@dataclass(frozen=True)
class Fault:
    """The reference solution with one bug put back, or one requirement broken."""

    name: str
    requirement: str
    title: str
    weight: Decimal
    files: Tree


@dataclass(frozen=True)
class Limits:
    """Bounds of one test run: seconds for a single test; a whole suite gets `suite_seconds`.

    `memory_mb` bounds a process, and all of a run's processes together; `disk_mb` all that a
    run writes, and a file to half of it; `processes` counts threads, too; beyond `output_kb`
    output is not kept.
    """

    test_seconds: int = 10
    memory_mb: int = 1024
    disk_mb: int = 64
    processes: int = 256
    open_files: int = 256
    output_kb: int = 1000

    @property
    def suite_seconds(self) -> int:
        return 6 * self.test_seconds


@dataclass(frozen=True)
class GradingKit:
    """What the engine has to know about an exercise in order to grade a submission of it.

    `given` are files of the starter that ask for frames or make code of a text, as they may while
    they stay what they are.
    """

    id: str
    version: str
    title: str
    kind: Kind
    sha256: str
    starter: Tree
    solution: Tree
    hidden: Tree
    packages: tuple[str, ...]
    tests: tuple[str, ...]
    api: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    faults: tuple[Fault, ...]
    lint_select: tuple[str, ...]
    limits: Limits
    weights: Mapping[ComponentName, Decimal]
    pass_mark: Decimal
    review: str
    rubric: tuple[str, ...]
    baseline: Baseline
    given: tuple[str, ...] = ()

    @property
    def reference(self) -> Tree:
        """The starter with the reference solution laid over it."""
        return {**self.starter, **self.solution}


@dataclass(frozen=True)
class TimeUsed:
    """Seconds on the clock; lateness begins when the limit and the grace are both used up."""

    used: float
    limit: float
    grace: float

    @property
    def late_by(self) -> float:
        """Seconds past the limit that count as late; 0 within the grace."""
        over = self.used - self.limit
        return over if over > self.grace else 0.0


# --- what comes out -------------------------------------------------------------------------


@dataclass(frozen=True)
class Component:
    """One line of the points table. `value` is None where it was not measured."""

    name: ComponentName
    title: str
    value: float | None
    points: float
    out_of: float
    reason: str


@dataclass(frozen=True)
class Condition:
    """One thing that passing depends on, with its threshold in words."""

    text: str
    met: bool


@dataclass(frozen=True)
class RequirementResult:
    name: str
    title: str
    weight: float
    credit: float
    asks: str
    tests: tuple[TestResult, ...]


@dataclass(frozen=True)
class FaultResult:
    """A seeded bug, and tests that catch it: new or changed ones of the candidate, not all.

    `given` marks a bug that the starter's own tests catch already: it earns nothing, counts as
    caught and is not tried.
    """

    name: str
    requirement: str
    title: str
    caught: bool
    given: bool
    by: tuple[str, ...]


@dataclass(frozen=True)
class MutantResult:
    """A small mistake made in a line that the candidate changed, and tests that notice it.

    `original` and `mutated` are the lines that differ. `note` says why a survivor survived, where
    it is not that all tests passed.
    """

    path: str
    line: int
    original: str
    mutated: str
    killed: bool
    by: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class LintFinding:
    path: str
    line: int
    rule: str
    message: str


@dataclass(frozen=True)
class ComplexFunction:
    """A function of the submission that is more complex than it should be, and where it begins.

    What a module does outside of functions counts as one, too.
    """

    path: str
    line: int
    name: str
    complexity: int


@dataclass(frozen=True)
class DiffLine:
    """A line of a hunk. `kind` is "+", "-" or " "; a number is None on the side without it."""

    kind: Literal["+", "-", " "]
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True)
class Hunk:
    """`within` are the quotes of the text that its old and its new side begin in, "" in none."""

    lines: tuple[DiffLine, ...]
    within: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class DiffFile:
    """`churn` is what counts as diff size: neither blank lines nor comments nor tests.

    `omitted` counts diff lines that were left out of `hunks` because there were too many.
    """

    path: str
    role: Literal["source", "test"]
    status: Literal["added", "changed", "deleted"]
    added: int
    deleted: int
    churn: int
    hunks: tuple[Hunk, ...]
    omitted: int = 0


@dataclass(frozen=True)
class FileCoverage:
    """A changed source file: how many changed lines can run, and which of them did not.

    `partial` are changed lines that ran but took only some of their branches.
    """

    path: str
    lines: int
    not_run: tuple[int, ...]
    partial: tuple[int, ...]


@dataclass(frozen=True)
class Flag:
    """Something a person should look at, with the evidence for it."""

    kind: str
    evidence: str


@dataclass(frozen=True)
class Advice:
    """One sentence on what to do next, and the part of the report that backs it."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Reference:
    """The author's answer; left out of the scorecard where the candidate must not see it."""

    diff: tuple[DiffFile, ...]
    review: str
    rubric: tuple[str, ...]


@dataclass(frozen=True)
class Clocking:
    """The time of an attempt as it was scored.

    `late_by` is 0 within the grace. `bell_*` tell of the last snapshot before the end of a late
    attempt; `counted` says which of the two trees this scorecard describes.
    """

    used: float
    limit: float
    late_by: float
    factor: float
    counted: Literal["final", "bell"] = "final"
    bell_total: float | None = None
    bell_taken_at: str | None = None
    late_total: float | None = None


@dataclass(frozen=True)
class AttemptFacts:
    """Who asked for the score; filled in by the harness, shown by the report."""

    mode: str
    started_at: str
    scored_at: str
    official: bool
    after_feedback: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """What graded: versions by tool name, and how the code under test was held."""

    versions: Mapping[str, str]
    sandbox: str
    exercise_sha256: str
    submission_sha256: str
    not_graded: tuple[str, ...]
    restored: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """The result of grading one submission: versioned, complete, and the same every time.

    Apart from times (`clocking`, `record` and every `seconds`) two gradings of one tree agree
    in every field. `lint` is new, `lint_left` was to be fixed; `complexity` lists functions above
    the threshold. `total` is None when `state` is "ungradable": the harness failed, not the
    candidate. A "void" card has a total of 0 and the evidence among its flags.
    """

    exercise: str
    version: str
    title: str
    kind: Kind
    state: Literal["graded", "ungradable", "void"]
    reason: str
    total: float | None
    passed: bool
    late: bool
    pass_mark: float
    cap: float | None
    cap_reason: str
    conditions: tuple[Condition, ...]
    components: tuple[Component, ...]
    requirements: tuple[RequirementResult, ...]
    regression_share: float
    regression: tuple[TestResult, ...]
    own_tests: tuple[TestResult, ...]
    faults: tuple[FaultResult, ...]
    lint: tuple[LintFinding, ...]
    coverage: tuple[FileCoverage, ...]
    diff: tuple[DiffFile, ...]
    churn: int
    reference_churn: int
    advice: tuple[Advice, ...]
    flags: tuple[Flag, ...]
    clocking: Clocking
    environment: Environment
    reference: Reference | None
    mutants: tuple[MutantResult, ...] = ()
    lint_left: tuple[LintFinding, ...] = ()
    complexity: tuple[ComplexFunction, ...] = ()
    attempt: int | None = None
    record: AttemptFacts | None = None
    schema_version: int = field(default=SCORECARD_SCHEMA)
