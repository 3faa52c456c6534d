"""Processes: bounded in time and output, and nothing of them is left. All of them are real."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from scoring.process import CHANNEL, Finished, Running, run, start


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-S", "-c", code, *arguments]


def talk(argv: list[str], *, order: bytes = b"", cap: int = 100, **bounds: Any) -> Finished:
    """Runs a command that has a channel."""
    return start(argv, channel=True).finish(order=order, channel_bytes=cap, **bounds)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


def descriptors() -> set[str]:
    gc.collect()
    return {path.name for path in Path("/proc/self/fd").iterdir()}


# --- how it ends ----------------------------------------------------------------------------


def test_output_exit_code_and_both_streams_come_back() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    assert run(python(code), seconds=20) == Finished(
        3, b"out\n", b"err\n", b"", timed_out=False, truncated=False
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_death_by_signal_is_a_negative_exit_code(number: signal.Signals) -> None:
    code = f"import os; os.kill(os.getpid(), {number.value})"
    if number == signal.SIGSEGV:
        code = f"import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); {code}"

    finished = run(python(code), seconds=20)

    assert (finished.returncode, finished.timed_out) == (-number, False)


def test_command_that_does_not_exist_is_an_os_error_and_leaks_nothing(tmp_path: Path) -> None:
    before = descriptors()

    with pytest.raises(FileNotFoundError):
        start(["/no/such/command"], channel=True)
    with pytest.raises(PermissionError):
        start([tmp_path], channel=True)
    with pytest.raises(FileNotFoundError):
        start(python("pass"), cwd=tmp_path / "none", channel=True)

    assert descriptors() == before


def test_no_descriptors_leak() -> None:
    run(python("pass"), seconds=20)
    before = descriptors()

    flood = b"x" * 200_000
    talk(python("print(1)"), seconds=20, stdin=flood)
    talk(python("import time; time.sleep(60)"), seconds=0.2, stdin=flood)
    start(python("import time; time.sleep(60)"), channel=True).kill()

    assert descriptors() == before


def test_command_gets_the_folder_and_exactly_the_environment_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd()); print(sorted(os.environ.items()))"

    finished = run(python(code), cwd=tmp_path, env={"A": "1", "LC_ALL": "C.UTF-8"}, seconds=20)

    folder, environment = finished.stdout.decode().splitlines()
    assert (Path(folder), environment) == (
        tmp_path.resolve(),
        "[('A', '1'), ('LC_ALL', 'C.UTF-8')]",
    )


def test_arguments_reach_the_command_as_they_are() -> None:
    odd = ["a b", "$HOME", "*", "; exit 9", "", "-x", "caf\u00e9"]
    code = "import sys; sys.stdout.buffer.write(repr(sys.argv[1:]).encode())"

    assert run(python(code, *odd), seconds=20).stdout.decode() == repr(odd)


def test_command_has_none_of_our_descriptors() -> None:
    readable, writable = os.pipe()
    try:
        os.set_inheritable(writable, True)
        code = "import os; print(sorted(os.listdir('/proc/self/fd'))[:-1])"
        finished = run(python(code), seconds=20)
    finally:
        os.close(readable)
        os.close(writable)

    assert finished.stdout == b"['0', '1', '2']\n"


# --- time -----------------------------------------------------------------------------------


def test_time_out_kills_the_whole_group_and_keeps_what_was_said() -> None:
    grandchild = "import time; time.sleep(600)"
    code = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-S", "-c", '''
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-S", "-c", "{grandchild}"]).pid, flush=True)
time.sleep(600)
'''])
print(child.pid, flush=True)
time.sleep(600)
"""
    begun = time.monotonic()

    finished = run(python(code), seconds=1.5)

    assert 1.4 < time.monotonic() - begun < 10
    assert (finished.returncode, finished.timed_out) == (-signal.SIGKILL, True)
    pids = [int(each) for each in finished.stdout.split()]
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


def test_ignored_signals_do_not_save_from_the_time_limit() -> None:
    code = (
        "import signal, time\n"
        "for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):\n"
        "    signal.signal(each, signal.SIG_IGN)\n"
        "while True: time.sleep(1)"
    )

    assert run(python(code), seconds=0.5).timed_out


def test_command_that_closes_its_output_is_still_bounded() -> None:
    begun = time.monotonic()

    finished = run(python("import os, time; os.close(1); os.close(2); time.sleep(60)"), seconds=0.5)

    assert time.monotonic() - begun < 10
    assert (finished.timed_out, finished.returncode) == (True, -signal.SIGKILL)


def test_child_that_outlives_its_parent_is_killed_and_costs_no_time() -> None:
    code = (
        "import subprocess, sys\n"
        "print(subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)']).pid)"
    )
    begun = time.monotonic()

    finished = run(python(code), seconds=60)

    assert time.monotonic() - begun < 10
    assert (finished.returncode, finished.timed_out) == (0, False)
    assert gone(int(finished.stdout))


def test_daemon_in_a_session_of_its_own_that_keeps_the_output_open_costs_no_time() -> None:
    code = """
import os, sys, time
pid = os.fork()
if not pid:
    os.setsid()
    time.sleep(600)
print(pid, flush=True)
"""
    begun = time.monotonic()
    finished = talk(python(code), seconds=60)
    took = time.monotonic() - begun

    os.kill(int(finished.stdout), signal.SIGKILL)
    assert took < 10
    assert (finished.returncode, finished.timed_out) == (0, False)


# --- output ---------------------------------------------------------------------------------


def test_output_is_kept_up_to_the_cap_and_read_to_the_end() -> None:
    code = "import sys; sys.stdout.write('a' * 200_000); sys.stderr.write('b' * 5); sys.exit(4)"

    finished = run(python(code), seconds=20, output_bytes=1000)

    assert finished == Finished(4, b"a" * 1000, b"bbbbb", b"", timed_out=False, truncated=True)


def test_output_of_exactly_the_cap_is_whole() -> None:
    finished = run(python("print('a' * 999)"), seconds=20, output_bytes=1000)

    assert (len(finished.stdout), finished.truncated) == (1000, False)


def test_a_hundred_megabytes_of_output_take_no_memory() -> None:
    flood = "import os\nfor _ in range(100): os.write(1, b'x' * 1_000_000)"
    code = """
import resource, sys
from scoring.process import run
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
finished = run([sys.executable, "-S", "-c", sys.argv[1]], seconds=60, output_bytes=1_000_000)
print(len(finished.stdout), finished.truncated, finished.returncode, (peak() - before) // 1024)
"""

    # In a process of its own, as a peak never goes down again.
    finished = run([sys.executable, "-c", code, flood], seconds=60)

    kept, truncated, returncode, grown_mb = finished.stdout.split()
    assert (kept, truncated, returncode) == (b"1000000", b"True", b"0")
    assert int(grown_mb) < 20


def test_output_that_is_no_text_comes_back_as_it_is() -> None:
    data = bytes(range(256))

    finished = run(python(f"import os; os.write(1, {data!r})"), seconds=20)

    assert finished.stdout == data


# --- input ----------------------------------------------------------------------------------


def test_input_larger_than_a_pipe_goes_through_while_output_flows() -> None:
    data = os.urandom(1_000_000)
    code = "import sys\nwhile data := sys.stdin.buffer.read1(1000): sys.stdout.buffer.write(data)"

    finished = run(python(code), seconds=30, stdin=data, output_bytes=2_000_000)

    assert finished.stdout == data


def test_input_that_nobody_reads_is_dropped() -> None:
    finished = run(python("print('done')"), seconds=20, stdin=b"x" * 1_000_000)

    assert finished == Finished(0, b"done\n", b"", b"", timed_out=False, truncated=False)


def test_input_is_empty_unless_given() -> None:
    finished = run(python("import sys; print(repr(sys.stdin.read()))"), seconds=20)

    assert finished.stdout == b"''\n"


# --- channel --------------------------------------------------------------------------------

TELL = "import os, sys; os.write(int(sys.argv[1]), b'told' * 10)"


def test_channel_is_apart_from_the_output() -> None:
    finished = talk(python(f"{TELL}; print('out')", CHANNEL), seconds=20)

    assert finished == Finished(0, b"out\n", b"", b"told" * 10, timed_out=False, truncated=False)


def test_channel_has_a_cap_of_its_own() -> None:
    finished = talk(python(TELL, CHANNEL), seconds=20, cap=6)

    assert (finished.channel, finished.truncated) == (b"toldto", True)


def test_order_goes_over_the_channel_and_ends_there() -> None:
    code = (
        "import os, sys\n"
        "channel = int(sys.argv[1])\n"
        "size = 0\n"
        "while data := os.read(channel, 65536): size += len(data)\n"
        "os.write(channel, str(size).encode())"
    )

    finished = talk(python(code, CHANNEL), order=b"x" * 1_000_000, seconds=20)

    assert (finished.channel, finished.returncode) == (b"1000000", 0)


def test_order_that_nobody_reads_is_dropped() -> None:
    finished = talk(python("print('done')"), order=b"x" * 1_000_000, seconds=20)

    assert (finished.stdout, finished.returncode) == (b"done\n", 0)


def test_order_that_a_hanging_command_does_not_read_is_within_the_time() -> None:
    begun = time.monotonic()

    talk(python("import time; time.sleep(3)"), order=b"x" * 2_000_000, seconds=0.3)

    assert time.monotonic() - begun < 2


def test_there_is_no_channel_unless_asked_for() -> None:
    finished = run(python("import sys; print(sys.argv[1:])", CHANNEL), seconds=20)

    assert finished.stdout == b"['']\n"


# --- started ahead of its order -------------------------------------------------------------


def test_dismissed_command_is_gone_with_its_children(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
        "open('made', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "os.rename('made', 'pids')\n"
        "time.sleep(600)"
    )
    running = start(python(code), cwd=tmp_path, channel=True)
    deadline = time.monotonic() + 20
    while not (tmp_path / "pids").exists() and time.monotonic() < deadline:
        time.sleep(0.01)

    running.kill()
    running.kill()

    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_whoever_talks_to_a_killed_command_is_told_that_it_is_gone() -> None:
    running = start(python("import time; time.sleep(600)"), channel=True)
    running.kill()

    with pytest.raises(ConnectionResetError, match="gone"):
        running.receive(60)
    with pytest.raises(ConnectionResetError, match="gone"):
        running.send(b"order")


def test_whoever_listens_on_a_busy_machine_is_told_of_the_end() -> None:
    """Closed before the listener had its turn, the channel's number would go to another file."""
    busy = [start(python("while True: pass")) for _ in range(2 * (os.cpu_count() or 1))]
    left: list[int] = []
    try:
        for _ in range(5):
            running = start(python("import time; time.sleep(600)"), channel=True)
            listener = threading.Thread(target=_listen_patiently, args=[running], daemon=True)
            listener.start()
            time.sleep(0.05)
            running.kill()
            left += [number for _ in range(4) for number in os.pipe()]
            listener.join(10)
            assert not listener.is_alive()
    finally:
        for number in left:
            os.close(number)
        for each in busy:
            each.kill()


def _listen_patiently(running: Running) -> None:
    with contextlib.suppress(ProcessLookupError):  # where threads have no numbers of processes
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
    with pytest.raises(OSError, match="gone"):
        running.receive(60)


# --- attached -------------------------------------------------------------------------------


def attached(code: str, *, stdin: bytes = b"", cap: int = 100) -> Finished:
    """Runs a command attached, in a process whose terminal is ours to look at."""
    outer = """
import sys
from scoring.process import CHANNEL, start
running = start([sys.executable, "-S", "-c", sys.argv[1], CHANNEL], channel=True, attached=True)
finished = running.finish(seconds=20, channel_bytes=int(sys.argv[2]))
print("ended", finished, flush=True)
"""
    return run([sys.executable, "-c", outer, code, str(cap)], seconds=30, stdin=stdin)


def test_attached_command_has_our_input_output_and_exit_code() -> None:
    code = f"{TELL}; print('got', input(), flush=True); raise SystemExit(5)"

    finished = attached(code, stdin=b"typed\n")

    ended = Finished(5, b"", b"", b"told" * 10, timed_out=False, truncated=False)
    assert finished.stdout.decode() == f"got typed\nended {ended}\n"


def test_attached_channel_is_capped() -> None:
    ended = Finished(0, b"", b"", b"toldto", timed_out=False, truncated=True)

    assert attached(TELL, cap=6).stdout.decode() == f"ended {ended}\n"


def test_interrupt_ends_the_attached_command_and_not_us() -> None:
    # What a terminal does on Ctrl-C: the signal goes to everyone in the group. By then the
    # outer process has long begun to read.
    code = f"{TELL}; import os, signal, time; time.sleep(0.5); os.killpg(0, signal.SIGINT)"

    finished = attached(f"{code}; time.sleep(60)")

    ended = Finished(-signal.SIGINT, b"", b"", b"told" * 10, timed_out=False, truncated=False)
    assert finished.stdout.decode() == f"ended {ended}\n"


def test_attached_run_leaves_no_descriptors_and_the_old_signal_handler() -> None:
    run(python("pass"), seconds=20)
    before = descriptors(), signal.getsignal(signal.SIGINT)

    start(python("pass"), channel=True, attached=True).finish(seconds=20)

    assert (descriptors(), signal.getsignal(signal.SIGINT)) == before


def test_attached_command_that_leaves_a_child_behind_does_not_hold_us_up() -> None:
    code = """
import os, time
if not os.fork():
    os.close(1)
    os.close(2)
    time.sleep(10)
"""
    begun = time.monotonic()

    finished = attached(code)

    assert b"returncode=0, " in finished.stdout
    assert time.monotonic() - begun < 8
