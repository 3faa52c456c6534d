"""The exercise that is being proved, as all rules see it: its trees, first runs and servers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TypeVar

from harness.exercise import Exercise
from scoring.baseline import Measured
from scoring.engine import grade
from scoring.model import GradingKit, Scorecard, TimeUsed
from scoring.runner import Runner, Suite, SuiteRun
from scoring.trees import Tree, below

_T = TypeVar("_T")
_A = TypeVar("_A")

# Called with the number of runs and gradings that are done, and of those known to be due.
Progress = Callable[[int, int], None]


class Subject:
    """An exercise with its measured baseline. Rules may use it from several threads at once."""

    def __init__(
        self,
        exercise: Exercise,
        kit: GradingKit,
        measured: Measured,
        runner: Runner,
        progress: Progress,
    ) -> None:
        self.exercise = exercise
        self.manifest = exercise.manifest
        self.kit = kit
        self.measured = measured
        self.runner = runner
        # One made out of a real project is as large and as tidy as that project.
        self.imported = self.manifest.provenance is not None
        self._progress = progress
        self._pool = ThreadPoolExecutor(4)
        self._lock = threading.Lock()
        self._done = self._due = 0
        self._stopped = False
        self._best: dict[str, float] = {}

    # --- doing things ---

    def expect(self, number: int) -> None:
        """Announce runs, for the progress that is shown."""
        with self._lock:
            self._due += number

    def side_by_side(self, function: Callable[[_A], _T], arguments: Iterable[_A]) -> list[_T]:
        """Results in the order of the arguments. Not from within such a function itself."""
        given = list(arguments)
        self.expect(len(given))

        def one(argument: _A) -> _T:
            return self.counted(lambda: function(argument))

        return [each.result() for each in [self._pool.submit(one, one_) for one_ in given]]

    def counted(self, function: Callable[[], _T]) -> _T:
        """Something that was expected. Raises CancelledError once all is being stopped."""
        if self._stopped:
            raise CancelledError
        answer = function()
        with self._lock:
            self._done += 1
            self._progress(self._done, self._due)
        return answer

    def run(self, suite: Suite) -> SuiteRun:
        return self.runner.run(suite)

    def grade(self, tree: Tree) -> Scorecard:
        return grade(self.kit, tree, TimeUsed(0.0, 60.0, 60.0), reveal=False, runner=self.runner)

    def stop(self) -> None:
        """Start nothing any more."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    # --- what is known ---

    def time(self, run: SuiteRun) -> None:
        """Note how long the tests of a right answer took; of each the shortest time counts."""
        with self._lock:
            for id_, result in run.results.items():
                self._best[id_] = min(result.seconds, self._best.get(id_, result.seconds))

    @property
    def best_seconds(self) -> Mapping[str, float]:
        return self._best

    def source(self, tree: Tree) -> Mapping[str, bytes]:
        """The Python files of the packages."""
        inside = below(tree, self.kit.packages)
        return {path: content for path, content in inside.items() if path.endswith(".py")}
