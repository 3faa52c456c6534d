"""Runs worksample and has it killed (SIGKILL) just before its n-th step that could change the disk.

    python kill_points.py NUMBER RECORD WATCHED COMMAND...

The steps are found, not listed: whatever the main thread asks of the system that writes, renames,
removes, syncs, locks or starts a process, in Python's own modules and in SQLite's, and the moment
after a process was started. The name of the step goes to RECORD. NUMBER 0 kills nothing: it records
all steps, each with a digest of the folder WATCHED as it was just before it.

Grading runs in threads of its own, on copies in temporary folders, and is no step by itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

STEPS = {
    "posix": {
        "mkdir", "rename", "replace", "unlink", "remove", "rmdir", "link", "symlink", "truncate",
        "ftruncate", "write", "pwrite", "fsync", "chmod", "fchmod",
    },
    "fcntl": {"flock"},
    "_io": {"write", "flush", "truncate", "close", "__exit__"},
    "sqlite3": {"execute", "executemany", "commit", "rollback", "close", "__exit__"},
    "_socket": {"sendall"},
    "_posixsubprocess": {"fork_exec"},
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Steps:
    """Counts the steps of the thread it was made in."""

    def __init__(self, number: int, record: Path, watched: Path) -> None:
        self.passed: list[tuple[str, str]] = []
        self._count = 0
        self._number = number
        self._record = record
        self._watched = watched
        self._thread = threading.get_ident()
        self._stepping = False

    def watch(self) -> None:
        sys.addaudithook(self._audit)
        sys.setprofile(self._profile)

    def _audit(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open" and isinstance(args[2], int) and args[2] & WRITING:
            self._step(f"open for writing: {args[0]}")

    def _profile(self, _frame: FrameType, event: str, function: object) -> None:
        if event not in {"c_call", "c_return"}:
            return
        name = getattr(function, "__name__", "")
        owner = getattr(function, "__self__", None)
        module = getattr(function, "__module__", None) or type(owner).__module__
        if event == "c_return":
            if name == "fork_exec":
                self._step("after fork_exec")
        elif name in STEPS.get(module, ()) and not (module == "_io" and _writes_nothing(owner)):
            self._step(f"{module}.{name}")

    def _step(self, name: str) -> None:
        if threading.get_ident() != self._thread or self._stepping:
            return
        self._stepping = True
        self._count += 1
        if not self._number:
            self.passed.append((name, self._digest()))
        elif self._count == self._number:
            self._record.write_text(name)
            os.kill(os.getpid(), signal.SIGKILL)
        self._stepping = False

    def _digest(self) -> str:
        total = hashlib.sha256()
        for folder, folders, files in os.walk(self._watched):
            folders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                total.update(os.fsencode(path) + b"\0")
                try:
                    total.update(path.read_bytes() + b"\0")
                except OSError:
                    # git is at work on it, or it is a link to nowhere.
                    total.update(b"?\0")
            total.update(os.fsencode(folder) + b"\0\0")
        return total.hexdigest()


def _writes_nothing(stream: object) -> bool:
    if isinstance(stream, io.StringIO | io.BytesIO):
        return True
    try:
        return not stream.writable()  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return True


def main() -> None:
    number, record, watched, *command = sys.argv[1:]
    # Whether there is byte code to write depends on who ran before.
    sys.dont_write_bytecode = True
    from harness.__main__ import main as run

    sys.argv = ["worksample", *command]
    steps = Steps(int(number), Path(record), Path(watched))
    steps.watch()
    try:
        run()
    finally:
        sys.setprofile(None)
        if not int(number):
            Path(record).write_text(json.dumps(steps.passed))


if __name__ == "__main__":
    main()
