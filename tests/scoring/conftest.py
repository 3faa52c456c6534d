"""Gradings of the fixture exercise `tally`, each made once for all tests of a process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from harness.exercise import load_exercise
from scoring.engine import grade
from scoring.model import GradingKit, Limits, Scorecard, TimeUsed
from scoring.runner import Runner, Suite, SuiteRun

# Nothing is left in the working folder, and no example of one run changes another. Times vary
# with the machine.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "worksample-hypothesis")
settings.register_profile("scoring", database=None, deadline=None)
settings.load_profile("scoring")

Files = dict[str, bytes]

PACK = Path(__file__).parents[1] / "packs" / "tally"
IN_TIME = TimeUsed(used=600, limit=1200, grace=30)


@dataclass(frozen=True)
class Gradings:
    """The exercise, and scorecards of submissions of it."""

    kit: GradingKit
    runner: Runner

    @property
    def starter(self) -> Files:
        return dict(self.kit.starter)

    @property
    def reference(self) -> Files:
        return dict(self.kit.reference)

    def with_reference_source(self, tests: dict[str, str]) -> Files:
        """The reference solution with the starter's tests and these."""
        files = {**self.starter, "tally/words.py": self.kit.solution["tally/words.py"]}
        return files | {path: text.encode() for path, text in tests.items()}

    def grade(
        self,
        files: Files,
        *,
        kit: GradingKit | None = None,
        time: TimeUsed = IN_TIME,
        reveal: bool = True,
    ) -> Scorecard:
        return grade(kit or self.kit, files, time, reveal=reveal, runner=self.runner)


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """One runner serves every grading, as it does for a cohort."""
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def tally(runner: Runner) -> Gradings:
    return Gradings(load_exercise(PACK).kit(), runner)


@pytest.fixture(scope="session")
def reference_card(tally: Gradings) -> Scorecard:
    return tally.grade(tally.reference)


@pytest.fixture(scope="session")
def starter_card(tally: Gradings) -> Scorecard:
    return tally.grade(tally.starter)


@pytest.fixture(scope="session")
def half_card(tally: Gradings) -> Scorecard:
    """Only one of two bugs repaired."""
    words = tally.kit.starter["tally/words.py"].replace(b'.strip().split(" ")', b".split()")
    return tally.grade({**tally.starter, "tally/words.py": words}, reveal=False)


RunTests = Callable[..., SuiteRun]


@pytest.fixture(scope="session")
def run_tests(runner: Runner) -> RunTests:
    """Runs test files of a little package; a text by path, folders `pkg` and `tests`."""

    def run(files: dict[str, str | bytes], **suite: object) -> SuiteRun:
        tree = {
            path: text if isinstance(text, bytes) else text.encode()
            for path, text in {"pkg/__init__.py": "", **files}.items()
        }
        order = Suite(
            tree=tree,
            targets=("tests",),
            packages=("pkg",),
            test_folders=("tests",),
            limits=Limits(test_seconds=1, memory_mb=512),
        )
        return runner.run(replace(order, **suite))

    return run
