"""Correctness: the hidden tests of each requirement, and what must keep working.

The run stands on a fresh copy of the starter with the author's own visible tests; only the
submission's source is put into it. Which tests have to report is known beforehand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from scoring import formula
from scoring.changes import text_lines
from scoring.model import GradingKit, Measured, RequirementResult
from scoring.runner import Runner, Suite, SuiteRun
from scoring.terms import Outcome, TestResult, last_line
from scoring.trees import Tree, below, replace_below

REGRESSION_FILE = "hidden/test_regression.py"
CANARY_FILE = "hidden/test_canary.py"

_UNKNOWN_LINE = re.compile(r"^((\S[^\n]*):(\d+): in [^\n]*\n) +\?\?\?$", re.M)


@dataclass(frozen=True)
class Correctness:
    """`met` is H, `kept` is R of the formula; `tampered` names what can only be forged."""

    measured: Measured
    met: Decimal
    kept: Decimal
    requirements: tuple[RequirementResult, ...]
    regression: tuple[TestResult, ...]
    tampered: tuple[str, ...]


def run_hidden(kit: GradingKit, source: Tree, runner: Runner, *, texts: bool = True) -> SuiteRun:
    """Run the author's visible and hidden tests on a tree's source.

    Without `texts` only outcomes are told, which takes half as long where many tests fail.
    Where the run does not come to its end, each file that is short of results gets a run of its
    own, so that one hanging or exiting test costs only its own requirement.
    """
    run = _run_whole(kit, replace(hidden_suite(kit, source), texts=texts), runner)
    tests = {**below(kit.starter, kit.tests), **kit.hidden}
    for id_, result in run.results.items():
        run.results[id_] = replace(result, traceback=_with_source(result.traceback, tests))
    return run


def hidden_suite(kit: GradingKit, source: Tree) -> Suite:
    """The author's visible and hidden tests on a tree's source."""
    return Suite(
        tree=replace_below(kit.starter, kit.packages, source),
        targets=(*kit.tests, "hidden"),
        packages=kit.packages,
        test_folders=kit.tests,
        limits=kit.limits,
        hidden=kit.hidden,
        given=tuple(path for path in kit.given if source.get(path) == kit.starter.get(path)),
    )


def _with_source(traceback: str, tests: Tree) -> str:
    """A traceback with the lines of the tests' source, which were not there when it was made."""

    def line(match: re.Match[str]) -> str:
        lines = text_lines(tests.get(match[2], b""))
        number = int(match[3])
        text = lines[number - 1].strip() if 0 < number <= len(lines) else "???"
        return f"{match[1]}    {text}"

    return _UNKNOWN_LINE.sub(line, traceback)


def _run_whole(kit: GradingKit, suite: Suite, runner: Runner) -> SuiteRun:
    run = runner.run(suite)
    if not run.ending or run.import_problem or run.tampered:
        return run
    expected = [*kit.baseline.visible, *kit.baseline.hidden]
    short = {file_of(test_id) for test_id in expected if test_id not in run.results}
    seconds = 2 * kit.limits.test_seconds
    for file in sorted(short):
        again = runner.run(replace(suite, targets=(file,), seconds=seconds))
        run.results.update(again.results)
        run.not_collected.update(again.not_collected)
        run.tampered += again.tampered
        run.refused += again.refused
    return run


def file_of(test_id: str) -> str:
    return test_id.split("::", 1)[0]


def measure(kit: GradingKit, run: SuiteRun) -> Correctness:
    """Judge a hidden run against the ids and the starter's outcomes that the author locked."""
    requirements = tuple(_judge(kit, requirement.name, run) for requirement in kit.requirements)
    met = formula.weighted_mean(
        (Decimal(str(each.credit)), requirement.weight)
        for each, requirement in zip(requirements, kit.requirements, strict=True)
    )
    worked = [
        test_id
        for test_id, was in (
            *kit.baseline.visible.items(),
            *_of_file(kit, REGRESSION_FILE).items(),
        )
        if was == "passed"
    ]
    regression = tuple(_result(run, test_id, "passed") for test_id in worked)
    broken = sum(each.outcome != "passed" for each in regression)
    kept = formula.share(len(worked) - broken, len(worked)) if worked else formula.ONE
    count = sum(each.credit == 1 for each in requirements)
    reason = f"{count} of {len(requirements)} requirements"
    if run.import_problem:
        reason = run.import_problem
    elif broken:
        reason += f", {broken} test{'s' * (broken != 1)} that passed before fail now"
    return Correctness(
        measured=Measured(formula.correctness(met, kept), reason),
        met=met,
        kept=kept,
        requirements=requirements,
        regression=regression,
        tampered=(
            *dict.fromkeys(run.tampered),
            *(
                f"{test_id} passed"
                for test_id in _of_file(kit, CANARY_FILE)
                if run.outcome(test_id) in {"passed", "xpassed"}
            ),
        ),
    )


def _of_file(kit: GradingKit, file: str) -> dict[str, Outcome]:
    return {
        test_id: was for test_id, was in kit.baseline.hidden.items() if file_of(test_id) == file
    }


def _judge(kit: GradingKit, name: str, run: SuiteRun) -> RequirementResult:
    requirement = next(each for each in kit.requirements if each.name == name)
    tests = _of_file(kit, requirement.hidden_file)
    results = tuple(_result(run, test_id, was) for test_id, was in tests.items())
    passed = [each for each in results if each.outcome == "passed"]
    credit = formula.requirement_credit(
        passed=len(passed),
        total=len(results),
        fixed=sum(each.was != "passed" for each in passed),
        to_fix=sum(each.was != "passed" for each in results),
    )
    return RequirementResult(
        name=name,
        title=requirement.title,
        weight=float(requirement.weight),
        credit=float(credit),
        asks=requirement.asks,
        tests=results,
    )


def _result(run: SuiteRun, test_id: str, was: Outcome) -> TestResult:
    found = run.results.get(test_id)
    if found is not None:
        return replace(found, was=was)
    why = run.import_problem or run.not_collected.get(file_of(test_id), "") or run.ending
    return TestResult(test_id, "missing", message=last_line(why), was=was)
