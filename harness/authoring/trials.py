"""What a fix's tests say: which fail before it and pass after it, and which hunk each one needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.authoring.commits import Fix
from harness.authoring.hunks import Hunk, changed_lines, is_without_effect, put_back
from harness.authoring.selection import by_file, file_of, function_of
from harness.authoring.suites import own_suite
from scoring.model import Limits
from scoring.mutants import Mutant, make_mutants
from scoring.runner import Runner, Suite, SuiteRun
from scoring.terms import last_line
from scoring.trees import Tree, replace_below

# A test function, by file and name: what can be moved, while a case of it can't.
Function = tuple[str, str]

_RUNS = 3
_MOST_HUNKS = 60
_MOST_GROUPINGS = 60


@dataclass(frozen=True)
class Outcomes:
    """The test functions of a fix by what they are good for.

    `fixed` fail before the fix and pass after it, every time; a value is the message of the first
    failure. `kept` are the parent's tests that pass before and after, `added` further ones of the
    commit that do. `cases` has the test ids of each. `dropped` are others of the commit's tests,
    and the parent's that can't be kept, with the reason.
    """

    fixed: Mapping[Function, str]
    kept: frozenset[Function]
    added: frozenset[Function]
    known_before: Mapping[str, set[str]]
    known_after: Mapping[str, set[str]]
    cases: Mapping[Function, tuple[str, ...]]
    dropped: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class Part:
    """Hunks that only make sense together, and the tests that fail without them."""

    hunks: tuple[Hunk, ...]
    needed_by: frozenset[Function]


@dataclass(frozen=True)
class Parts:
    """A fix taken apart: what tests need, what no test needs, and what has no effect at all."""

    needed: tuple[Part, ...]
    untested: tuple[Hunk, ...]
    idle: tuple[Hunk, ...]


def suite(fix: Fix, source: Tree, tests: Tree, limits: Limits, *, graded: bool = False) -> Suite:
    """A version of the tests on a version of the source, as files or as the author's in memory."""
    tree = replace_below(fix.after.tree, fix.packages, source)
    tree = replace_below(tree, fix.after.tests, tests)
    whole = own_suite(fix.after, tree, limits)
    return replace(whole, hidden={}) if graded else whole


def sort_tests(fix: Fix, runner: Runner, limits: Limits) -> Outcomes:
    """Run the parent's and the commit's tests on both versions of the source, and compare.

    By test id and over all tests, since a change may be in what tests share.
    """
    old, new = fix.source_before, fix.source_after
    plan = {
        "after": [(new, fix.tests_after, False)] * _RUNS + [(new, fix.tests_after, True)] * _RUNS,
        "before": [(old, fix.tests_after, False)] * 2 + [(old, fix.tests_after, True)],
        "kept": [
            (source, fix.tests_before, graded) for graded in (False, True) for source in (old, new)
        ],
    }
    waiting = {
        name: [
            runner.submit(runner.run, suite(fix, source, tests, limits, graded=graded))
            for source, tests, graded in runs
        ]
        for name, runs in plan.items()
    }
    after, before, kept = ([each.result() for each in waiting[name]] for name in plan)
    return _sorted(after, before, kept)


def _sorted(
    after: Sequence[SuiteRun], before: Sequence[SuiteRun], kept: Sequence[SuiteRun]
) -> Outcomes:
    cases = _cases(after)
    dropped: dict[str, str] = {}
    fixed, added = {}, set()
    for function, ids in cases.items():
        reason = next((text for id_ in ids if (text := _unsteady(id_, after))), "")
        broke = [id_ for id_ in ids if not any(_passed(id_, run) for run in before)]
        mixed = [id_ for id_ in ids if id_ not in broke and _unsteady(id_, before)]
        if reason or mixed:
            dropped["::".join(function)] = (
                reason or f"before the fix: {_unsteady(mixed[0], before)}"
            )
        elif not broke:
            added.add(function)
        elif any(id_ not in before[0].results for id_ in broke):
            text = before[0].not_collected.get(function[0], "")
            why = last_line(text) if text else "it is not collected"
            dropped["::".join(function)] = f"can't be collected before the fix: {why}"
        else:
            fixed[function] = before[0].results[broke[0]].message
    for run in (*after, *kept):
        for path, text in run.not_collected.items():
            dropped.setdefault(path, f"can't be collected: {last_line(text)}")
    stays = set()
    for function, ids in _cases(kept).items():
        reason = next((text for id_ in ids if (text := _unsteady(id_, kept))), "")
        if not reason:
            stays.add(function)
        elif function not in fixed:
            dropped.setdefault("::".join(function), reason)
    return Outcomes(
        fixed=fixed,
        kept=frozenset(stays),
        added=frozenset(added - stays),
        known_before=by_file(id_ for run in kept for id_ in run.results),
        known_after=by_file(id_ for run in after for id_ in run.results),
        cases=cases,
        dropped=dropped,
        seconds=sum(each.seconds for each in after[0].results.values()),
    )


def _cases(runs: Iterable[SuiteRun]) -> dict[Function, tuple[str, ...]]:
    found: dict[Function, dict[str, None]] = {}
    for run in runs:
        for id_ in run.results:
            found.setdefault((file_of(id_), function_of(id_)), {})[id_] = None
    return {function: tuple(ids) for function, ids in sorted(found.items())}


def _unsteady(id_: str, runs: Sequence[SuiteRun]) -> str:
    """Why a test can't be relied on; "" for one that passed in every run."""
    passed = sum(_passed(id_, run) for run in runs)
    if passed == len(runs):
        return ""
    other = next(run.results.get(id_) for run in runs if not _passed(id_, run))
    said = (other.message.partition("\n")[0] or other.outcome) if other else "it did not run"
    if not passed:
        return said
    alike = [run for run in runs if _passed(id_, run)]
    half = len(runs) // 2
    if alike == list(runs[:half]):
        return f"passes as a file, not among hidden tests: {said}"
    return f"flaky, passed {passed} of {len(runs)} times: {said}"


def _passed(id_: str, run: SuiteRun) -> bool:
    return run.outcome(id_) == "passed"


# --- hunks ----------------------------------------------------------------------------------


def take_apart(fix: Fix, outcomes: Outcomes, runner: Runner, limits: Limits) -> Parts:
    """Put the fix's hunks back one by one and see which tests notice.

    Hunks without which nothing can be imported, or tests fail that passed before the fix, are put
    back together with others until that is over; at worst all of them are one part.
    """
    idle = tuple(hunk for hunk in fix.hunks if is_without_effect(fix.source_after, hunk))
    hunks = tuple(hunk for hunk in fix.hunks if hunk not in idle)
    lab = _Lab(fix, outcomes, runner, limits)
    if len(hunks) > _MOST_HUNKS:
        return Parts((Part(hunks, frozenset(outcomes.fixed)),), (), idle)
    groups = [(hunk,) for hunk in hunks]
    told = lab.try_all(groups)
    broken = [group for group in groups if told[group] is None]
    groups = [group for group in groups if told[group] is not None]
    if broken:
        joined = lab.join(broken, groups)
        groups = [group for group in groups if not set(group) <= set(joined)]
        if joined:
            groups.append(joined)
            told |= lab.try_all([joined])
    needed, untested = [], []
    for group in groups:
        by = told[group]
        if by:
            needed.append(Part(tuple(sorted(group)), by))
        else:
            untested += group
    noticed = {function for part in needed for function in part.needed_by}
    rest = frozenset(outcomes.fixed.keys() - noticed)
    if not needed:
        needed, untested = [Part(hunks, rest)], []
    return Parts(tuple(needed), tuple(untested), idle)


class _Lab:
    """Runs versions of the fix's source against the tests that tell it from the old one."""

    def __init__(self, fix: Fix, outcomes: Outcomes, runner: Runner, limits: Limits) -> None:
        self._fix = fix
        self._outcomes = outcomes
        self._runner = runner
        files = tuple(sorted({file for file, _ in outcomes.fixed}))
        ids = {
            id_
            for function, cases in outcomes.cases.items()
            if function[0] in files and (function in outcomes.fixed or self._steady(function))
            for id_ in cases
        }
        whole = suite(fix, fix.source_after, fix.tests_after, limits)
        self._suite = replace(whole, targets=files, only=frozenset(ids), texts=False)

    def _steady(self, function: Function) -> bool:
        return function in self._outcomes.added or function in self._outcomes.kept

    def try_all(
        self, groups: Iterable[tuple[Hunk, ...]]
    ) -> dict[tuple[Hunk, ...], frozenset[Function] | None]:
        """Which functions fail without each group; None where more than those breaks."""
        waiting = {
            group: self._runner.submit(self.run, put_back(self._fix.source_after, group))
            for group in groups
        }
        return {group: self._judge(each.result()) for group, each in waiting.items()}

    def run(self, source: Tree, only: Collection[str] | None = None) -> SuiteRun:
        tree = replace_below(self._suite.tree, self._fix.packages, source)
        ids = self._suite.only if only is None else frozenset(only)
        return self._runner.run(replace(self._suite, tree=tree, only=ids))

    def _judge(self, run: SuiteRun) -> frozenset[Function] | None:
        if run.import_problem or run.ending or run.not_collected:
            return None
        failed = set()
        for id_ in self._suite.only or ():
            function = (file_of(id_), function_of(id_))
            if not _passed(id_, run):
                if function not in self._outcomes.fixed:
                    return None
                failed.add(function)
        return frozenset(failed)

    def join(
        self, broken: Sequence[tuple[Hunk, ...]], others: Sequence[tuple[Hunk, ...]]
    ) -> tuple[Hunk, ...]:
        """The smallest bundle found that has all broken hunks and breaks nothing else."""
        together = tuple(hunk for group in broken for hunk in group)
        bundles = [together]
        bundles += [(*together, *other) for other in others][:_MOST_GROUPINGS]
        paths = {hunk.path for hunk in together}
        rest = tuple(hunk for group in others for hunk in group)
        bundles.append((*together, *(hunk for hunk in rest if hunk.path in paths)))
        for bundle in bundles:
            if self.try_all([bundle])[bundle] is not None:
                return bundle
        return (*together, *rest)


def survivors(
    fix: Fix, parts: Parts, outcomes: Outcomes, runner: Runner, limits: Limits
) -> tuple[int, tuple[Mutant, ...]]:
    """How many small mistakes were made in the fix's lines, and those that its tests let pass."""
    lab = _Lab(fix, outcomes, runner, limits)
    lines = changed_lines(hunk for part in parts.needed for hunk in part.hunks)
    made = make_mutants(fix.source_after, lines).made
    ids = [id_ for function in outcomes.fixed for id_ in outcomes.cases[function]]
    waiting = [
        (each, runner.submit(lab.run, {**fix.source_after, each.path: each.content}, ids))
        for each in made
    ]
    alive = [
        mutant
        for mutant, run in waiting
        if not run.result().import_problem and all(_passed(id_, run.result()) for id_ in ids)
    ]
    return len(made), tuple(alive)
