"""The fixture exercise, workspaces made of it, and git as its user has it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from harness import prepare
from harness.attempt import Plan
from harness.clock import Clock
from harness.errors import WorksampleError
from harness.exercise import Exercise, load_exercise
from harness.workspace import Workspace
from scoring import process

# Nothing is left in the working folder, and no example of one run changes another. Times vary
# with the machine.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "worksample-hypothesis")
settings.register_profile("harness", database=None, deadline=None)
settings.load_profile("harness")

PACK = Path(__file__).parents[1] / "packs" / "tally"


class Refusal(NamedTuple):
    """An error as its reader meets it."""

    kind: type[WorksampleError]
    exit_code: int
    message: str
    tips: tuple[str, ...]


Refuse = Callable[..., Refusal]


@pytest.fixture
def refusal() -> Refuse:
    """Calls what has to be refused; all that the error tells."""

    def call(action: Callable[..., object], *args: object, **kwargs: object) -> Refusal:
        with pytest.raises(WorksampleError) as caught:
            action(*args, **kwargs)
        error = caught.value
        return Refusal(type(error), error.exit_code, error.message, error.tips)

    return call


class RunGit(Protocol):
    def __call__(self, root: Path, *arguments: str) -> str: ...


@pytest.fixture
def run_git() -> RunGit:
    """Runs git as a candidate would, with whatever configuration there is."""

    def run(root: Path, *arguments: str) -> str:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        finished = process.run(["git", *who, *arguments], cwd=root, seconds=60)
        assert (finished.returncode, finished.timed_out) == (0, False), finished.stderr
        return finished.stdout.decode()

    return run


FakeGit = Callable[[str], Path]


@pytest.fixture
def fake_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGit:
    """Puts a shell script before git on PATH; `$GIT` in it is the real one."""
    real = shutil.which("git")

    def write(script: str) -> Path:
        folder = tmp_path / "fake-bin"
        folder.mkdir()
        program = folder / "git"
        program.write_text(f"#!/bin/sh\nGIT='{real}'\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return program

    return write


class Child(NamedTuple):
    """A Python program that runs beside the test."""

    running: process.Running
    folder: Path

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Wait until something holds that the program brings about."""
        deadline = time.monotonic() + 30
        while not ready():
            assert time.monotonic() < deadline, "the child has not come so far"
            time.sleep(0.005)


StartPython = Callable[..., Child]


@pytest.fixture
def start_python(tmp_path: Path) -> Iterator[StartPython]:
    """Starts Python programs, which are killed (SIGKILL) when the test ends at the latest."""
    children = []

    def start(program: str, *arguments: str | Path) -> Child:
        argv = [sys.executable, "-c", program, *arguments]
        child = Child(process.start(argv, cwd=tmp_path), tmp_path)
        children.append(child)
        return child

    yield start
    for child in children:
        child.running.kill()


@pytest.fixture(scope="session")
def tally() -> Exercise:
    """The fixture exercise, to be read only."""
    return load_exercise(PACK)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the fixture exercise, to be broken."""
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
    return Path(shutil.copytree(PACK, tmp_path / "packs" / "tally", ignore=ignore))


@pytest.fixture
def plan(tally: Exercise) -> Plan:
    return Plan(
        exercise="tally",
        version="1.0.0",
        exercise_sha256=tally.sha256,
        exercise_folder=str(tally.folder),
        title="A word count that miscounts",
        number=1,
        mode="practice",
        limit_seconds=1200.0,
        extra_percent=0.0,
        start_commit="",
        visible_passed=3,
        visible_failed=1,
    )


@pytest.fixture
def workspace(tmp_path: Path, tally: Exercise, plan: Plan, clock: Clock) -> Workspace:
    """A workspace of the fixture exercise, its clock just started."""
    return prepare.create(tally, tmp_path / "work" / "tally", plan, clock)
