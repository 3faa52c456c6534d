"""Processes below this one: who they are, what they take, and how they end."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time

_LINUX = sys.platform == "linux"
_CLEAN_SECONDS = 5.0
_PAGE = resource.getpagesize()


def pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208


def others() -> list[int]:
    """Every process below us: all but ourselves in a sandbox, our descendants elsewhere."""
    if os.getpid() == 1:
        return [pid for pid in pids() if pid != 1]
    parents = {pid: _parent(pid) for pid in pids()}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:  # noqa: PTH123
            return int(stream.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as stream:  # noqa: PTH123
            pages = stream.read().split()
    except OSError:
        return 0
    # Without what is shared with us, which is there once.
    return (int(pages[1]) - int(pages[2])) * _PAGE if len(pages) > 2 else 0


def kill_all(pid: int | None) -> bool:
    """Kill and reap all that a run left; whether nothing is left."""
    deadline = time.monotonic() + _CLEAN_SECONDS
    while True:
        if os.getpid() == 1:
            _kill(-1)
        else:
            if pid is not None:
                _kill_group(pid)
            for other in others() if _LINUX else ():
                _kill(other)
        if not _reap():
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)


def _reap() -> bool:
    """Reap what is dead; whether anything is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        if error.errno not in {errno.ESRCH, errno.EPERM}:
            raise


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        return
