"""What the sandbox has to hold: processes, memory, disk, files of the host, the network.

Nothing here runs unless grading says that it isolates, and what could harm a machine looks first
whether it is in namespaces of its own.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from attack import Kit, base_tree, exercise, graded, honest_card, kit
from scoring import process
from scoring.model import Scorecard

NAMESPACES = {name: str(Path(f"/proc/self/ns/{name}").readlink()) for name in ("pid", "mnt", "net")}


def _unavailable(reason: str) -> None:
    """Without a sandbox these are skipped on a laptop, and fail where CI promised one."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module", autouse=True)
def contained() -> None:
    if shutil.which("bwrap") is None:
        _unavailable("bubblewrap is not installed: apt install bubblewrap")
    probe = process.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], seconds=10)
    if probe.returncode:
        why = probe.stderr.decode("utf-8", "replace").strip()
        _unavailable(f"bubblewrap can't isolate here ({why}); see: worksample doctor")
    sandbox = honest_card("starter", "small").environment.sandbox
    if "bubblewrap" not in sandbox:
        _unavailable(f"graded code is not isolated here ({sandbox}); see: worksample doctor")


# Not there, not allowed, or refused by the grader.
_CLOSED = {"FileNotFoundError", "PermissionError", "RefusedError"}

_LOOK = f"""
import os

FOUND = []


def _outside():
    for name, ours in {NAMESPACES!r}.items():
        try:
            if os.readlink(f"/proc/self/ns/{{name}}") == ours:
                return name
        except OSError:
            pass
    return ""


def _try(what):
    try:
        FOUND.append(repr(what()))
    except BaseException as error:
        FOUND.append(type(error).__name__)


def _act():
    outside = _outside()
    if outside:
        FOUND.append(f"not isolated: {{outside}}")
        return
"""


def _worthless(files: dict[str, str], name: Kit = "small") -> Scorecard:
    tree = {**base_tree("starter"), **{path: text.encode() for path, text in files.items()}}
    card = graded(name, tree)
    assert card.state in {"graded", "void"}, card.reason
    assert card.total == 0
    return card


def told_by_the_code(act: str) -> str:
    """What code under test found when it was imported, as its error says."""
    body = indent(dedent(act).strip(), "    ")
    ending = "\n\n_act()\nraise ImportError('found: ' + '; '.join(FOUND) + '.')\n"
    card = _worthless({"respcache/__init__.py": f"{_LOOK}{body}{ending}"})
    reason = card.components[0].reason
    if "stopped for" in reason:
        return reason
    assert "found: " in reason, reason
    return reason.partition("found: ")[2].removesuffix(".")


def told_by_a_test(act: str) -> str:
    """What a candidate's test found when it ran, as its failure says."""
    body = indent(dedent(act).strip(), "    ")
    ending = "\n\ndef test_it():\n    _act()\n"
    ending += "    raise LookupError('found: ' + '; '.join(FOUND) + '.')\n"
    card = _worthless({"tests/test_act.py": f"{_LOOK}{body}{ending}"})
    said = [each.message for each in card.own_tests if each.id.endswith("::test_it")]
    if not said:
        return next(each.evidence for each in card.flags if each.kind == "own tests stopped early")
    assert "found: " in said[0], said
    return said[0].partition("found: ")[2].removesuffix(".")


def is_bounded(found: str, most: int) -> bool:
    """Whether a run got no more than that of something, or was stopped for asking."""
    return "stopped for" in found or int(found) <= most


by_both = pytest.mark.parametrize("told", [told_by_the_code, told_by_a_test])


def left_behind(mark: str) -> list[int]:
    """Processes of this machine that bear a mark in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    word = f"worksample-attack-{os.getpid()}-{time.monotonic_ns()}"
    yield word
    for number in left_behind(word):
        os.kill(number, 9)


# --- files of the host --------------------------------------------------------------------------


@by_both
def test_files_of_the_host_can_not_be_read(told, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret of the host")
    (Path.home() / ".netrc").write_text("a secret of the host")
    hidden = exercise().folder / "hidden" / "test_recency.py"
    assert hidden.is_file()
    paths = [secret, Path.home() / ".netrc", hidden, Path("/etc/shadow"), Path("/proc/1/environ")]
    found = told(f"""
        for path in {[str(path) for path in paths]!r}:
            _try(lambda: open(path).read(20))
            _try(lambda: os.listdir(os.path.dirname(path)))
        os.symlink({str(secret)!r}, "link")
        _try(lambda: open("link").read(20))
        _try(lambda: os.link({str(secret)!r}, "hard"))
    """)
    assert "secret" not in found
    assert "import" not in found
    answers = found.split("; ")
    # Every second one is the listing of a folder, of which some are there, and are others.
    assert set(answers[0:10:2] + answers[10:]) <= _CLOSED


@by_both
def test_the_environment_of_the_host_is_not_there(told, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "a secret of the host")
    assert told("_try(lambda: 'secret' in repr(dict(os.environ)))") == "False"


@by_both
def test_the_interpreter_and_its_libraries_can_not_be_changed(told):
    found = told("""
        import pytest, sys
        def write(path):
            os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
        for path in (pytest.__file__, os.__file__, os.path.realpath(sys.executable), "/etc/passwd"):
            _try(lambda: write(path))
    """)
    assert set(found.split("; ")) <= {"OSError", *_CLOSED}


@by_both
def test_nobody_is_root(told):
    found = told("""
        import resource
        _try(lambda: os.getuid() == 0 or os.geteuid() == 0 or 0 in os.getgroups())
        _try(lambda: os.setuid(0) or os.getuid())
        _try(lambda: os.chroot("/"))
        _try(lambda: os.nice(-5))
        _try(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
    """)
    answers = found.split("; ")
    assert answers[0] == "False"
    # The user 0 is not even known in there.
    assert set(answers[1:4]) <= {"PermissionError", "OSError"}
    assert answers[4] == "ValueError"


def test_no_namespace_can_be_made_inside():
    found = told_by_the_code("""
        import subprocess
        for program in ("unshare", "bwrap"):
            more = ["-Ur"] if program == "unshare" else ["--ro-bind", "/", "/", "--unshare-user"]
            _try(lambda: subprocess.run([program, *more, "true"], capture_output=True).returncode)
        def unshare():
            import ctypes
            return ctypes.CDLL(None).unshare(0x10000000)
        _try(unshare)
    """)
    assert "0" not in found.split("; ")


# --- network ------------------------------------------------------------------------------------


@by_both
def test_nobody_outside_hears_of_it(told, tmp_path):
    heard: list[str] = []

    def listen(server: socket.socket, name: str) -> None:
        with contextlib.suppress(OSError):
            if server.type == socket.SOCK_STREAM:
                server.accept()
            else:
                server.recv(1)
            heard.append(name)

    path, hidden = str(tmp_path / "socket"), f"\0worksample-{os.getpid()}-{time.monotonic_ns()}"
    kinds = [
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        (socket.AF_UNIX, socket.SOCK_STREAM, hidden),
        (socket.AF_UNIX, socket.SOCK_STREAM, path),
    ]
    addresses = []
    with contextlib.ExitStack() as stack:
        for family, kind, address in kinds:
            server = stack.enter_context(socket.socket(family, kind))
            server.settimeout(30)
            server.bind(address)
            if kind == socket.SOCK_STREAM:
                server.listen()
            addresses.append((int(family), int(kind), server.getsockname()))
            threading.Thread(target=listen, args=(server, repr(address)), daemon=True).start()
        told(f"""
            import socket
            def call(family, kind, address):
                with socket.socket(family, kind) as client:
                    client.settimeout(1)
                    client.connect(address)
                    client.send(b"x")
            for each in {addresses!r}:
                _try(lambda: call(*each))
            _try(lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.2))
        """)
        time.sleep(0.1)
        assert heard == []


# --- processes ----------------------------------------------------------------------------------


def test_a_fork_bomb_is_bounded_and_leaves_nothing(mark):
    found = told_by_the_code(f"""
        import sys
        made = 0
        try:
            while made < 3000:
                if os.fork() == 0:
                    sleep = "import time; time.sleep(30)"
                    os.execv(sys.executable, [sys.executable, "-ISc", sleep, {mark!r}])
                made += 1
        except OSError:
            pass
        FOUND.append(str(made))
    """)
    assert is_bounded(found, 1000)
    assert left_behind(mark) == []


def test_a_daemon_does_not_outlive_its_run(mark):
    files = f"""
        import sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for each in range(3, 64):
                    try:
                        os.close(each)
                    except OSError:
                        pass
                sleep = "import time; time.sleep(60)"
                os.execv(sys.executable, [sys.executable, "-ISc", sleep, {mark!r}])
            os._exit(0)
        time.sleep(0.2)
    """
    assert told_by_the_code(files) == ""
    assert left_behind(mark) == []


@pytest.mark.parametrize(
    ("target", "number"),
    [
        ("os.getppid()", "SIGKILL"),
        ("1", "SIGKILL"),
        ("0", "SIGKILL"),
        ("-1", "SIGKILL"),
        ("1", "SIGSTOP"),
        ("0", "SIGSTOP"),
    ],
)
def test_nobody_outside_can_be_killed_or_stopped(target, number):
    body = indent(dedent(f"os.kill({target}, __import__('signal').{number})"), "    ")
    started = time.monotonic()
    card = _worthless({"respcache/__init__.py": f"{_LOOK}{body}\n\n_act()\n"}, "hasty")
    assert "not isolated" not in card.components[0].reason
    # A bound on what a run may take: the suite's seconds, and those of each file once more.
    assert time.monotonic() - started < 60


def test_memory_of_other_processes_is_closed():
    found = told_by_the_code("""
        for number in {1, os.getppid()} - {os.getpid(), 0}:
            _try(lambda: open(f"/proc/{number}/mem", "rb").read(1))
            _try(lambda: open(f"/proc/{number}/environ", "rb").read(1))
            _try(lambda: os.listdir(f"/proc/{number}/fd"))
    """)
    assert set(found.split("; ")) <= _CLOSED


# --- memory, disk, output -----------------------------------------------------------------------


def test_ten_gigabytes_of_memory_are_not_to_be_had():
    found = told_by_the_code("""
        kept = []
        try:
            while len(kept) < 160:
                kept.append(bytearray(b"x") * (64 << 20))
        except MemoryError:
            pass
        FOUND.append(str(len(kept) * 64))
        kept.clear()
    """)
    assert is_bounded(found, kit("small").limits.memory_mb)


_WRITE = """
        import tempfile
        def room(folder):
            told = os.statvfs(folder)
            return told.f_bavail * told.f_frsize
        folders = {{os.getcwd(), tempfile.gettempdir(), os.environ["HOME"], "/tmp", "/dev/shm"}}
        written = 0
        for folder in sorted(folders):
            try:
                for number in range({files}):
                    with open(f"{{folder}}/big-{{number}}", "wb") as stream:
                        for _ in range({chunks}):
                            # Where nothing bounds it, the machine is to survive this.
                            if written > 10_000 or room(folder) < (1 << 20):
                                break
                            stream.write(bytes(1 << 20))
                            stream.flush()
                            written += 1
            except OSError:
                pass
        FOUND.append(str(written))
"""


@by_both
@pytest.mark.parametrize(("files", "chunks"), [(1, 10_000), (10_000, 1)], ids=["one", "many"])
def test_ten_gigabytes_can_not_be_written(told, files, chunks):
    assert is_bounded(told(_WRITE.format(files=files, chunks=chunks)), 1000)


def test_a_gigabyte_of_output_is_cut_and_costs_no_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told_by_the_code("""
        for _ in range(512):
            os.write(1, b"x" * (1 << 20))
            os.write(2, b"x" * (1 << 20))
    """)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024  # kilobytes
