"""The sandbox ladder: on each rung runs are bounded, and nothing of one is left for the next."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import scoring
from scoring import process
from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun
from scoring.sandbox import PROCESS_GROUP, program
from scoring.warm import WarmServers

Run = Callable[..., SuiteRun]
LIMITS = Limits(test_seconds=2, memory_mb=300, disk_mb=20, processes=40)


@pytest.fixture(scope="module", params=["bubblewrap", "process group"])
def rung(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """A runner on either rung; the lower one is what a machine without bubblewrap has."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "process group":
            patch.setenv("PATH", "")
        servers = WarmServers()
    with Runner(servers) as runner:
        if request.param == "bubblewrap" and not runner.isolated():
            reason = "; ".join(runner.shortfall())
            if os.environ.get("CI") == "true":
                pytest.fail(f"the sandbox has to be tested in CI: {reason}")
            pytest.skip(reason)
        yield runner


@pytest.fixture(scope="module")
def run(rung: Runner) -> Run:
    """Runs the tests of one file on that rung."""

    def run(text: str, **suite: object) -> SuiteRun:
        order = Suite(
            tree={"pkg/__init__.py": b"", "tests/test_a.py": text.encode()},
            targets=("tests",),
            packages=("pkg",),
            test_folders=("tests",),
            limits=LIMITS,
        )
        return rung.run(replace(order, **suite))

    return run


def outcomes(run: SuiteRun) -> dict[str, str]:
    return {id_.split("::", 1)[1]: each.outcome for id_, each in run.results.items()}


def told(run: SuiteRun, name: str) -> str:
    return run.results[f"tests/test_a.py::{name}"].message


# --- what a run leaves behind ---------------------------------------------------------------

LEAVES = """
import os, pathlib, signal, subprocess, sys, threading, time

def test_files(tmp_path):
    (tmp_path / "file").write_text("x")
    home = pathlib.Path(os.environ["HOME"])
    (home / "deep").mkdir()
    (home / "deep" / "file").write_text("x")
    (home / "deep").chmod(0)
    (home / "link").symlink_to("/")
    pathlib.Path("odd\\nname").write_text("x")
    nested = home
    for _ in range(100):
        nested = nested / ("d" * 20)
    os.makedirs(nested)

def test_children():
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-S", "-c", code])
    subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)

def test_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.closerange(0, 100)
            time.sleep(600)
        os._exit(0)
    os.wait()

def test_thread():
    threading.Thread(target=time.sleep, args=(600,)).start()
"""

FINDS = """
import os, pathlib

def test_finds():
    home = pathlib.Path(os.environ["HOME"])
    names = [sorted(os.listdir(folder)) for folder in (home, ".", home.parent)]
    assert names == [[], ["pkg", "tests"], ["home", "tree"]]
    if os.getppid() == 1:
        pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        assert pids == {1, os.getpid()}
"""


def descendants() -> dict[int, str]:
    """Processes below this one, by number, with their command lines."""
    parents, words = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if stat[0] != "Z":
                parents[int(entry.name)], words[int(entry.name)] = int(stat[1]), line
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: words[pid] for pid in found - {os.getpid()}}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_of_a_run_is_left_for_the_next(run: Run) -> None:
    left = run(LEAVES)

    assert set(outcomes(left).values()) == {"passed"}
    assert left.ending == ""
    assert [line for line in descendants().values() if "time.sleep" in line] == []
    assert outcomes(run(FINDS)) == {"test_finds": "passed"}


def test_an_ordinary_run_leaves_its_server_as_it_is(run: Run) -> None:
    text = "import os\ndef test_a(): assert False, os.getpid()"

    def number() -> int:
        return int(told(run(text), "test_a").splitlines()[0])

    # A new sandbox begins to count its processes anew.
    assert len({number() for _ in range(6)}) > 2


def test_a_run_that_cannot_be_wiped_costs_its_server_and_nobody_else(run: Run) -> None:
    deep = """
import json
import os
def test_deep():
    os.chdir(os.environ["HOME"])
    for _ in range(3000):
        os.mkdir("d" * 50)
        os.chdir("d" * 50)
"""
    assert outcomes(run(deep)) == {"test_deep": "passed"}
    assert outcomes(run("def test_a(): pass")) == {"test_a": "passed"}


def test_closing_a_runner_ends_its_servers_and_removes_their_folders(tmp_path: Path) -> None:
    before = set(descendants()) if sys.platform == "linux" else set()
    with Runner() as runner:
        runner.sandbox()

    deadline = time.monotonic() + 5
    while set(descendants()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(descendants()) - before == set()


# --- bounds ---------------------------------------------------------------------------------


def test_too_much_memory_is_an_error_to_the_test_and_to_no_other(run: Run) -> None:
    text = """
def test_much(): bytearray(10 * 1024**3)
def test_next(): pass
"""
    found = run(text)

    assert outcomes(found) == {"test_much": "failed", "test_next": "passed"}
    assert told(found, "test_much") == "MemoryError"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_bounded_over_all_processes_of_a_run(run: Run) -> None:
    text = """
import os, time
def test_many():
    for _ in range(8):
        if os.fork() == 0:
            block = bytearray(os.urandom(1024)) * (100 * 1024)
            time.sleep(600)
    time.sleep(1.5)
"""
    assert run(text).ending == "stopped for taking more than 300 MB of memory"


def test_too_large_a_file_is_an_error_to_the_test(run: Run) -> None:
    text = """
def test_large():
    with open("large", "wb") as stream:
        for _ in range(100):
            stream.write(bytes(1024**2))
def test_next(): pass
"""
    found = run(text)

    assert outcomes(found)["test_large"] == "failed"
    assert "File too large" in told(found, "test_large")


def test_disk_is_bounded_over_all_files_of_a_run(run: Run, rung: Runner) -> None:
    if not rung.isolated():
        pytest.skip("only bubblewrap gives a run a disk of its own")
    text = """
import time
def test_many():
    for number in range(1000):
        with open(f"file-{number}", "wb") as stream:
            stream.write(bytes(1024**2))
    time.sleep(1)
"""
    assert run(text).ending == "stopped for writing more than 20 MB"


def test_output_is_bounded_and_told(run: Run) -> None:
    text = """
import json
import os
def test_much():
    block = bytes(1024**2)
    for _ in range(1024):
        os.write(1, block)
"""
    found = run(text, limits=replace(LIMITS, test_seconds=30))

    assert (outcomes(found), found.truncated) == ({"test_much": "passed"}, True)


def test_descriptors_are_bounded(run: Run) -> None:
    text = "import os\ndef test_many():\n    while True: os.dup(0)\n"

    assert "Too many open files" in told(run(text), "test_many")


def test_fork_bomb_is_bounded(run: Run, rung: Runner) -> None:
    if os.geteuid() == 0 and not rung.isolated():
        pytest.skip("root's processes are not counted outside of a sandbox")
    text = """
import os, time
def test_bomb():
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
"""
    began = time.monotonic()

    bombed = run(text, seconds=2)

    assert bombed.ending.startswith("stopped")
    assert time.monotonic() - began < 10
    assert outcomes(run("def test_a(): pass")) == {"test_a": "passed"}


@pytest.mark.parametrize(
    "statement",
    [
        "os.kill(os.getppid(), 9)",
        "os.kill(os.getppid(), 19)",
        "os.kill(-1, 9)",
        "os.killpg(0, 9)",
        "os.kill(os.getpid(), 19)",
    ],
)
def test_signals_to_whoever_reach_only_the_run(run: Run, rung: Runner, statement: str) -> None:
    if not rung.isolated() and "-1" in statement:
        pytest.skip("outside of a sandbox that would reach everything of this user")
    run(f"import os\ndef test_kill(): {statement}\n", seconds=2)

    assert outcomes(run("def test_a(): pass")) == {"test_a": "passed"}


# --- what a run can reach -------------------------------------------------------------------


def test_host_is_out_of_reach(run: Run, rung: Runner, tmp_path: Path) -> None:
    if not rung.isolated():
        pytest.skip("only bubblewrap isolates")
    (tmp_path / "secret").write_text("secret")
    text = f"""
import os, pathlib, socket
import pytest

@pytest.mark.parametrize("path", [
    {str(tmp_path / "secret")!r}, "/etc/shadow", "/etc/passwd", {str(Path.home())!r},
    {str(Path(__file__))!r}, "/usr/bin/env", "/bin/sh", "/var", "/sys", "/run",
])
def test_no_file_of_the_host(path):
    assert not os.path.exists(path)

def test_nobody():
    assert (os.getuid(), os.geteuid(), os.getgid(), os.getgroups()) in [
        (65534, 65534, 65534, []), (65534, 65534, 65534, [65534]),
    ]
    for forbidden in (lambda: os.setuid(0), lambda: os.chroot("/"), lambda: os.nice(-1)):
        with pytest.raises(OSError):
            forbidden()

def test_no_network():
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 22), timeout=1)
    with pytest.raises(OSError):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))
    assert [name for _, name in socket.if_nameindex()] == ["lo"]

@pytest.mark.parametrize("path", ["/", "/usr/lib", "/worksample", "/dev", "/etc"])
def test_nothing_can_be_written_but_its_own(path):
    with pytest.raises(OSError):
        pathlib.Path(path, "file").write_text("x")

def test_hidden_parts_of_the_product_are_not_there():
    import importlib.util
    assert importlib.util.find_spec("harness") is None
    assert importlib.util.find_spec("click") is None
"""
    found = run(text)

    failed = {id_: each.message for id_, each in found.results.items() if each.outcome != "passed"}
    assert failed == {}


def test_no_namespace_can_be_nested(run: Run, rung: Runner) -> None:
    if not rung.isolated():
        pytest.skip("only bubblewrap isolates")
    text = """
import os, pytest, subprocess, sys
def test_unshare():
    code = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000) == 0)"
    assert subprocess.run([sys.executable, "-S", "-c", code]).returncode == 0
"""
    assert outcomes(run(text)) == {"test_unshare": "passed"}


# --- the ladder -----------------------------------------------------------------------------


def climb(monkeypatch: pytest.MonkeyPatch, path: str) -> tuple[str, tuple[str, str]]:
    monkeypatch.setenv("PATH", path)
    with Runner() as runner:
        return runner.sandbox(), runner.shortfall()


def test_without_bubblewrap_the_next_rung_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert climb(monkeypatch, str(tmp_path)) == (
        PROCESS_GROUP,
        (
            "bubblewrap is not installed",
            "Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap",
        ),
    )


def test_where_namespaces_are_refused_the_next_rung_is_told_with_what_bubblewrap_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n"
    )
    refusing.chmod(0o755)

    text, (reason, remedy) = climb(monkeypatch, f"{tmp_path}:{os.environ['PATH']}")

    assert text == PROCESS_GROUP
    assert reason == (
        "bubblewrap can't make a sandbox here: bwrap: No permissions to create a new namespace"
    )
    assert remedy


def test_a_program_is_never_taken_from_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trojan = tmp_path / "bwrap"
    trojan.write_text("#!/bin/sh\n")
    trojan.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".::bin")

    assert program("bwrap") == ""


# --- whoever starts it ----------------------------------------------------------------------

AS_NOBODY = """
import json, os
import scoring
from scoring import process
from scoring.model import Limits
from scoring.runner import Runner, Suite

text = b"import os\\ndef test_a(): assert False, os.getresuid()"
tree = {"pkg/__init__.py": b"", "tests/test_a.py": text}
with Runner() as runner:
    run = runner.run(Suite(tree, ("tests",), ("pkg",), ("tests",), Limits()))
    message = run.results["tests/test_a.py::test_a"].message.splitlines()[0]
    print(json.dumps([os.geteuid() != 0, runner.isolated(), message]))
"""


def test_started_by_root_or_by_an_ordinary_user_runs_are_nobodys(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can start it as both")
    libraries = {str(Path(module.__file__).parents[1]) for module in (pytest, scoring)}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sorted(libraries))}
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    pythons = ["/usr/bin/python3", os.path.realpath(sys.executable)]
    version = sys.version_info[:2]
    wanted = f"import sys, pytest, scoring; sys.exit(sys.version_info[:2] != {version})"
    for python in pythons:
        asked = [*nobody, python, "-B", "-c", wanted]
        if process.run(asked, cwd=Path("/"), env=environment, seconds=30).returncode == 0:
            break
    else:
        pytest.skip("there is no Python that an ordinary user may run")
    command = [python, "-B", "-c", AS_NOBODY]
    told = [
        process.run([*before, *command], env=environment, seconds=60, cwd=Path("/"))
        for before in ([], nobody)
    ]

    answers = [json.loads(each.stdout or b"null") for each in told]
    expected = "(65534, 65534, 65534)"
    assert answers == [[False, True, expected], [True, True, expected]], told
