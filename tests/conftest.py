"""What every test gets: a home, a history and a git of its own, and the packs below tests/."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.clock import Instant
from tally_pack import PACKS


@pytest.fixture(autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the user's home, history, git configuration or proxy."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "XDG_", "WORKSAMPLE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("WORKSAMPLE_DATA", str(home / "data"))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(PACKS))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


# Started in the background, a shell lets us ignore interrupts, and all that we start.
signal.signal(signal.SIGINT, signal.default_int_handler)


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.utc = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
        self.boot_id = "first boot"
        self.boot_seconds = 5000.0

    def __call__(self) -> Instant:
        return Instant(self.utc, self.boot_id, self.boot_seconds)

    def advance(self, *, minutes: float = 0, seconds: float = 0) -> None:
        step = minutes * 60 + seconds
        self.utc += timedelta(seconds=step)
        self.boot_seconds += step


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Worksample = Callable[..., Answer]


@pytest.fixture
def worksample(
    capsys: pytest.CaptureFixture[str], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Worksample:
    """Runs a command line in this process, through the error boundary, on the fake clock."""
    from harness import cli

    def run(*arguments: str | Path, cwd: Path | None = None) -> Answer:
        if cwd is not None:
            monkeypatch.chdir(cwd)
        words = [str(argument) for argument in arguments]
        capsys.readouterr()
        code = cli.guarded(
            lambda: cli.cli.main(
                words,
                prog_name="worksample",
                standalone_mode=False,
                obj=cli.Given(clock=clock),
            ),
            words,
        )
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run
