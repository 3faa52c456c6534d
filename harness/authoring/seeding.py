"""Choosing bugs that a project's own tests tell apart: each noticed by tests of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from harness.authoring.bugs import Bug, apply, mutant_bugs, possible_bugs
from harness.authoring.project import Project
from harness.authoring.selection import file_of, function_of
from harness.authoring.suites import graded_suite, own_suite
from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun
from scoring.terms import TestResult
from scoring.trees import Tree, below

# A test by its file and function: parameters of one function stay together.
Unit = str

_TRIALS_A_BUG = 30
_TRIALS = 40
_BESIDE = 4
_CONFIRMATIONS = 2
_FEWEST_LEFT = 20
_CRASHES = ("NameError", "UnboundLocalError", "ImportError", "RecursionError", "SyntaxError")


@dataclass(frozen=True)
class Seeded:
    """A bug with the tests that notice it and no other of the chosen ones.

    `own` are those tests, all in `file`; `noticed` are all that notice it, in whatever file.
    `failures` are the results of `own` with nothing but this bug in the project.
    """

    bug: Bug
    file: str
    own: frozenset[Unit]
    noticed: frozenset[Unit]
    failures: tuple[TestResult, ...]


@dataclass(frozen=True)
class Harvest:
    """What a search found: the bugs, the tests that stay visible, and why others were left out."""

    seeded: tuple[Seeded, ...]
    unaffected: frozenset[Unit]
    tried: int
    rejected: Mapping[str, int]


def unit_of(test_id: str) -> Unit:
    return f"{file_of(test_id)}::{function_of(test_id)}"


@dataclass
class Search:
    """Seeds bugs into a project whose tests all pass.

    `units` are its tests, and `may_hide` tells whether one can be moved among the hidden ones;
    `seconds` is what they all take.
    """

    project: Project
    limits: Limits
    runner: Runner
    units: frozenset[Unit]
    may_hide: Callable[[Unit], bool]
    seconds: float
    tell: Callable[[str], None]
    _rejected: Counter[str] = field(default_factory=Counter)

    def find(self, number: int, seed: int) -> Harvest:
        """Choose `number` bugs, or as many as there are; the same for the same seed."""
        chance = random.Random(f"{seed}")  # noqa: S311 - to be repeated, not to be secret
        healthy = self.runner.run(
            own_suite(self.project, self.project.tree, self.limits, coverage=True)
        )
        # Where measuring takes too long, bugs are tried everywhere.
        lines: dict[str, Collection[int]] = {
            path: range(1, content.count(b"\n") + 2)
            for path, content in below(self.project.tree, self.project.packages).items()
            if path.endswith(".py")
        } | {path: facts.executed for path, facts in healthy.coverage.items()}
        queues = self._queues(lines, chance)
        most = _TRIALS + _TRIALS_A_BUG * number
        chosen: list[Seeded] = []
        tried = 0
        while len(chosen) < number and tried < most:
            group = queues.take(_BESIDE, [each.bug for each in chosen])
            if not group:
                break
            runs = [self.runner.submit(self._run, [bug], own_suite) for bug in group]
            for bug, waiting in zip(group, runs, strict=True):
                run = waiting.result()
                if len(chosen) == number or not queues.wants(bug, [each.bug for each in chosen]):
                    continue
                tried += 1
                if noticed := self._noticed(run):
                    chosen = self._with(chosen, bug, noticed, run)
            self.tell(f"{len(chosen)} of {number} bugs seeded, {tried} tried")
        touched = frozenset[Unit]().union(*(each.noticed for each in chosen))
        together = self._run([each.bug for each in chosen])
        return Harvest(
            tuple(chosen),
            self.units - touched - self._failing(together),
            tried,
            dict(self._rejected),
        )

    def _queues(self, lines: Mapping[str, Collection[int]], chance: random.Random) -> _Queues:
        """Bugs as people make them first; plainer mistakes where these don't suffice."""
        tree = self.project.tree
        people = _by_path(possible_bugs(tree, lines))
        mutants = _by_path(mutant_bugs(tree, lines))
        paths = sorted(people.keys() | mutants.keys())
        chance.shuffle(paths)
        return _Queues(
            {
                path: [
                    *_mixed(people.get(path, []), chance),
                    *_mixed(mutants.get(path, []), chance),
                ]
                for path in paths
            }
        )

    def _run(self, bugs: Iterable[Bug], make: Callable[..., Suite] = graded_suite) -> SuiteRun:
        tree: Tree = {**self.project.tree, **apply(bugs, self.project.tree)}
        suite = make(self.project, tree, self.limits)
        return self.runner.run(replace(suite, seconds=10 + 6 * self.seconds))

    def _noticed(self, run: SuiteRun) -> frozenset[Unit]:
        """The tests that notice a bug; none where it is no bug to look for."""
        failures = [each for each in run.results.values() if each.outcome != "passed"]
        units = frozenset(unit_of(each.id) for each in failures)
        problem = ""
        if run.import_problem or run.not_collected:
            problem = "breaks the import"
        elif run.ending or any("took longer than" in each.message for each in failures):
            problem = "keeps the tests from coming to their end"
        elif not failures:
            problem = "noticed by no test"
        elif len(units) > max(3, len(self.units) // 4):
            problem = "breaks too much"
        elif any(each.outcome != "failed" for each in failures):
            problem = "breaks the set-up of a test"
        elif all(each.message.startswith(_CRASHES) for each in failures):
            problem = "crashes wherever it is reached"
        if problem:
            self._rejected[problem] += 1
        return frozenset() if problem else units

    def _with(
        self, chosen: list[Seeded], bug: Bug, noticed: frozenset[Unit], run: SuiteRun
    ) -> list[Seeded]:
        """The chosen bugs and this one; without it where they can't be told apart then."""
        failures = tuple(each for each in run.results.values() if each.outcome != "passed")
        more = [*chosen, Seeded(bug, "", frozenset(), noticed, failures)]
        problem, told_apart = self._told_apart(more, self.units)
        if not problem:
            together = self._run([each.bug for each in more])
            problem = "does not go with the others"
            if not (together.import_problem or together.ending or together.not_collected):
                failing = self._failing(together)
                problem, told_apart = self._told_apart(more, failing)
                affected = failing.union(*(each.noticed for each in more))
                if len(self.units - affected) < min(_FEWEST_LEFT, len(self.units) // 3):
                    problem = "leaves too few tests that it does not touch"
        if not problem and not self._is_steady(bug, noticed):
            problem = "noticed only sometimes"
        if problem:
            self._rejected[problem] += 1
            return chosen
        return told_apart

    def _told_apart(
        self, bugs: Sequence[Seeded], failing: frozenset[Unit]
    ) -> tuple[str, list[Seeded]]:
        """The bugs, each with its own tests among the failing ones; or what is wrong."""
        found = []
        for each in bugs:
            others = frozenset[Unit]().union(*(o.noticed for o in bugs if o is not each))
            own = [u for u in each.noticed & failing - others if self.may_hide(u)]
            by_file = Counter(map(file_of, own))
            if not by_file:
                return "noticed by no test of its own", []
            file = min(by_file, key=lambda name: (-by_file[name], name))
            found.append(
                replace(each, file=file, own=frozenset(u for u in own if file_of(u) == file))
            )
        return "", found

    def _failing(self, run: SuiteRun) -> frozenset[Unit]:
        return frozenset(map(unit_of, run.results.keys() - run.passed()))

    def _is_steady(self, bug: Bug, noticed: frozenset[Unit]) -> bool:
        """Whether the same tests notice it again, as the author's tests, too."""
        runs = [self.runner.submit(self._run, [bug]) for _ in range(_CONFIRMATIONS)]
        return all(self._failing(each.result()) == noticed for each in runs)


class _Queues:
    """Bugs waiting to be tried, by module; those of modules with the fewest bugs come first."""

    def __init__(self, waiting: dict[str, list[Bug]]) -> None:
        self._waiting = waiting

    def take(self, number: int, chosen: Sequence[Bug]) -> list[Bug]:
        """The next ones. As many on every machine, so that the choice is the same on all."""
        taken: list[Bug] = []
        while len(taken) < number and (modules := self._turn(chosen)):
            for path in modules[: number - len(taken)]:
                bug = self._waiting[path].pop(0)
                if not any(bug.overlaps(each) for each in chosen):
                    taken.append(bug)
        return taken

    def wants(self, bug: Bug, chosen: Sequence[Bug]) -> bool:
        """Whether it is still that module's turn, and the function has no bug; else it waits."""
        if any(bug.overlaps(each) for each in chosen):
            return False
        turn = self._turn(chosen)
        if (
            turn
            and Counter(e.path for e in chosen)[bug.path] > Counter(e.path for e in chosen)[turn[0]]
        ):
            self._waiting[bug.path].insert(0, bug)
            return False
        return True

    def _turn(self, chosen: Sequence[Bug]) -> list[str]:
        """The modules with the fewest bugs, of those that have any left to try."""
        have = Counter(each.path for each in chosen)
        left = [path for path, bugs in self._waiting.items() if bugs]
        fewest = min((have[path] for path in left), default=0)
        return [path for path in left if have[path] == fewest]


def _by_path(bugs: Iterable[Bug]) -> dict[str, list[Bug]]:
    found: dict[str, list[Bug]] = {}
    for bug in bugs:
        found.setdefault(bug.path, []).append(bug)
    return found


def _mixed(bugs: Iterable[Bug], chance: random.Random) -> Iterator[Bug]:
    """By turns from every kind, otherwise by chance."""
    kinds: dict[str, list[Bug]] = {}
    for bug in bugs:
        kinds.setdefault(bug.kind, []).append(bug)
    lists = list(kinds.values())
    chance.shuffle(lists)
    for each in lists:
        chance.shuffle(each)
    for turn in zip_longest(*lists):
        yield from (bug for bug in turn if bug is not None)
