"""The installed program as a shell sees it: processes, signals, two at once, odd submissions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tally_pack import copy_pack, solve

PROGRAM = [sys.executable, "-m", "harness"]


def run(*words: str, cwd: Path, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words], cwd=cwd, capture_output=True, text=True, check=False, **options
    )


@pytest.fixture
def started(tmp_path: Path) -> Path:
    finished = run("start", "tally", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    return tmp_path / "tally"


def score(workspace: Path) -> dict:
    finished = run("score", "--json", cwd=workspace)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def flag_kinds(card: dict) -> list[str]:
    return [flag["kind"] for flag in card["flags"]]


def test_the_whole_journey_as_typed(tmp_path):
    assert run("start", "tally", cwd=tmp_path).returncode == 0
    workspace = tmp_path / "tally"
    assert run("test", cwd=workspace).returncode == 1
    solve(workspace)
    assert run("test", cwd=workspace).returncode == 0
    finished = run("score", cwd=workspace)
    assert "Score 100.0 / 100   passed (needs 70)" in finished.stdout
    assert (workspace / ".worksample" / "report.html").stat().st_size > 10_000
    assert "100.0  passed, best" in run("history", cwd=tmp_path).stdout


def test_what_follows_two_dashes_goes_to_pytest_with_the_terminal(started):
    finished = run("test", "--", "-k", "counts_a_word", "-v", cwd=started)
    assert finished.returncode == 0
    assert "test session starts" in finished.stdout
    assert finished.stdout.splitlines()[-1].endswith(" left")
    assert "tested" not in (started / ".worksample" / "attempt.jsonl").read_text()


def test_a_debugger_gets_standard_input(started):
    finished = run("test", "--", "--pdb", "-x", cwd=started, input="p 40 + 2\nq\n")
    assert "(Pdb) 42" in finished.stdout


def test_output_into_a_closed_pipe_is_no_error(tmp_path):
    process = subprocess.Popen(
        [*PROGRAM, "list"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    _, err = process.communicate()
    assert err == b""


# --- submissions as candidates make them ----------------------------------------------------


def test_a_syntax_error_in_the_source_scores_nothing_and_says_so(started):
    (started / "tally" / "words.py").write_text("def count(:\n")
    card = score(started)
    assert (card["state"], card["total"]) == ("graded", 0.0)
    assert "tally can't be imported: SyntaxError" in card["components"][0]["reason"]


def test_an_import_error_in_the_source_scores_nothing_and_says_so(started):
    (started / "tally" / "__init__.py").write_text("import nowhere_at_all\n")
    card = score(started)
    assert card["total"] == 0.0
    assert card["components"][0]["reason"] == (
        "tally can't be imported: ModuleNotFoundError: No module named 'nowhere_at_all'"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(0)\n", "tally can't be imported: SystemExit: 0"),
        (
            "import os\nos._exit(0)\n",
            "tally can't be imported: the process ended by itself (exit code 0)",
        ),
        (
            "import os\nos.kill(os.getpid(), 9)\n",
            "tally can't be imported: killed by signal 9",
        ),
        ("while True:\n    pass\n", "tally can't be imported: TimeoutError: took longer than 2 s"),
    ],
)
def test_source_that_does_not_survive_its_import_scores_nothing(started, text, reason):
    (started / "tally" / "__init__.py").write_text(text)
    card = score(started)
    assert (card["total"], card["components"][0]["reason"]) == (0.0, reason)


def test_an_endless_loop_costs_only_the_tests_that_run_into_it(started):
    solve(started)
    words = started / "tally" / "words.py"
    words.write_text(
        words.read_text().replace(
            "    counts: dict[str, int] = {}\n",
            '    counts: dict[str, int] = {}\n    while text == "":\n        pass\n',
        )
    )
    card = score(started)
    credit = {each["name"]: each["credit"] for each in card["requirements"]}
    assert credit == {"blank-lines": 0.2, "case": 1.0}
    (slow,) = [test for test in card["requirements"][0]["tests"] if test["outcome"] != "passed"]
    assert (slow["outcome"], slow["message"]) == ("failed", "Failed: took longer than 2 s")


def test_an_exit_inside_a_call_costs_only_the_tests_that_run_into_it(started):
    solve(started)
    words = started / "tally" / "words.py"
    words.write_text(
        words.read_text().replace(
            "    counts: dict[str, int] = {}\n",
            '    counts: dict[str, int] = {}\n    if text == "":\n'
            "        import os\n\n        os._exit(0)\n",
        )
    )
    card = score(started)
    credit = {each["name"]: each["credit"] for each in card["requirements"]}
    assert credit["case"] == 1.0
    assert credit["blank-lines"] < 1
    assert all(test["outcome"] == "passed" for test in card["regression"])


def test_a_hundred_megabytes_of_output_change_nothing(started):
    solve(started)
    words = started / "tally" / "words.py"
    text = words.read_text()
    words.write_text(f'import os\n\nos.write(1, b"x" * 100_000_000)\n{text}')
    card = score(started)
    assert [each["credit"] for each in card["requirements"]] == [1.0, 1.0]


def test_a_deleted_package_scores_nothing(started):
    for path in (started / "tally").glob("*.py"):
        path.unlink()
    card = score(started)
    assert (card["total"], card["state"]) == (0.0, "graded")


def test_deleted_tests_are_flagged_and_correctness_is_measured_all_the_same(started):
    solve(started)
    (started / "tests" / "test_words.py").unlink()
    card = score(started)
    assert flag_kinds(card) == ["visible tests deleted"]
    assert card["components"][0]["points"] == 60.0


def test_files_outside_source_and_tests_are_named_and_not_graded(started):
    solve(started)
    (started / "conftest.py").write_text("raise SystemExit(1)\n")
    (started / "NOTES.md").write_text("what I did\n")
    card = score(started)
    assert card["total"] == 100.0
    assert card["environment"]["not_graded"] == ["NOTES.md", "conftest.py"]


def test_source_that_is_not_utf_8_is_graded_with_what_it_earns(started):
    (started / "tally" / "words.py").write_bytes(b'"""caf\xe9"""\n')
    card = score(started)
    assert (card["total"], card["state"]) == (0.0, "graded")
    assert "can't be imported: SyntaxError" in card["components"][0]["reason"]


def test_links_are_left_out_and_named(started):
    words = started / "tally" / "words.py"
    words.unlink()
    words.symlink_to("/etc/passwd")
    card = score(started)
    assert card["total"] == 0.0
    assert card["record"]["notes"] == ["tally/words.py (a link, or not a file that can be read)"]
    assert "root:" not in json.dumps(card)


# --- interrupts and two at once -------------------------------------------------------------


def wait_until(condition, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def slow_score(workspace: Path) -> subprocess.Popen[str]:
    """A score that is busy with a test that never ends, until its limit."""
    solve(workspace)
    (workspace / "tests" / "test_slow.py").write_text(
        "import time\n\n\ndef test_slow():\n    time.sleep(100)\n"
    )
    process = subprocess.Popen(
        [*PROGRAM, "score"],
        cwd=workspace,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = workspace / ".worksample" / "attempt.jsonl"
    wait_until(lambda: '"score began"' in journal.read_text())
    return process


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_score_leaves_nothing_half_written(started, sent, code, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    try:
        process = slow_score(started)
    finally:
        del os.environ["TMPDIR"]
    wait_until(lambda: any(temporary.iterdir()))
    process.send_signal(sent)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in err) == (code, False)
    assert sorted(path.name for path in (started / ".worksample").iterdir()) == [
        "attempt.jsonl",
        "lock",
    ]
    wait_until(lambda: not any(temporary.iterdir()))
    (started / "tests" / "test_slow.py").unlink()
    assert score(started)["total"] == 100.0


def test_two_scores_at_once_are_one_score_and_a_clear_word(started):
    process = slow_score(started)
    second = run("score", cwd=started)
    process.kill()
    process.communicate()
    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr == (
        "error: another worksample command is at work in this workspace "
        f"(process {process.pid})\n"
        "  tip: wait until it is done, then run this again\n"
    )


def test_a_killed_score_loses_nothing(started):
    process = slow_score(started)
    process.kill()
    process.communicate()
    (started / "tests" / "test_slow.py").unlink()
    assert score(started)["total"] == 100.0


def test_an_interrupted_start_leaves_nothing(tmp_path):
    process = subprocess.Popen([*PROGRAM, "start", "tally"], cwd=tmp_path, stderr=subprocess.PIPE)
    wait_until(lambda: any(tmp_path.iterdir()))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    names = [path.name for path in tmp_path.iterdir()]
    # Either it was quick enough to finish, or there is no trace of it.
    assert names in ([], ["tally"])
    assert (process.returncode, names) in [(130, []), (0, ["tally"]), (130, ["tally"])]


def test_an_interrupt_does_not_wait_for_the_limits_of_what_runs(tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack, ("test_seconds = 2", "test_seconds = 100"))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    assert run("author", "lock", str(pack), cwd=tmp_path).returncode == 0
    assert run("start", "tally", cwd=tmp_path).returncode == 0
    process = slow_score(tmp_path / "tally")
    time.sleep(1)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert (process.returncode, time.monotonic() - began < 20) == (130, True)


def test_a_terminal_is_told_what_takes_long_and_a_pipe_is_not(started):
    process = slow_score(started)
    _, err = process.communicate(timeout=60)
    assert err == ""
    outer, inner = os.openpty()
    with os.fdopen(outer, "rb") as terminal:
        process = subprocess.Popen([*PROGRAM, "score"], cwd=started, stderr=inner, stdout=inner)
        os.close(inner)
        told = b""
        while b"Report" not in told:
            told += os.read(terminal.fileno(), 1000)
        assert process.wait(timeout=60) == 0
    assert "The clock is stopped; grading …\r\x1b[K".encode() in told
