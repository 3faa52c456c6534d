"""The tests of a fix, run on the source before it and after it, as files and as hidden tests."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import replace

from harness.authoring.commits import Fix
from harness.authoring.layout import is_test_file
from harness.authoring.outcomes import Outcomes, passed, sort_outcomes, why_unsteady
from harness.authoring.selection import by_file, file_of, function_of
from harness.authoring.suites import own_suite
from harness.errors import UsageProblem
from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun
from scoring.trees import Tree, replace_below

_PILOTS = 5
_REPEATS = 3
_SLOW_SECONDS = 1.5
# What a file of the project may be given: the second while it is imported only, since by then
# there is nothing to be seen.
_ASKS = ("code made of a text", "sys._getframe")
_REFUSED = re.compile(r"(.*) \((.*):\d+\)")


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
            self._start(source, self.fix.tests_before, graded=graded, targets=changed, every=True)
            for graded in (False, True)
            for source in (old, new)
        ]
        (own, again), before, kept = ([each.result() for each in waiting[name]] for name in waiting)
        after = [pilot, own, graded, again]
        same = [before[0], own, before[2], again]
        for run, other in zip(kept, same, strict=True):
            alike = {i: r for i, r in other.results.items() if file_of(i) not in changed}
            run.results.update(alike)
        outcomes = sort_outcomes(after, before, kept)
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
        only: frozenset[str] | None = None,
        every: bool = False,
    ) -> Future[SuiteRun]:
        """A run of the tests that can be used; `only` names others, `every` runs all there are."""
        whole = suite(self.fix, source, tests, self.limits, graded=graded, given=self.given)
        chosen = whole.targets if targets is None else targets
        limit = None if every else self._only if only is None else only
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
            reason = next((text for id_ in cases if (text := why_unsteady(id_, passing))), "")
            if not reason and any(all(passed(id_, run) for id_ in cases) for run in failing):
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
