"""What a fix's tests say: which fail before it and pass after it, and which hunk each one needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from harness.authoring.commits import Fix
from harness.authoring.hunks import Hunk, changed_lines, is_without_effect, put_back
from harness.authoring.layout import is_test_file
from harness.authoring.selection import by_file, file_of, function_of
from harness.authoring.suites import own_suite
from harness.errors import UsageProblem
from scoring.model import Limits
from scoring.mutants import Mutant, make_mutants
from scoring.runner import Runner, Suite, SuiteRun
from scoring.terms import last_line
from scoring.trees import Tree, replace_below

# A test function, by file and name: what can be moved, while a case of it can't.
Function = tuple[str, str]

_PILOTS = 5
_REPEATS = 3
_SLOW_SECONDS = 1.5
# What a file of the project may be given: the second while it is imported only, since by then
# there is nothing to be seen.
_ASKS = ("code made of a text", "sys._getframe")
_REFUSED = re.compile(r"(.*) \((.*):\d+\)")
_MOST_HUNKS = 60
_MOST_GROUPINGS = 60


@dataclass(frozen=True)
class Outcomes:
    """The test functions of a fix by what they are good for.

    `known_before` and `known_after` name all of the parent's and the commit's, by file. `fixed`
    fail before the fix and pass after it, every time; a value is the message of the first failure.
    `kept` are the parent's that pass before and after, `added` further ones of the commit that do.
    `cases` has the test ids of each. `dropped` are those that can't be used, with the reason.
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


def suite(
    fix: Fix,
    source: Tree,
    tests: Tree,
    limits: Limits,
    *,
    graded: bool = False,
    given: tuple[str, ...] = (),
) -> Suite:
    """A version of the tests on a version of the source, as files or as the author's in memory."""
    tree = replace_below(fix.after.tree, fix.packages, source)
    tree = replace_below(tree, fix.after.tests, tests)
    whole = own_suite(fix.after, tree, limits)
    return replace(whole, hidden={}, given=given) if graded else whole


class Trial:
    """Runs the tests of a fix, the parent's and the commit's, on both versions of the source."""

    def __init__(self, fix: Fix, runner: Runner, limits: Limits) -> None:
        self.fix = fix
        self.runner = runner
        self.limits = limits
        self.given: tuple[str, ...] = ()
        self._only: frozenset[str] | None = None
        self._left_out: dict[str, str] = {}
        self._last = SuiteRun()
        self._collected: frozenset[str] = frozenset()

    def sort_tests(self) -> Outcomes:
        """Compare outcomes by test id, over all tests: a change may be in what tests share.

        Raises UsageProblem where nothing can be run.
        """
        old, new = self.fix.source_before, self.fix.source_after
        tests = self.fix.tests_after
        pilot = self._pilot()
        graded = self._graded()
        waiting = {
            "after": [self._start(new, tests), self._start(new, tests, graded=True)],
            "before": [self._start(old, tests, graded=graded) for graded in (False, False, True)],
        }
        changed = self._changed_modules()
        waiting["kept"] = [
            self._start(source, self.fix.tests_before, graded=graded, targets=changed, only=())
            for graded in (False, True)
            for source in (old, new)
        ]
        (own, again), before, kept = ([each.result() for each in waiting[name]] for name in waiting)
        after = [pilot, own, graded, again]
        same = [before[0], own, before[2], again]
        for run, other in zip(kept, same, strict=True):
            alike = {i: r for i, r in other.results.items() if file_of(i) not in changed}
            run.results.update(alike)
        outcomes = _sorted(after, before, kept)
        shared = {id_ for id_ in self._collected if file_of(id_) not in changed}
        too_slow = {
            (file_of(id_), function_of(id_))
            for run in kept
            for id_, each in run.results.items()
            if each.seconds > _SLOW_SECONDS or id_ in self._left_out
        }
        outcomes = replace(
            outcomes,
            kept=outcomes.kept - too_slow,
            known_before=by_file({*shared, *(id_ for run in kept for id_ in run.collected)}),
            known_after=by_file(self._collected),
        )
        outcomes = self._without_flaky(outcomes)
        return replace(outcomes, dropped={**outcomes.dropped, **self._left_out})

    def _start(
        self,
        source: Tree,
        tests: Tree,
        *,
        graded: bool = False,
        targets: tuple[str, ...] | None = None,
        only: Collection[str] | None = None,
    ) -> Future[SuiteRun]:
        """A run of the tests that can be used; `only` names others, or with () no limit."""
        whole = suite(self.fix, source, tests, self.limits, graded=graded, given=self.given)
        chosen = whole.targets if targets is None else targets
        limit = self._only if only is None else only
        if limit is not None:
            limit = frozenset(limit) if limit != () else None
        limited = replace(whole, targets=chosen, only=limit)
        if not chosen:
            return self.runner.submit(SuiteRun)
        return self.runner.submit(self.runner.run, limited)

    def _pilot(self) -> SuiteRun:
        """The first run; what is too slow, or ends the run, is left out of those to come."""
        for _ in range(_PILOTS):
            run = self._start(self.fix.source_after, self.fix.tests_after).result()
            self._collected |= set(run.collected)
            if run.import_problem:
                raise UsageProblem(
                    f"{self.fix.commit.id[:12]}: {run.import_problem}",
                    "the project may need a build step, another Python or further packages",
                )
            if not run.ending:
                break
            culprit = next((id_ for id_ in run.collected if id_ not in run.results), "")
            if not culprit:
                break
            self._left_out[culprit] = f"ends the whole run: {run.ending}"
            self._only = frozenset(run.collected) - self._left_out.keys()
        for id_, result in run.results.items():
            if result.seconds > _SLOW_SECONDS:
                self._left_out[id_] = f"takes {result.seconds:.1f} s"
        slow = {(file_of(id_), function_of(id_)) for id_ in self._left_out}
        self._only = frozenset(
            id_ for id_ in run.results if (file_of(id_), function_of(id_)) not in slow
        )
        run.results = {id_: each for id_, each in run.results.items() if id_ in self._only}
        return run

    def _graded(self) -> SuiteRun:
        """The first run as the author's tests; files of the project that ask for frames while they
        are imported, or make code of texts, and that the fix leaves alone, become given."""
        while self._is_given_more(only=frozenset()):
            pass
        while self._is_given_more(only=None):
            pass
        return self._last

    def _is_given_more(self, *, only: frozenset[str] | None) -> bool:
        """Run, and see whether there are further files to be given; `only` nothing to import."""
        source = self.fix.source_after
        self._last = self._start(source, self.fix.tests_after, graded=True, only=only).result()
        kinds = _ASKS[:1] if only is None else _ASKS
        asked = {
            match[2]
            for match in map(_REFUSED.fullmatch, self._last.refused)
            if match and match[1] in kinds
        }
        touched = {hunk.path for hunk in self.fix.hunks}
        new = asked & source.keys() - touched - set(self.given)
        self.given = tuple(sorted({*self.given, *new}))
        return bool(new)

    def _changed_modules(self) -> tuple[str, ...]:
        """The parent's test files that run differently now; all, if what they share was changed."""
        before, after = self.fix.tests_before, self.fix.tests_after
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        if all(is_test_file(path) for path in changed):
            return tuple(sorted(changed & before.keys()))
        return tuple(sorted(path for path in before if is_test_file(path)))

    def _without_flaky(self, outcomes: Outcomes) -> Outcomes:
        """The tests that matter most are run more often."""
        files = tuple(sorted({file for file, _ in outcomes.fixed}))
        ids = frozenset(id_ for each in outcomes.fixed for id_ in outcomes.cases[each])
        if not files:
            return outcomes
        after, before = (
            [
                self._start(source, self.fix.tests_after, graded=graded, targets=files, only=ids)
                for graded in (False, True)
                for _ in range(_REPEATS)
            ]
            for source in (self.fix.source_after, self.fix.source_before)
        )
        passing = [each.result() for each in after]
        failing = [each.result() for each in before]
        flaky = {}
        for function in outcomes.fixed:
            cases = outcomes.cases[function]
            reason = next((text for id_ in cases if (text := _unsteady(id_, passing))), "")
            if not reason and any(all(_passed(id_, run) for id_ in cases) for run in failing):
                reason = "flaky: it passes before the fix, sometimes"
            if reason:
                flaky[function] = reason
        return replace(
            outcomes,
            fixed={each: text for each, text in outcomes.fixed.items() if each not in flaky},
            dropped={
                **outcomes.dropped,
                **{"::".join(each): text for each, text in flaky.items()},
            },
        )


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
        known_before={},
        known_after={},
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


def take_apart(trial: Trial, outcomes: Outcomes) -> Parts:
    """Put the fix's hunks back one by one and see which tests notice.

    Hunks without which nothing can be imported, or tests fail that passed before the fix, are put
    back together with others until that is over; at worst all of them are one part.
    """
    fix = trial.fix
    idle = tuple(hunk for hunk in fix.hunks if is_without_effect(fix.source_after, hunk))
    hunks = tuple(hunk for hunk in fix.hunks if hunk not in idle)
    lab = _Lab(trial, outcomes)
    if len(hunks) > _MOST_HUNKS:
        return Parts((Part(hunks, frozenset(outcomes.fixed)),), (), idle)
    groups: list[tuple[Hunk, ...]] = [(hunk,) for hunk in hunks]
    told = lab.try_all(groups)
    broken = [group for group in groups if told[group] is None]
    groups = [group for group in groups if told[group] is not None]
    if broken:
        joined = lab.join(broken, groups)
        groups = [group for group in groups if not set(group) <= set(joined)]
        if joined:
            groups.append(joined)
            told |= lab.try_all([joined])
    needed: list[Part] = []
    untested: list[Hunk] = []
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

    def __init__(self, trial: Trial, outcomes: Outcomes) -> None:
        self._fix = fix = trial.fix
        self._outcomes = outcomes
        self._runner = trial.runner
        files = tuple(sorted({file for file, _ in outcomes.fixed}))
        ids = {
            id_
            for function, cases in outcomes.cases.items()
            if function[0] in files and (function in outcomes.fixed or self._steady(function))
            for id_ in cases
        }
        whole = suite(fix, fix.source_after, fix.tests_after, trial.limits)
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


def survivors(trial: Trial, parts: Parts, outcomes: Outcomes) -> tuple[int, tuple[Mutant, ...]]:
    """How many small mistakes were made in the fix's lines, and those that its tests let pass."""
    fix, lab = trial.fix, _Lab(trial, outcomes)
    lines = changed_lines(hunk for part in parts.needed for hunk in part.hunks)
    made = make_mutants(fix.source_after, lines).made
    ids = [id_ for function in outcomes.fixed for id_ in outcomes.cases[function]]
    waiting = [
        (each, trial.runner.submit(lab.run, {**fix.source_after, each.path: each.content}, ids))
        for each in made
    ]
    alive = [
        mutant
        for mutant, run in waiting
        if not run.result().import_problem and all(_passed(id_, run.result()) for id_ in ids)
    ]
    return len(made), tuple(alive)
