"""A fix taken apart: which hunk each of its tests needs, and what no test would miss."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from harness.authoring.hunks import Hunk, changed_lines, is_without_effect, put_back
from harness.authoring.outcomes import Function, Outcomes, passed
from harness.authoring.selection import file_of, function_of
from harness.authoring.trials import Trial, suite
from scoring.mutants import Mutant, make_mutants
from scoring.runner import SuiteRun
from scoring.trees import Tree, replace_below

_MOST_HUNKS = 60
_MOST_GROUPINGS = 60


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
            if not passed(id_, run):
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
        if not run.result().import_problem and all(passed(id_, run.result()) for id_ in ids)
    ]
    return len(made), tuple(alive)
