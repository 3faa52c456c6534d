"""What to do next: a few sentences, the costliest loss first, each with its evidence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from scoring.formula import Result
from scoring.model import (
    Advice,
    ComplexFunction,
    DiffFile,
    FaultResult,
    FileCoverage,
    LintFinding,
    MutantResult,
    RequirementResult,
)
from scoring.terms import TestResult

_MOST = 5


def advise(
    result: Result,
    requirements: Iterable[RequirementResult],
    regression: Iterable[TestResult],
    faults: Iterable[FaultResult],
    mutants: Iterable[MutantResult],
    coverage: Iterable[FileCoverage],
    lint: Iterable[LintFinding],
    complexity: Iterable[ComplexFunction],
    diff: Iterable[DiffFile],
) -> tuple[Advice, ...]:
    """At most five sentences. Broken behaviour comes first, then what lost most points."""
    sentences = {
        "correctness": _correctness(requirements, regression),
        "strength": _strength(faults, mutants),
        "coverage": _coverage(coverage),
        "lint": _lint(lint),
        "complexity": _complexity(complexity),
        "diff": _diff(diff),
    }
    losses = sorted(
        (line for line in result.lines if line.value is not None and line.value < 1),
        key=lambda line: (line.name != "correctness", line.points - line.out_of),
    )
    advice = [each for line in losses for each in sentences.get(line.name, ())]
    return tuple(advice[:_MOST])


def _correctness(
    requirements: Iterable[RequirementResult], regression: Iterable[TestResult]
) -> Iterator[Advice]:
    broken = [test for test in regression if test.outcome != "passed"]
    if broken:
        yield Advice(
            f"Repair what worked before: {broken[0].id} passed on the starter"
            + (f", and so did {len(broken) - 1} more." if len(broken) > 1 else "."),
            "regression",
        )
    unmet = sorted(
        (each for each in requirements if each.credit < 1),
        key=lambda each: (-each.weight, -each.credit),
    )
    for each in unmet[:2]:
        passed = sum(test.outcome == "passed" for test in each.tests)
        yield Advice(
            f"“{each.title}” is not met yet: {passed} of {len(each.tests)} hidden tests pass.",
            f"requirement-{each.name}",
        )


def _strength(faults: Iterable[FaultResult], mutants: Iterable[MutantResult]) -> Iterator[Advice]:
    missed = [fault for fault in faults if not fault.caught and not fault.given]
    if missed:
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        yield Advice(
            f"Write a test that would fail if this bug came back: {missed[0].title}{more}.",
            "strength",
        )
    # Those on lines that tests run say most: the coverage names the others.
    survivors = sorted((each for each in mutants if not each.killed), key=lambda each: each.note)
    if survivors:
        first = survivors[0]
        change = textwrap.shorten(first.mutated, 80, placeholder="…")
        more = f" {len(survivors) - 1} more survived." if len(survivors) > 1 else ""
        yield Advice(
            f"Write a test that would fail if line {first.line} of {first.path} were"
            f" “{change}”.{more}",
            "strength",
        )


def _coverage(files: Iterable[FileCoverage]) -> Iterator[Advice]:
    worst = max(files, key=lambda file: len(file.not_run) + len(file.partial), default=None)
    if worst is not None and (worst.not_run or worst.partial):
        lines = ", ".join(map(str, (worst.not_run or worst.partial)[:5]))
        how = "never run" if worst.not_run else "take only some of their branches"
        yield Advice(f"In {worst.path} your tests leave lines that {how}: {lines}.", "coverage")


def _lint(findings: Iterable[LintFinding]) -> Iterator[Advice]:
    found = list(findings)
    if found:
        first = found[0]
        yield Advice(
            f"Clear up {first.rule} in {first.path}, line {first.line}"
            + (f", and {len(found) - 1} more." if len(found) > 1 else "."),
            "lint",
        )


def _complexity(functions: Iterable[ComplexFunction]) -> Iterator[Advice]:
    found = list(functions)
    if found:
        first, others = found[0], len(found) - 1
        more = f"; {others} more {'is' if others == 1 else 'are'} too complex" if others else ""
        yield Advice(
            f"Take {first.name} in {first.path}, line {first.line}, apart: its complexity is "
            f"{first.complexity}{more}.",
            "complexity",
        )


def _diff(diff: Iterable[DiffFile]) -> Iterator[Advice]:
    largest = max(diff, key=lambda file: file.churn, default=None)
    if largest is not None:
        yield Advice(
            f"Make the change smaller: {largest.churn} of its lines are in {largest.path}.",
            "diff",
        )
