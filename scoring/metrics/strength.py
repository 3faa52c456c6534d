"""Test strength: which mistakes the candidate's tests would have noticed.

Seeded bugs: their tests run against the reference solution and against each fault, which is the
reference with one bug put back. Mutants: where the interface is the candidate's own, their tests
run against their own code with one small mistake in a line that they changed.

Nobody tells a test which it is looking at: copies without a mistake stand among the others, and
a test that fails on one of those counts for nothing.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from scoring import formula
from scoring.believed import confirmed
from scoring.changes import changed_lines
from scoring.model import (
    DiffFile,
    Fault,
    FaultResult,
    GradingKit,
    Measured,
    Measurement,
    MutantResult,
    NotMeasured,
)
from scoring.mutants import Mutant, make_mutants
from scoring.rewriting import rewritten
from scoring.runner import Runner, Suite, SuiteRun, sealed_suite
from scoring.trees import Tree, printable, replace_below
from scoring.written_tests import file_of, written_tests

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Strength:
    measured: Measurement
    faults: tuple[FaultResult, ...] = ()
    mutants: tuple[MutantResult, ...] = ()


@dataclass(frozen=True)
class Catches:
    """The tests that catch each fault, and the files that can't be collected on the reference."""

    by: Mapping[str, frozenset[str]]
    not_collected: frozenset[str] = _NOTHING


def measure(
    kit: GradingKit, submission: Tree, changes: Sequence[DiffFile], own: SuiteRun, runner: Runner
) -> Strength:
    """T = max(B, M), or the one that can be measured.

    B is measured on the seeded bugs of a debug or extend exercise. M is measured on mutants where
    B is not, or where a test file of the candidate can't be collected on the reference: one that
    imports a helper of theirs is no worse for it.

    `own` is the run of the candidate's tests on their own code: only what passed there counts,
    and only the ids seen there are asked for.
    """
    wrote = written_tests(kit.starter, submission, kit.tests, own.passed())
    seeded, foreign = _on_faults(kit, submission, wrote, runner)
    by_faults = seeded.measured
    if isinstance(by_faults, Measured) and (by_faults.value == 1 or not foreign):
        return seeded
    mutated = _on_mutants(kit, submission, changes, own, wrote, runner)
    by_mutants = mutated.measured
    better = by_mutants
    if isinstance(by_faults, Measured) and (
        isinstance(by_mutants, NotMeasured) or by_mutants.value <= by_faults.value
    ):
        better = by_faults
    return Strength(better, seeded.faults, mutated.mutants)


# --- seeded bugs ----------------------------------------------------------------------------


def _on_faults(
    kit: GradingKit, submission: Tree, wrote: frozenset[str], runner: Runner
) -> tuple[Strength, bool]:
    """B = weighted share of caught faults among those the starter's tests don't catch already.

    Those are not run: nothing is to be earned there. Nor are untouched tests of the starter, as
    what they catch is known. Tells also whether a test file can't be collected there.
    """
    if kit.kind in {"design", "refactor"}:
        return Strength(NotMeasured("seeded bugs need an interface that stays fixed")), False
    if not kit.faults:
        return Strength(NotMeasured("this exercise has no seeded bugs")), False
    counted = [each for each in kit.faults if each.name not in kit.baseline.caught_by_starter]
    caught = catches(kit, counted, submission, wrote, runner)
    results = tuple(
        FaultResult(
            name=fault.name,
            requirement=fault.requirement,
            title=fault.title,
            caught=given or bool(caught.by[fault.name]),
            given=given,
            by=() if given else tuple(sorted(caught.by[fault.name])),
        )
        for fault in kit.faults
        for given in [fault.name in kit.baseline.caught_by_starter]
    )
    if not counted:
        reason = "the exercise's own tests catch every seeded bug"
        return Strength(NotMeasured(reason), results), False
    share = formula.weighted_mean(
        (formula.ONE if caught.by[fault.name] else formula.ZERO, fault.weight) for fault in counted
    )
    number = sum(bool(caught.by[fault.name]) for fault in counted)
    measured = Measured(share, f"{number} of {len(counted)} hidden bugs caught")
    return Strength(measured, results), bool(caught.not_collected)


def catches(
    kit: GradingKit,
    faults: Sequence[Fault],
    tests: Tree,
    counting: frozenset[str],
    runner: Runner,
) -> Catches:
    """Tests that catch each fault: as few as explain what is caught, see `scoring.believed`.

    They pass on a copy of the reference somewhere among the faults and on one after them, so that
    a test can't count its runs and fail from some run on.
    """
    if not counting or not faults:
        return Catches({fault.name: _NOTHING for fault in faults})

    def suite(source: Tree, only: frozenset[str]) -> Suite:
        return sealed_suite(kit, source, tests, only=only, targets=_targets(kit, only))

    def run(source: Tree, only: frozenset[str]) -> SuiteRun:
        return runner.run(suite(source, only))

    def fails(name: str, only: frozenset[str]) -> frozenset[str]:
        # Only a real failure is a catch.
        return _failed(run(versions[name], only), only)

    versions = {fault.name: {**kit.reference, **fault.files} for fault in faults}
    # In an order that nobody can know, so that no test knows which run is that of the copy.
    copy = "the reference itself"
    order = [copy, *versions]
    random.SystemRandom().shuffle(order)
    started = {
        name: runner.submit(run, versions.get(name, kit.reference), counting) for name in order
    }
    before = started.pop(copy)
    steady = before.result().passed()
    caught = confirmed(
        {name: _failed(started[name].result(), counting) & steady for name in versions},
        fails=fails,
        passes=lambda only, each: _passed(
            suite(kit.reference, only), suite(kit.reference, each), runner
        ),
        rank=lambda _: False,
        runner=runner,
        passed=before.result().passed() & counting,
        all_tests=counting,
    )
    foreign = frozenset(before.result().not_collected).intersection(map(file_of, counting))
    return Catches(caught, foreign)


def _targets(kit: GradingKit, only: Iterable[str]) -> tuple[str, ...]:
    """The files of the tests, so that pytest need not collect others."""
    files = tuple(sorted(set(map(file_of, only))))
    # pytest takes a bracket in an argument for the parameters of a test.
    return kit.tests if any("[" in file for file in files) else files


def _passed(suite: Suite, on_each: Suite, runner: Runner) -> frozenset[str]:
    """What of a suite passes, where those on the other servers pass as well: the runs of one
    server have the addresses of objects in common."""
    run, *others = runner.run_on_each(suite, on_each)
    asked = on_each.only or frozenset()
    return run.passed().difference(*(asked - each.passed() for each in others))


def _failed(run: SuiteRun, only: frozenset[str]) -> frozenset[str]:
    return frozenset(id_ for id_ in only if run.outcome(id_) in {"failed", "error"})


# --- mutants --------------------------------------------------------------------------------


def _on_mutants(
    kit: GradingKit,
    submission: Tree,
    changes: Sequence[DiffFile],
    own: SuiteRun,
    wrote: frozenset[str],
    runner: Runner,
) -> Strength:
    """M = min(1, killed / (0.85 n)), and 0 where no test of the candidate's own kills one.

    Here the tests of the starter count as well: they are part of the suite that looks after the
    code. Mutants with which the source can't be imported are left out: no test has to notice.
    """
    source = replace_below(kit.starter, kit.packages, submission)
    paths = {printable(path): path for path in source}
    lines = {
        paths[file.path]: changed_lines(file)
        for file in changes
        if file.role == "source" and file.path.endswith(".py") and file.status != "deleted"
    }
    trial = _Trial(kit, source, submission, own, wrote, runner)
    if wrote and lines:
        trial.start(lines)
    found = make_mutants(source, lines)
    if not found.made:
        for path, reason in found.left_out.items():
            # It must not pay to write what can't be looked at.
            text = f"{printable(path)} can't be mutated: {reason}"
            return Strength(Measured(formula.ZERO, text))
        return Strength(NotMeasured("no changed line that can be mutated"))
    if not wrote:
        return Strength(Measured(formula.ZERO, "no test is new or changed"))
    results = trial.results(found.made)
    killed = [each for each in results if each.killed]
    if not results:
        return Strength(NotMeasured("no changed line can be mutated and still be imported"))
    if not any(wrote.intersection(each.by) for each in killed):
        text = f"no new or changed test kills one of {len(results)} mutants"
        return Strength(Measured(formula.ZERO, text), mutants=results)
    text = f"{len(killed)} of {len(results)} mutants of the changed lines killed"
    value = formula.mutants_killed(len(killed), len(results))
    return Strength(Measured(value, text), mutants=results)


class _Trial:
    """The candidate's tests on the mutants of their code, and on copies without a mistake.

    The copy before the mutants is written differently (see `scoring.rewriting`): a test that
    only looks whether the text of the code is still the same fails there. On a mutant, a test
    file that can't be collected and a run that stops are failures of the tests in question, as
    for whoever runs the suite.

    A mutant may run three times as long as the copy did and a second more; a test that is cut
    off then has failed, and is not asked again, since that is dear. The copies themselves have
    the time of a suite: a busy machine must not take the kills back. When the mutants' runs
    have taken twice that in all, nothing is started; what is undecided then has survived. What
    they wait for other work on the same servers does not count.
    """

    def __init__(
        self,
        kit: GradingKit,
        source: Tree,
        tests: Tree,
        own: SuiteRun,
        wrote: frozenset[str],
        runner: Runner,
    ) -> None:
        self._kit = kit
        self._source = source
        self._tests = tests
        self._own = own
        self._wrote = wrote
        self._runner = runner
        self._spent = 0.0
        self._seconds = kit.limits.suite_seconds
        self._before: Future[tuple[SuiteRun, float]] | None = None
        self._mutants: dict[str, Mutant] = {}
        self._cut_off: set[str] = set()
        self._left_out: set[str] = set()
        self._notes: dict[str, str] = {}

    def start(self, changed: Iterable[str]) -> None:
        """Run the copy in which the changed files are written differently."""
        copy = {**self._source, **{path: rewritten(self._source[path]) for path in changed}}
        self._before = self._runner.submit(self._timed, copy, self._own.passed())

    def results(self, mutants: Iterable[Mutant]) -> tuple[MutantResult, ...]:
        """How the mutants fared, without those with which the source can't be imported."""
        self._mutants = {str(number): mutant for number, mutant in enumerate(mutants)}
        reached = [name for name, mutant in self._mutants.items() if self._is_reached(mutant)]
        for name in self._mutants.keys() - reached:
            self._notes[name] = "no test runs this line"
        killed = self._kills(reached)
        return tuple(
            MutantResult(
                path=printable(mutant.path),
                line=mutant.line,
                original=mutant.original,
                mutated=mutant.mutated,
                killed=bool(killed.get(name)),
                by=tuple(sorted(killed.get(name, ()))),
                note="" if killed.get(name) else self._notes.get(name, ""),
            )
            for name, mutant in self._mutants.items()
            if name not in self._left_out
        )

    def _is_reached(self, mutant: Mutant) -> bool:
        """False only where the candidate's own run tells that it never came there."""
        seen = self._own.coverage.get(printable(mutant.path))
        return seen is None or mutant.statement not in seen.missing

    def _kills(self, reached: Iterable[str]) -> Mapping[str, frozenset[str]]:
        if self._before is None:
            return {}
        before, seconds = self._before.result()
        self._seconds = math.ceil(3 * seconds + 1)
        counting = before.passed() & self._own.passed()
        if not counting:
            return {}
        first = {name: self._runner.submit(self._fails, name, counting) for name in reached}
        suspects = {name: future.result() for name, future in first.items()}
        return confirmed(
            suspects,
            fails=self._fails,
            passes=lambda only, each: _passed(
                self._suite(self._source, only, self._kit.limits.suite_seconds),
                self._suite(self._source, each, self._kit.limits.suite_seconds),
                self._runner,
            ),
            # Those of the candidate first: without one of them nothing is earned.
            rank=lambda id_: id_ not in self._wrote,
            runner=self._runner,
            sure=self._cut_off & suspects.keys(),
            passed=counting,
            all_tests=counting,
        )

    def _fails(self, name: str, only: frozenset[str]) -> frozenset[str]:
        if self._spent > 2 * self._kit.limits.suite_seconds:
            self._notes[name] = "not decided: the time for mutants was up"
            return _NOTHING
        mutant = self._mutants[name]
        run, seconds = self._timed({**self._source, mutant.path: mutant.content}, only)
        self._spent += seconds
        if run.import_problem:
            self._left_out.add(name)
            return _NOTHING
        if seconds >= self._seconds:
            self._cut_off.add(name)
        failed = {*_failed(run, only), *(id_ for id_ in only if file_of(id_) in run.not_collected)}
        if run.ending:
            # The first test that has no result is the one that never ended.
            undone = (id_ for id_ in run.collected or sorted(only) if id_ not in run.results)
            failed.update(itertools.islice(undone, 1))
        return only & failed

    def _timed(self, source: Tree, only: frozenset[str]) -> tuple[SuiteRun, float]:
        began = time.monotonic()
        run = self._runner.run(self._suite(source, only, self._seconds))
        return run, time.monotonic() - began

    def _suite(self, source: Tree, only: frozenset[str], seconds: int) -> Suite:
        # A single test gets no longer than its suite.
        each = min(self._kit.limits.test_seconds, seconds)
        kit = replace(self._kit, limits=replace(self._kit.limits, test_seconds=each))
        return sealed_suite(
            kit,
            source,
            self._tests,
            only=only,
            targets=_targets(kit, only),
            seconds=seconds,
        )
