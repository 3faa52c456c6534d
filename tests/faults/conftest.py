"""A person's disk: the folder they work in and their history, to be put back as it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harness import cli, evaluate
from harness.authoring.lock import lock_exercise
from harness.clock import system_clock
from harness.report import render
from promised import lacking
from tally_pack import copy_pack, solve

KILLER = Path(__file__).with_name("kill_points.py")
PAGE = os.sysconf("SC_PAGE_SIZE")
PROGRAM = [sys.executable, "-m", "harness"]


@pytest.fixture(scope="session")
def quick_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tally` without its seeded bugs: what is tested here does not depend on what is graded."""
    folder = tmp_path_factory.mktemp("packs") / "tally"
    copy_pack(folder)
    shutil.rmtree(folder / "faults")
    lock_exercise(folder)
    return folder


class Answer(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class Disk:
    """What worksample writes to, and the commands that do; temporary files are apart."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root / "disk"
        self.place = self.root / "place"
        self.data = self.root / "data"
        self.workspace = self.place / "tally"
        self.state = self.workspace / ".worksample"
        self.temporary = root / "temporary"
        self._saved = root / "saved"
        self._capsys = capsys
        for folder in (self.place, self.temporary):
            folder.mkdir(parents=True)

    # --- commands ---------------------------------------------------------------------------

    def launch(self, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """Run a command as a process of its own, and don't wait for it."""
        return self.start([*PROGRAM, *words], cwd or self.folder(*words))

    def start(self, argv: Sequence[str | Path], cwd: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, around: Sequence[str] = (), cwd: Path | None = None) -> Answer:
        """Run a command as a process of its own, with something `around` it, in the workspace."""
        process = self.start([*around, *PROGRAM, *words], cwd or self.folder(*words))
        out, err = process.communicate(timeout=120)
        return Answer(process.returncode, out, err)

    def ask(self, *words: str) -> Answer:
        """Run a command in this process, which is quicker."""
        before = Path.cwd()
        os.chdir(self.folder(*words))
        self._capsys.readouterr()
        try:
            code = cli.guarded(
                lambda: cli.cli.main(
                    list(words),
                    prog_name="worksample",
                    standalone_mode=False,
                    obj=cli.Given(clock=system_clock),
                ),
                list(words),
            )
        finally:
            os.chdir(before)
        captured = self._capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    def folder(self, command: str, *_: str) -> Path:
        """Where a person types the command."""
        anywhere = command in {"start", "history"} or not self.workspace.exists()
        return self.place if anywhere else self.workspace

    # --- killing ----------------------------------------------------------------------------

    def steps(self, *command: str, beside: bool = True) -> list[tuple[int, str]]:
        """Number and name of the steps of a command before which to kill it.

        Of those between which nothing changed on the disk, one will do. `beside` adds those at
        which a process that it started, git for the most part, is left alone with its work.
        """
        self.save()
        record = self.root.parent / "steps.json"
        argv = [sys.executable, KILLER, "0", record, self.root, *command]
        # The first time fills the cache, which is not part of this disk.
        for _ in range(2):
            process = self.start(argv, self.folder(*command))
            told = process.communicate(timeout=120)
            assert process.returncode in {0, 1}, told
            self.restore()
        steps = json.loads(record.read_bytes())
        before = [None, *(digest for _, digest in steps)]
        return [
            (number, name)
            for number, (name, digest) in enumerate(steps, start=1)
            if digest != before[number - 1] or (beside and name == "after fork_exec")
        ]

    def kill_before(self, step: tuple[int, str], *command: str) -> None:
        """Put the disk back as it was, and run a command up to that step."""
        self.restore()
        record = self.root.parent / "step"
        number, name = step
        argv = [sys.executable, KILLER, str(number), record, self.root, *command]
        process = self.start(argv, self.folder(*command))
        told = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (step, told)
        assert record.read_text().split(":")[0] == name.split(":")[0], "other steps than before"

    def save(self) -> None:
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.root, self._saved, symlinks=True)

    def clear(self) -> None:
        shutil.rmtree(self.root)
        self.place.mkdir(parents=True)

    def restore(self) -> None:
        # An orphaned git may still be at work on what is removed here.
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self._saved, self.root, symlinks=True)

    # --- less than usual --------------------------------------------------------------------

    def fill_last_page(self) -> None:
        """Let the journal end with a page of the disk, so that the next event needs another."""
        event = {**self.events()[1], "event": "tested", "passed": 0, "failed": 0, "note": ""}
        path = self.state / "attempt.jsonl"
        missing = -(path.stat().st_size + len(json.dumps(event)) + 1) % PAGE
        with path.open("a") as stream:
            stream.write(json.dumps({**event, "note": missing * "."}) + "\n")

    def run_with_room(self, pages: int, *words: str) -> Answer:
        """Put the disk back as it was, and run a command on it with that many pages left.

        The disk is laid out on a file system of its own for as long as the command runs.
        """
        self.restore()
        result = self.root.parent / "result"
        shutil.rmtree(result, ignore_errors=True)
        result.mkdir()
        files = [path for path in self.root.rglob("*") if not path.is_dir()]
        used = sum(-(-path.lstat().st_size // PAGE) for path in files)
        script = (
            'cp -a "$1/." "$2" && cd "$4" || exit 99; result=$3; disk=$2; shift 4\n'
            '"$@"; code=$?; cp -a "$disk/." "$result"; exit $code'
        )
        answer = self.run(
            *words,
            around=[
                "bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev",
                "--size", str((used + pages) * PAGE), "--tmpfs", str(self.root),
                "sh", "-c", script, "sh",
                str(self._saved), str(self.root), str(result), str(self.folder(*words)),
            ],
            cwd=self.root,
        )  # fmt: skip
        shutil.rmtree(self.root)
        shutil.copytree(result, self.root, symlinks=True)
        return answer

    # --- what is there ----------------------------------------------------------------------

    def events(self) -> list[dict[str, Any]]:
        """The whole lines of the journal."""
        try:
            lines = (self.state / "attempt.jsonl").read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    def files(self) -> dict[str, bytes]:
        """What the candidate sees as theirs."""
        return {
            str(path.relative_to(self.workspace)): path.read_bytes()
            for path in self.workspace.rglob("*")
            if path.is_file()
            and not {".git", ".worksample", "__pycache__", ".pytest_cache"}
            & set(path.relative_to(self.workspace).parts)
        }

    def git(self, *words: str) -> str:
        answer = subprocess.run(
            ["git", *words], cwd=self.workspace, check=True, capture_output=True, text=True
        )
        return answer.stdout

    def repository(self) -> tuple[str, ...]:
        """Branches, index and work tree as the candidate's git tells them."""
        return (
            self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"),
            self.git("ls-files", "--stage"),
            self.git("status", "--porcelain"),
            # A snapshot that was cut off before it was on record dangles, and is made again.
            self.git("fsck", "--strict", "--no-dangling"),
        )

    def snapshots(self) -> list[str]:
        """Commits under the snapshot ref, oldest first, without the one the attempt began with."""
        if not self.git("for-each-ref", "refs/worksample"):
            return []
        return self.git("rev-list", "--reverse", "refs/worksample/snapshots").split()[1:]

    def history(self) -> list[dict[str, Any]]:
        answer = self.ask("history", "--json")
        assert (answer.code, answer.err) == (0, "")
        attempts: list[dict[str, Any]] = json.loads(answer.out)["attempts"]
        return attempts

    def scores(self) -> list[tuple[int, float, bool]]:
        """Number, total and whether official, of every score that the history has."""
        with closing(sqlite3.connect(self.data / "history.sqlite3")) as database:
            rows = database.execute("SELECT number, total, official FROM score ORDER BY rowid")
            return [(number, total, bool(official)) for number, total, official in rows]

    def scorecard(self) -> evaluate.Scorecard:
        """The scorecard, of which the report must be the picture."""
        card = evaluate.scorecard_from_json((self.state / "scorecard.json").read_bytes(), "")
        assert (self.state / "report.html").read_text() == render(card)
        return card

    def halves(self) -> list[str]:
        """Files that are there and not whole. The journal may end torn: its reader knows."""
        card, page = self.state / "scorecard.json", self.state / "report.html"
        return [
            path.name
            for path, end in ((card, b"\n}"), (page, b"\n</html>"))
            if path.exists() and not path.read_bytes().rstrip().endswith(end)
        ]

    def leftovers(self) -> list[str]:
        """Names that are not there after a command that came to its end."""
        usual = {"attempt.jsonl", "lock", "scorecard.json", "report.html"}
        return [
            *(path.name for path in self.place.iterdir() if path != self.workspace),
            # SQLite's own journal stays until somebody writes again.
            *(path.name for path in self.data.iterdir() if "history.sqlite3" not in path.name),
            *(path.name for path in self.state.iterdir() if path.name not in usual),
        ]


@pytest.fixture(scope="session")
def bubblewrap() -> None:
    """What is asked of it here: another file system in one place."""
    try:
        tried = subprocess.run(
            ["bwrap", "--bind", "/", "/", "--size", "65536", "--tmpfs", "/tmp", "true"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        lacking("bubblewrap is not installed: apt install bubblewrap")
    if tried.returncode:
        lacking(f"bubblewrap can't make a file system here: {tried.stderr.strip()}")


@pytest.fixture
def disk(
    tmp_path: Path,
    quick_pack: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Disk:
    disk = Disk(tmp_path, capsys)
    monkeypatch.setenv("WORKSAMPLE_PATH", str(quick_pack.parent))
    monkeypatch.setenv("WORKSAMPLE_DATA", str(disk.data))
    monkeypatch.setenv("TMPDIR", str(disk.temporary))
    return disk


@pytest.fixture
def started(disk: Disk) -> Disk:
    """A disk with a running attempt, solved but not scored."""
    answer = disk.ask("start", "tally")
    assert answer.code == 0, answer.err
    solve(disk.workspace)
    return disk


@pytest.fixture
def workspace(worksample: Any, disk: Disk) -> Path:
    """A fresh attempt on the clock of the tests."""
    answer = worksample("start", "tally", cwd=disk.place)
    assert answer.code == 0, answer.err
    return disk.workspace
