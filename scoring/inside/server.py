"""The warm server: imports pytest once, then forks a process for each run that is asked for.

Started by path inside a sandbox, with the number of a socket as its argument. Frames come and go
there, a length in four bytes before each: an order in, a verdict and the run's sealed events out.
Runs are strictly one after another. When one ends, however it ends, all that is left of it is
killed, reaped and wiped; where that can't be done the server ends itself, and its sandbox with it.

The server runs no code of a submission. It can't be killed, traced or read by a run (it is
process 1 of its sandbox, and not dumpable); outside a sandbox the first of these does not hold,
and a run that kills it is told as just that.
"""

from __future__ import annotations

import gc

gc.disable()  # importing pytest makes no garbage worth looking for

import ctypes
import json
import marshal
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from types import FrameType

sys.path.insert(0, os.path.abspath(f"{__file__}/../../.."))  # noqa: PTH100
import pytest

from scoring.inside import candidate, examination
from scoring.inside.processes import kill_all, pids
from scoring.inside.recorder import lane, sealed
from scoring.inside.session import begin, may_join, preload
from scoring.inside.sweep import sweep
from scoring.inside.watch import SANDBOXED, HostGoneError, Order, Watch

for _name in [name for name in sys.modules if name.partition(".")[0] in {"scoring", "ctypes"}]:
    del sys.modules[_name]

_LINUX = sys.platform == "linux"
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36
_MB = 1024 * 1024

_ENVIRONMENT = {
    *("HOME", "LC_ALL", "PATH", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTHONHASHSEED", "TMPDIR", "TZ")
}


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in set(os.environ) - _ENVIRONMENT:
        del os.environ[name]  # what the sandbox's own programs added
    base, site = Path(sys.argv[2]), sys.argv[3]
    if site:
        # Behind our own: pytest gets what it came with.
        sys.path.append(site)
    if _LINUX:
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    preload()
    gc.freeze()
    gc.enable()
    server = _Server(control, base, site)
    try:
        server.send(json.dumps({"pid": os.getpid(), "uid": os.getuid()}).encode())
        while server.clean and (frame := server.receive()) is not None:
            server.run(marshal.loads(frame))  # noqa: S302 - from our own host
    except (HostGoneError, ConnectionError):
        pass
    finally:
        kill_all(None)


class _Server:
    def __init__(self, control: socket.socket, base: Path, site: str) -> None:
        self.clean = True
        self._control = control
        self._base = base
        self._site = site
        self._root = base / "run" / "tree"
        self._begun: pytest.Session | None = None

    # --- talking to the host ---

    def send(self, frame: bytes) -> None:
        self._control.sendall(struct.pack(">I", len(frame)) + frame)

    def receive(self) -> bytes | None:
        head = self._exactly(4)
        return None if head is None else self._exactly(*struct.unpack(">I", head))

    def _exactly(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            part = self._control.recv(min(size - len(data), 1 << 20))
            if not part:
                return None
            data += part
        return bytes(data)

    # --- one run ---

    def run(self, order: Order) -> None:
        """Run a suite to its end or its bounds, clean up, answer."""
        self._root = self._base / "run" / order["folder"]
        try:
            self._write_tree(order["files"])
        except OSError as error:
            self.clean = self._wipe()
            self.send(json.dumps({"problem": str(error), "clean": self.clean}).encode())
            self.send(b"")
            return
        if order["sealed"] and self._begun is None:
            self._begun = begin(str(self._root))
            gc.freeze()
        keys = {name: os.urandom(16) for name in "abc"}
        results, results_in = os.pipe()
        output, output_in = os.pipe()
        if order["coverage"]:
            candidate.load_coverage()
        pid = os.fork()  # noqa: TID251 - what this server is for
        if pid == 0:
            self._become_run(order, results_in, output_in, keys)
        os.close(results_in)
        os.close(output_in)
        watch = Watch(order, pid, results, output, self._control, self._base)
        try:
            watch.until_end()
        finally:
            killed = kill_all(pid)
            watch.drain()
            os.close(results)
            os.close(output)
        self.clean = killed and self._wipe()
        verdict = {
            "status": watch.status,
            "stopped": watch.stopped,
            "truncated": watch.truncated,
        }
        events, forged = _believed(bytes(watch.events), keys)
        self.send(json.dumps({**verdict, "forged": forged, "clean": self.clean}).encode())
        self.send(events)

    def _become_run(self, order: Order, results: int, output: int, keys: dict[str, bytes]) -> None:
        try:
            os.setsid()
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.dup2(results, 3)
            os.closerange(4, 1024)
            _limit(order)
            os.chdir(self._root)
            sys.argv = ["pytest"]
            order = {**order, "site": self._site}
            if order["compile"]:
                examination.compile_ahead(order, str(self._root), 3, keys["b"])
            elif order["hidden"] is not None:
                examination.run(order, str(self._root), 3, keys["a"], keys["b"])
            else:
                begun = self._begun if self._begun and may_join(order, self._begun) else None
                candidate.run(order, str(self._root), 3, keys["a"], keys["b"], begun)
        except BaseException as error:  # noqa: BLE001 - nothing of the server may run here
            lane(3, "c", keys["c"])("broken", why=f"{type(error).__name__}: {error}"[:500])
            os._exit(70)
        # Not by way of atexit handlers and threads that the code under test left behind.
        os._exit(0)

    # --- the folder of a run ---

    def _write_tree(self, files: dict[str, bytes]) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        (self._base / "run" / "home").mkdir()
        made = {str(self._root)}
        for path, content in files.items():
            target = f"{self._root}/{path}"
            folder = target.rpartition("/")[0]
            if folder not in made:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
                made.add(folder)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)

    def _wipe(self) -> bool:
        """Whether nothing is left of a run: no file, no shared memory, no message queue."""
        try:
            if self._base != SANDBOXED:
                (self._base / "run").chmod(0o700)
                sweep(str(self._base / "run"))
                return True
            sweep(str(SANDBOXED))
            sweep("/dev/shm")  # noqa: S108
        except OSError:
            return False
        return not _system_v_leftovers()


def _limit(order: Order) -> None:
    """What the kernel bounds for each process by itself."""
    # Half of all, so that one file too large is an error to whoever writes it and ends no run.
    disk = order["disk_mb"] * _MB // 2
    bounds = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, disk),
        (resource.RLIMIT_NOFILE, order["open_files"]),
        (resource.RLIMIT_CPU, int(order["seconds"]) + 10),
    ]
    if _LINUX:
        bounds.append((resource.RLIMIT_AS, order["memory_mb"] * _MB))
        bounds.append((resource.RLIMIT_NPROC, order["processes"] + _tasks_of_this_user()))
    for which, most in bounds:
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))
    # Too much is an error to the program, not the end of it.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _tasks_of_this_user() -> int:
    """Threads that count against the limit already: in a sandbox none but ours."""
    if os.getppid() == 1:
        return 2
    count = 0
    for process in pids():
        try:
            if os.stat(f"/proc/{process}").st_uid == os.getuid():  # noqa: PTH116
                count += len(os.listdir(f"/proc/{process}/task"))  # noqa: PTH208
        except OSError:
            continue
    return count


def _system_v_leftovers() -> bool:
    for kind in ("shm", "sem", "msg"):
        try:
            with open(f"/proc/sysvipc/{kind}") as stream:  # noqa: PTH123
                if len(stream.readlines()) > 1:
                    return True
        except OSError:
            continue
    return False


def _believed(data: bytes, keys: dict[str, bytes]) -> tuple[bytes, int]:
    """The lines whose seals are right, each behind its lane's letter, and how many are not."""
    numbers = dict.fromkeys(keys, 0)
    believed, forged = [], 0
    *lines, _unfinished = data.split(b"\n")
    for line in lines:
        name, seal, facts = line[:1].decode("latin-1"), line[1:33], line[34:]
        if name in keys and sealed(keys[name], numbers[name], facts) == seal:
            numbers[name] += 1
            believed.append(name.encode() + facts)
        else:
            forged += 1
    return b"\n".join(believed), forged


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise HostGoneError


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
