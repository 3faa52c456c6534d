"""A score that is killed while it grades: no process stays, and no folder for long."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from promised import lacking
from scoring.runner import Runner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SLEEPS = "import time; time.sleep(61)"
SLOW = f"""
import subprocess, sys, time

def test_slow():
    # One that leaves its group, and one that does not.
    for session in (True, False):
        subprocess.Popen([sys.executable, "-S", "-c", {SLEEPS!r}], start_new_session=session)
    time.sleep(60)
"""


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def below(root: int | None) -> dict[tuple[int, str], str]:
    """Processes below one, or all: their command lines by number and the moment of their start."""
    words, parents = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if stat[0] != "Z":
                words[int(entry.name), stat[19]] = line
                parents[int(entry.name)] = int(stat[1])
    found = set(parents) if root is None else {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {key: line for key, line in words.items() if key[0] in found}


@pytest.fixture
def path_without_bubblewrap(tmp_path: Path) -> str:
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/git").symlink_to(git)
    return str(tmp_path / "programs")


@pytest.mark.parametrize("rung", ["bubblewrap", "process group"])
def test_a_killed_score_leaves_no_process_and_its_folders_are_cleared_by_the_next_command(
    started, rung: str, path_without_bubblewrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rung == "process group":
        monkeypatch.setenv("PATH", path_without_bubblewrap)
    else:
        with Runner() as runner:
            if not runner.isolated():
                lacking("; ".join(runner.shortfall()))
    (started.workspace / "tests/test_slow.py").write_text(SLOW)
    process = started.launch("score")
    wait_until(lambda: sum(SLEEPS in words for words in below(process.pid).values()) == 2)
    busy = below(process.pid)
    folders = list(started.temporary.iterdir())

    process.send_signal(signal.SIGKILL)
    process.communicate()

    wait_until(lambda: not busy.keys() & below(None).keys(), 5)
    assert folders or rung == "bubblewrap"
    assert started.run("doctor").code in {0, 4}
    assert list(started.temporary.iterdir()) == []


HOLDS = """
from scoring.temporary import TemporaryFolder
folder = TemporaryFolder()
open(f"{folder.path}/file", "w").close()
print(folder.path, flush=True)
input()
"""
CLEARS = "from scoring.temporary import clear_stale; clear_stale()"


def test_a_folder_is_cleared_only_when_nobody_holds_it_any_more(disk) -> None:
    foreign = [disk.temporary / name for name in ("other", "worksample-bug-x.log")]
    foreign[0].mkdir()
    foreign[1].touch()
    (disk.temporary / "worksample-run-link").symlink_to(foreign[0])
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    held = Path(holder.stdout.readline().strip())

    def clear() -> list[str]:
        subprocess.run([sys.executable, "-c", CLEARS], check=True)
        return sorted(path.name for path in disk.temporary.iterdir())

    left = sorted(["other", "worksample-bug-x.log", "worksample-run-link"])
    assert held.parent == disk.temporary
    assert clear() == sorted([*left, held.name])
    assert [path.name for path in held.iterdir()] == ["file"]
    holder.kill()
    holder.communicate()
    assert clear() == left
