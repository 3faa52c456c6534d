"""Advice: few sentences, what matters most first, and none without ground."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from scoring.advice import advise
from scoring.formula import combine
from scoring.model import (
    Advice,
    ComplexFunction,
    DiffFile,
    FaultResult,
    FileCoverage,
    LintFinding,
    Measured,
    Measurement,
    MutantResult,
    NotMeasured,
    RequirementResult,
)
from scoring.terms import ComponentName, TestResult

WEIGHTS: dict[ComponentName, Decimal] = {
    "correctness": Decimal(60),
    "strength": Decimal(15),
    "coverage": Decimal(10),
    "diff": Decimal(10),
    "lint": Decimal(5),
    "complexity": Decimal(20),
}
PASSED, FAILED = TestResult("t::a", "passed"), TestResult("t::b", "failed")
FAULT = FaultResult("f", "r", "Case matters", caught=False, given=False, by=())
MUTANT = MutantResult("pkg/a.py", 3, "x = 1 +\n    2", "x = 1 -\n    2", killed=False, by=())
FILE = FileCoverage("pkg/a.py", 9, not_run=(1, 2, 3, 4, 5, 6), partial=(8,))
FINDING = LintFinding("pkg/a.py", 7, "F401", "unused")
TANGLE = ComplexFunction("pkg/a.py", 12, "Shop.report", 31)
DIFF = DiffFile("pkg/a.py", "source", "changed", 90, 10, 100, ())


def requirement(name: str, weight: float, credit: float) -> RequirementResult:
    return RequirementResult(name, f"Title {name}", weight, credit, "asks", (PASSED, FAILED))


def advice(
    *,
    requirements: tuple[RequirementResult, ...] = (),
    regression: tuple[TestResult, ...] = (PASSED,),
    faults: tuple[FaultResult, ...] = (FAULT,),
    mutants: tuple[MutantResult, ...] = (),
    files: tuple[FileCoverage, ...] = (FILE,),
    findings: tuple[LintFinding, ...] = (FINDING,),
    functions: tuple[ComplexFunction, ...] = (TANGLE,),
    changes: tuple[DiffFile, ...] = (DIFF,),
    **values: str | None,
) -> tuple[Advice, ...]:
    """Advice where each component named has the value given, and every other is full."""
    measured: dict[ComponentName, Measurement] = {}
    for name in WEIGHTS:
        value = values.get(name, "1")
        measured[name] = NotMeasured("no") if value is None else Measured(Decimal(value), "")
    result = combine(WEIGHTS, measured)
    return advise(
        result, requirements, regression, faults, mutants, files, findings, functions, changes
    )


def test_full_marks_need_no_advice() -> None:
    assert advice() == ()


def test_what_was_not_measured_needs_no_advice() -> None:
    assert advice(strength=None, coverage=None, diff=None, lint=None) == ()


def test_quality_that_is_full_needs_none_though_correctness_takes_its_points() -> None:
    found = advice(correctness="0.5", requirements=(requirement("a", 1, 0.5),))

    assert [each.anchor for each in found] == ["requirement-a"]


def test_what_broke_comes_first_then_the_heaviest_requirements() -> None:
    found = advice(
        correctness="0.9",
        strength="0",
        regression=(PASSED, FAILED, replace(FAILED, id="t::c")),
        requirements=(
            requirement("light", 1, 0),
            requirement("met", 9, 1),
            requirement("heavy", 3, 0),
            requirement("nearly", 3, 0.2),
        ),
    )

    assert found == (
        Advice(
            "Repair what worked before: t::b passed on the starter, and so did 1 more.",
            "regression",
        ),
        Advice(
            "\u201cTitle nearly\u201d is not met yet: 1 of 2 hidden tests pass.",
            "requirement-nearly",
        ),
        Advice(
            "\u201cTitle heavy\u201d is not met yet: 1 of 2 hidden tests pass.",
            "requirement-heavy",
        ),
        Advice("Write a test that would fail if this bug came back: Case matters.", "strength"),
    )


def test_what_lost_most_points_comes_first() -> None:
    # Lost: 1.5, 5, 9 and 4 points.
    found = advice(strength="0.9", coverage="0.5", diff="0.1", lint="0.2")

    assert [each.anchor for each in found] == ["diff", "coverage", "lint", "strength"]


def test_sentences_name_the_evidence() -> None:
    assert set(advice(strength="0", coverage="0", diff="0", lint="0")) == {
        Advice("Write a test that would fail if this bug came back: Case matters.", "strength"),
        Advice("In pkg/a.py your tests leave lines that never run: 1, 2, 3, 4, 5.", "coverage"),
        Advice("Make the change smaller: 100 of its lines are in pkg/a.py.", "diff"),
        Advice("Clear up F401 in pkg/a.py, line 7.", "lint"),
    }


def test_a_mutant_that_survived_is_a_test_to_write() -> None:
    not_run = replace(MUTANT, line=2, note="no test runs this line")
    killed = replace(MUTANT, line=1, killed=True)

    assert advice(strength="0.5", faults=(), mutants=(MUTANT,)) == (
        Advice("Write a test that would fail if line 3 of pkg/a.py were “x = 1 - 2”.", "strength"),
    )
    # The one that the tests reach is the more telling.
    assert advice(strength="0.5", faults=(), mutants=(killed, not_run, MUTANT)) == (
        Advice(
            "Write a test that would fail if line 3 of pkg/a.py were “x = 1 - 2”. 1 more survived.",
            "strength",
        ),
    )
    assert advice(strength="0.5", faults=(), mutants=(killed,)) == ()


def test_sentences_count_the_rest() -> None:
    found = advice(
        faults=(
            replace(FAULT, caught=True),
            replace(FAULT, given=True),
            FAULT,
            replace(FAULT, title="Other"),
        ),
        findings=(FINDING, FINDING, FINDING),
        files=(replace(FILE, not_run=(), path="pkg/b.py"), replace(FILE, not_run=(), partial=())),
        changes=(DIFF, replace(DIFF, path="pkg/big.py", churn=101)),
        strength="0.1",
        coverage="0.1",
        diff="0.5",
        lint="0.1",
    )

    assert {each.text for each in found} == {
        "Write a test that would fail if this bug came back: Case matters and 1 more.",
        "In pkg/b.py your tests leave lines that take only some of their branches: 8.",
        "Clear up F401 in pkg/a.py, line 7, and 2 more.",
        "Make the change smaller: 101 of its lines are in pkg/big.py.",
    }


def test_the_most_complex_function_is_named_and_the_others_are_counted() -> None:
    start = "Take Shop.report in pkg/a.py, line 12, apart: its complexity is 31"

    assert advice(complexity="0.5") == (Advice(f"{start}.", "complexity"),)
    assert advice(complexity="0.5", functions=(TANGLE, replace(TANGLE, name="b"))) == (
        Advice(f"{start}; 1 more is too complex.", "complexity"),
    )
    # A file that can't be read has no functions.
    assert advice(complexity="0", functions=()) == ()


def test_at_most_five_sentences() -> None:
    found = advice(
        correctness="0",
        strength="0",
        coverage="0",
        diff="0",
        lint="0",
        regression=(FAILED,),
        requirements=(requirement("a", 1, 0), requirement("b", 1, 0), requirement("c", 1, 0)),
    )

    assert len(found) == 5
    assert [each.anchor for each in found[:4]] == [
        "regression",
        "requirement-a",
        "requirement-b",
        "strength",
    ]
