"""Grading: an exercise's kit and a submission in, a scorecard out.

The order is the argument: what does the code do (hidden tests), what do the candidate's tests
do (their own run, the seeded bugs), what did the change cost (coverage, size, lint). Everything
happens on copies in folders that live as long as a run.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

from scoring import flags, formula
from scoring.advice import advise
from scoring.changes import compare, shorten
from scoring.discretion import discreet
from scoring.metrics import complexity, correctness, coverage, diff, lint, strength
from scoring.model import (
    Clocking,
    Component,
    Condition,
    DiffFile,
    Environment,
    Flag,
    GradingKit,
    Measurement,
    Reference,
    Scorecard,
    TimeUsed,
)
from scoring.runner import Runner, SuiteRun, candidates_suite
from scoring.terms import ComponentName, last_line
from scoring.trees import Tree, below, digest, printable, replace_below

_TITLES: Mapping[ComponentName, str] = {
    "correctness": "Correctness",
    "strength": "Test strength",
    "diff": "Diff size",
    "coverage": "Coverage",
    "lint": "Lint",
    "complexity": "Complexity",
}
_SHOWN_DIFF_LINES = 1500
_NAMED_FILES = 50
_NAMED_DEEDS = 8


@dataclass(frozen=True)
class _Findings:
    """All that was measured of one submission."""

    hidden: SuiteRun
    own: SuiteRun
    correctness: correctness.Correctness
    strength: strength.Strength
    coverage: coverage.DiffCoverage
    lint: lint.Lint
    complexity: complexity.Complexity
    diff: tuple[DiffFile, ...]
    flags: tuple[Flag, ...]


def grade(
    kit: GradingKit,
    submission: Tree,
    time: TimeUsed,
    *,
    reveal: bool,
    runner: Runner | None = None,
) -> Scorecard:
    """Grade a submission: files by path, of which only the exercise's source and tests count.

    A `runner` can serve any number of gradings, also at once; without one it lives for this one.
    `reveal` puts the reference solution and the hidden tests' tracebacks into the scorecard;
    without it nothing is told that the code under test could have learnt from a hidden test.
    Where grading itself fails (the reference solution does not pass in the same session, the
    disk is full) the scorecard's state is "ungradable" and tells the reason.
    """
    if runner is None:
        with Runner() as own:
            return grade(kit, submission, time, reveal=reveal, runner=own)
    try:
        sandbox = runner.sandbox()
        findings = _measure(kit, submission, runner, reveal=reveal)
        problem = ""
        if findings.hidden.import_problem or findings.hidden.ending:
            # Is it the submission, or this machine? The reference has to pass in the same session.
            problem = _reference_problem(kit, runner)
    except (OSError, lint.LintError) as error:
        problem = f"grading could not run: {error}"
    if problem:
        return _ungradable(kit, submission, time, problem)
    return _scorecard(kit, submission, time, findings, sandbox, reveal=reveal)


def _measure(kit: GradingKit, submission: Tree, runner: Runner, *, reveal: bool) -> _Findings:
    graded = below(submission, (*kit.packages, *kit.tests))
    own_run = runner.submit(run_own_tests, kit, graded, runner)
    hidden_run = runner.submit(lambda: correctness.run_hidden(kit, graded, runner, texts=reveal))
    linted = runner.submit(lint.measure, kit, graded)
    changes = compare(kit.starter, graded, kit.packages, kit.tests)
    tangle = complexity.measure(kit, graded)
    own = own_run.result()
    caught = strength.measure(kit, graded, changes, own, runner)
    hidden = hidden_run.result()
    if not reveal:
        hidden = discreet(hidden, own, graded, {*kit.baseline.visible, *kit.baseline.hidden})
    return _Findings(
        hidden=hidden,
        own=own,
        correctness=correctness.measure(kit, hidden),
        strength=caught,
        coverage=coverage.measure(changes, own),
        lint=linted.result(),
        complexity=tangle,
        diff=changes,
        flags=tuple(flags.visible_test_flags(kit, graded, own, runner)),
    )


def run_own_tests(kit: GradingKit, graded: Tree, runner: Runner) -> SuiteRun:
    """Run the tests of a submission on its own source, for their outcomes and their coverage."""
    source = replace_below(kit.starter, kit.packages, graded)
    return runner.run(replace(candidates_suite(kit, source, graded), coverage=True))


def _reference_problem(kit: GradingKit, runner: Runner) -> str:
    run = correctness.run_hidden(kit, kit.reference, runner)
    judged = correctness.measure(kit, run)
    if judged.met == 1 and judged.kept == 1:
        return ""
    reason = run.import_problem or run.ending or judged.measured.reason
    return f"the reference solution does not pass on this machine either ({reason})"


def _scorecard(
    kit: GradingKit,
    submission: Tree,
    time: TimeUsed,
    findings: _Findings,
    sandbox: str,
    *,
    reveal: bool,
) -> Scorecard:
    judged = findings.correctness
    churn = diff.churn(findings.diff)
    measured: dict[ComponentName, Measurement] = {
        "correctness": judged.measured,
        "strength": findings.strength.measured,
        "diff": diff.measure(findings.diff, kit.baseline.reference_churn),
        "coverage": findings.coverage.measured,
        "lint": findings.lint.measured,
        "complexity": findings.complexity.measured,
    }
    cap, cap_reason = formula.cap(
        met=judged.met,
        regression=judged.kept,
        churn=churn,
        reference_churn=kit.baseline.reference_churn,
    )
    if findings.hidden.import_problem:
        cap, cap_reason = formula.ZERO, findings.hidden.import_problem
    void = bool(judged.tampered)
    if void:
        cap, cap_reason = formula.ZERO, "the grader was tampered with"
    result = formula.combine(kit.weights, measured, cap, formula.lateness(time))
    evidence = ", ".join(judged.tampered[:_NAMED_DEEDS])
    forged = (Flag("grader tampered with", evidence),) if void else ()
    enough = result.total >= kit.pass_mark
    return Scorecard(
        exercise=kit.id,
        version=kit.version,
        title=kit.title,
        kind=kit.kind,
        state="void" if void else "graded",
        reason=cap_reason if void else "",
        total=float(result.total),
        passed=enough and judged.kept == 1,
        late=time.late_by > 0,
        pass_mark=float(kit.pass_mark),
        cap=float(formula.rounded(cap)) if cap < result.uncapped else None,
        cap_reason=cap_reason if cap < result.uncapped else "",
        conditions=(
            Condition(f"total of at least {kit.pass_mark.normalize():f}", enough),
            Condition("nothing that worked before is broken", judged.kept == 1),
        ),
        components=tuple(
            Component(
                name=line.name,
                title=_TITLES[line.name],
                value=None if line.value is None else float(formula.rounded(line.value, "0.0001")),
                points=float(formula.rounded(line.points)),
                out_of=float(formula.rounded(line.out_of)),
                reason=line.reason,
            )
            for line in result.lines
        ),
        requirements=judged.requirements,
        regression_share=float(formula.rounded(judged.kept, "0.0001")),
        regression=judged.regression,
        own_tests=tuple(
            replace(each, was=kit.baseline.visible.get(each.id))
            for each in findings.own.results.values()
        ),
        faults=findings.strength.faults,
        mutants=findings.strength.mutants,
        lint=findings.lint.findings,
        lint_left=findings.lint.left,
        complexity=findings.complexity.functions,
        coverage=findings.coverage.files,
        diff=shorten(findings.diff, _SHOWN_DIFF_LINES),
        churn=churn,
        reference_churn=kit.baseline.reference_churn,
        advice=advise(
            result,
            judged.requirements,
            judged.regression,
            findings.strength.faults,
            findings.strength.mutants,
            findings.coverage.files,
            (*findings.lint.findings, *findings.lint.left),
            findings.complexity.functions,
            findings.diff,
        ),
        flags=(
            *forged,
            *_deeds(findings.hidden, findings.own),
            *flags.taken_on_trust(kit, submission),
            *findings.flags,
            *_run_flags(findings.own),
        ),
        clocking=_clocking(time),
        environment=_environment(kit, submission, sandbox),
        reference=_reference(kit) if reveal else None,
    )


def _deeds(hidden: SuiteRun, own: SuiteRun) -> Iterator[Flag]:
    """What was tried in a run and came to nothing, for a person to look at."""
    runs = (hidden, own)
    for kind, deeds in (
        ("looked at the grader", [deed for run in runs for deed in run.refused]),
        ("replaced what measures", list(own.tampered)),
        ("claims to equal plain data", [deed for run in runs for deed in run.claimed]),
    ):
        if deeds:
            yield Flag(kind, ", ".join(list(dict.fromkeys(deeds))[:_NAMED_DEEDS]))


def _run_flags(own: SuiteRun) -> tuple[Flag, ...]:
    notes = []
    if own.ending:
        notes.append(Flag("own tests stopped early", own.ending))
    for path, text in sorted(own.not_collected.items()):
        notes.append(Flag("test file can't be collected", f"{path}: {last_line(text)}"))
    if own.truncated:
        notes.append(Flag("output cut", "the tests printed more than is kept"))
    return tuple(notes)


def _clocking(time: TimeUsed) -> Clocking:
    return Clocking(
        used=time.used,
        limit=time.limit,
        late_by=time.late_by,
        factor=float(formula.rounded(formula.lateness(time), "0.0001")),
    )


def _environment(kit: GradingKit, submission: Tree, sandbox: str) -> Environment:
    graded = (*kit.packages, *kit.tests)
    inside = below(submission, graded)
    ours = below(kit.starter, kit.tests)
    outside = sorted(
        path
        for path, content in submission.items()
        if path not in inside and kit.starter.get(path) != content
    )
    return Environment(
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in ("worksample", "pytest", "coverage", "ruff")},
        },
        sandbox=sandbox,
        exercise_sha256=kit.sha256,
        submission_sha256=digest(inside),
        not_graded=tuple(map(printable, outside[:_NAMED_FILES])),
        restored=tuple(
            printable(path) for path in sorted(ours) if submission.get(path) != ours[path]
        )[:_NAMED_FILES],
    )


def _reference(kit: GradingKit) -> Reference:
    changes = compare(kit.starter, kit.reference, kit.packages, kit.tests)
    return Reference(shorten(changes, _SHOWN_DIFF_LINES), kit.review, kit.rubric)


def _ungradable(kit: GradingKit, submission: Tree, time: TimeUsed, reason: str) -> Scorecard:
    return Scorecard(
        exercise=kit.id,
        version=kit.version,
        title=kit.title,
        kind=kit.kind,
        state="ungradable",
        reason=reason,
        total=None,
        passed=False,
        late=time.late_by > 0,
        pass_mark=float(kit.pass_mark),
        cap=None,
        cap_reason="",
        conditions=(),
        components=(),
        requirements=(),
        regression_share=0.0,
        regression=(),
        own_tests=(),
        faults=(),
        lint=(),
        coverage=(),
        diff=(),
        churn=0,
        reference_churn=kit.baseline.reference_churn,
        advice=(),
        flags=(),
        clocking=_clocking(time),
        environment=_environment(kit, submission, ""),
        reference=None,
    )
