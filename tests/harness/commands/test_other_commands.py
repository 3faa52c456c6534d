"""`list`, `show`, `status`, `test`, `report`, `history`, `doctor`, `author lock` and the group."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from harness import __version__
from tally_pack import TALLY, copy_pack, record_proof, solve

ROOT = Path(__file__).parents[3]


def exercise(answer, name="tally"):
    return next(each for each in json.loads(answer.out)["exercises"] if each["id"] == name)


# --- list and show --------------------------------------------------------------------------


def test_list_shows_every_exercise_in_columns(worksample):
    answer = worksample("list")
    heading, *rows = answer.out.splitlines()
    assert heading.split() == ["ID", "KIND", "LEVEL", "TIME", "BEST", "TOPIC", "TITLE"]
    names = [row.split()[0] for row in rows]
    assert {"debug-cache", "tally"} <= {*names}
    assert names == sorted(names)
    assert rows[-1].split(maxsplit=7) == [
        "tally", "debug", "warm-up", "20", "min", "-", "counting",
        "A word count that miscounts (unproved)",
    ]  # fmt: skip
    assert answer.err == f"{len(rows)} exercises. Start one: worksample start {names[0]}\n"


def test_list_shows_the_best_official_score(worksample, workspace):
    solve(workspace)
    worksample("score", cwd=workspace)
    assert exercise(worksample("list", "--json")) == {
        "id": "tally",
        "title": "A word count that miscounts",
        "kind": "debug",
        "level": "warm-up",
        "minutes": 20,
        "topic": "counting",
        "best": 100.0,
        "solved": True,
        "proof": "missing",
        "candidate": False,
        "path": str(TALLY),
    }


def test_list_tells_a_broken_exercise_and_shows_the_others(worksample, tmp_path, monkeypatch):
    copy_pack(tmp_path / "tally", ("minutes = 20", ""))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(tmp_path))
    answer = worksample("list")
    assert answer.code == 0
    assert "debug-cache" in answer.out
    assert "warning: 'tally' from WORKSAMPLE_PATH can't be used\n" in answer.err


def test_list_shows_what_is_asked_for(worksample):
    answer = worksample("list", "--kind", "debug", "--topic", "counting", "--unsolved")
    assert [row.split()[0] for row in answer.out.splitlines()] == ["ID", "tally"]
    assert answer.err == "1 exercise. Start one: worksample start tally\n"


def test_what_was_passed_is_no_longer_unsolved(worksample, workspace, tmp_path):
    worksample("score", cwd=workspace)
    assert exercise(worksample("list", "--unsolved", "--json"))["solved"] is False
    worksample("start", "tally", "--dir", "again", cwd=tmp_path)
    workspace = tmp_path / "again"
    solve(workspace)
    worksample("score", cwd=workspace)
    answer = worksample("list", "--topic", "counting", "--unsolved")
    # How many others there are is the catalogue's matter.
    told = re.sub("  without --topic.*\n", "", answer.err)
    assert (answer.code, answer.out, told) == (
        0,
        "",
        "No exercise fits --topic counting --unsolved.\n  without --unsolved there is 1\n",
    )
    facts = json.loads(worksample("list", "--topic", "counting", "--unsolved", "--json").out)
    assert facts["exercises"] == []


@pytest.mark.parametrize(
    ("option", "there"),
    [
        (("--kind", "bug"), "'debug', 'extend', 'refactor', 'design'"),
        (("--level", "junior"), "'warm-up', 'standard', 'senior'"),
        (("--topic", "countin"), "did you mean 'counting'? Topics: "),
    ],
)
def test_an_unknown_filter_gets_what_there_is(worksample, option, there):
    answer = worksample("list", *option)
    assert (answer.code, answer.out) == (2, "")
    assert there in answer.err


def test_the_path_marks_what_is_done_and_what_comes_next(worksample, workspace):
    rows = worksample("list", "--path", "--topic", "counting").out.splitlines()
    assert rows[0].split()[:2] == ["STEP", "ID"]
    assert rows[1].split()[:3] == ["1", "next", "tally"]
    solve(workspace)
    worksample("score", cwd=workspace)
    answer = worksample("list", "--path")
    rows = [row.split() for row in answer.out.splitlines()[1:]]
    assert [row[2] for row in rows if row[1] == "done"] == ["tally"]
    following = json.loads(worksample("list", "--path", "--json").out)["next"]
    assert following not in {None, "tally"}
    assert answer.err.endswith(
        f" exercises, 1 passed. The next one: worksample start {following}\n"
    )
    alone = worksample("list", "--path", "--topic", "counting")
    assert alone.err == "1 exercise, all passed. Once more: worksample start tally\n"
    assert json.loads(worksample("list", "--json").out)["next"] is None


def test_show_tells_the_facts_and_the_brief_as_it_is_written(worksample):
    answer = worksample("show", "tally")
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "tally: A word count that miscounts"
    assert "Tests   4 visible: 3 passed, 1 failed. More are hidden." in answer.out
    assert answer.out.endswith(f"\n\n{(TALLY / 'BRIEF.md').read_text()}\n")
    assert answer.err == "The clock starts with: worksample start tally\n"


def test_show_as_json_counts_requirements_and_tests(worksample):
    facts = json.loads(worksample("show", "tally", "--json").out)
    assert facts["requirements"] == 2
    assert facts["visible"] == {"passed": 3, "failed": 1}
    assert facts["brief"] == (TALLY / "BRIEF.md").read_text()


BRIEF = """# Two *things*

Some **words** in a long line that is wider than the terminal, so that it has to go on below.

- one
- two

> said by somebody

    code = 1

\x1b[31mred\x1b[0m \u202egnp.exe [here](https://example.org)
"""


@pytest.fixture
def on_terminal(tmp_path, monkeypatch):
    """Runs the command line with a terminal for its output; what it wrote there."""

    def run(*arguments: object, lines: int = 200, wide: int = 60, **variables: str) -> str:
        folder = tmp_path / "packs"
        if not folder.exists():
            copy_pack(folder / "tally")
            (folder / "tally/BRIEF.md").write_text(BRIEF)
            record_proof(folder / "tally")
        ours, theirs = pty.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, wide, 0, 0))
        ignored = {"NO_COLOR", "COLUMNS", "LINES", "PAGER", "LESS", "FORCE_COLOR"}
        bare = {name: value for name, value in os.environ.items() if name not in ignored}
        # Ours was found already, by its source; there are two of it otherwise.
        bare.pop("WORKSAMPLE_PATH", None)
        command = [
            sys.executable,
            "-m",
            "harness",
            *map(str, arguments),
            "--exercises",
            str(folder),
        ]
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL,
            env={**bare, "TERM": "xterm", **variables}, cwd=ROOT,
        ) as process:  # fmt: skip
            os.close(theirs)
            written = b""
            with contextlib.suppress(OSError):
                while chunk := os.read(ours, 65536):
                    written += chunk
        os.close(ours)
        assert process.returncode == 0
        return written.decode().replace("\r\n", "\n")

    return run


def test_on_a_terminal_the_brief_is_rendered_and_cannot_reach_it(on_terminal):
    told = on_terminal("show", "tally")
    brief = told[told.index("\nVersion") :].split("\n", 2)[2]
    seen = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", brief).splitlines()]
    assert [line for line in seen if line] == [
        f"{'Two things':>35}",
        "Some words in a long line that is wider than the terminal,",
        "so that it has to go on below.",
        " • one",
        " • two",
        "▌ said by somebody",
        " code = 1",
        "�[31mred�[0m �gnp.exe here (https://example.org)",
    ]
    assert "\x1b[1mwords\x1b[0m" in brief


def test_a_brief_is_no_wider_than_can_be_read(on_terminal):
    told = on_terminal("show", "tally", wide=200)
    assert f"\n{'Two things':>55}" in re.sub(r"\x1b\[[0-9;]*m", "", told)


@pytest.mark.parametrize(("more", "variables"), [(("--plain",), {}), ((), {"NO_COLOR": "1"})])
def test_who_wants_it_plain_gets_it_as_it_is_written(on_terminal, more, variables):
    told = on_terminal("show", "tally", *more, **variables)
    assert told.endswith(BRIEF.replace("\x1b", "�").replace("\u202e", "�") + "\n")


def test_what_is_longer_than_the_screen_goes_through_the_pager(on_terminal, tmp_path):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)
    assert on_terminal("show", "tally", lines=10, PAGER=str(pager)).startswith("PAGED\n")
    assert "PAGED" not in on_terminal("show", "tally", lines=99, PAGER=str(pager))


# --- status ---------------------------------------------------------------------------------


def test_status_tells_clock_tests_change_and_next_step(worksample, workspace, clock):
    clock.advance(minutes=5)
    worksample("test", cwd=workspace)
    solve(workspace)
    clock.advance(minutes=2, seconds=40)
    lines = worksample("status", cwd=workspace).out.splitlines()
    assert lines[0] == "tally  attempt 1  running"
    assert lines[1].startswith("Time    7:40 used, 12:20 left (ends ")
    assert lines[2].endswith(": 3 passed, 1 failed")
    assert lines[3:] == [
        "Change  2 files, +6 -1",
        "Next    worksample test, or worksample score to finish",
    ]


def test_status_works_from_any_folder_inside_and_with_c(worksample, workspace, tmp_path):
    inside = worksample("status", cwd=workspace / "tests").out
    outside = worksample("status", "-C", workspace / "tally", cwd=tmp_path).out
    assert inside.splitlines()[0] == outside.splitlines()[0] == "tally  attempt 1  running"


def test_status_as_json(worksample, workspace, clock):
    clock.advance(minutes=5)
    assert json.loads(worksample("status", "--json", cwd=workspace).out) == {
        "schema_version": 1,
        "exercise": "tally",
        "attempt": 1,
        "state": "running",
        "mode": "practice",
        "used_seconds": 300.0,
        "left_seconds": 900.0,
        "tests": None,
        "change": {"files": 0, "added": 0, "deleted": 0},
        "total": None,
        "workspace": str(workspace),
    }


def test_status_warns_when_time_is_over_and_names_the_snapshot(worksample, workspace, clock):
    clock.advance(minutes=12)
    worksample("test", cwd=workspace)
    clock.advance(minutes=12, seconds=10)
    answer = worksample("status", cwd=workspace)
    assert "24:10 used, over by 4:10" in answer.out
    assert answer.err.startswith("warning: time is over by 4:10 (ended ")
    assert "is scored beside it." in answer.err


def test_status_after_the_score_shows_it(worksample, workspace):
    worksample("score", cwd=workspace)
    lines = worksample("status", cwd=workspace).out.splitlines()
    assert lines[0] == "tally  attempt 1  scored"
    assert lines[-2:] == ["Score   0.0 / 100", "Next    worksample report"]


def test_status_without_a_repository_still_tells_the_clock(worksample, workspace):
    (workspace / ".git").rename(workspace / "gone")
    answer = worksample("status", cwd=workspace)
    assert (answer.code, "Time    0:00 used" in answer.out) == (0, True)
    assert "the change can't be told" in answer.err


def test_a_start_cut_off_before_its_clock_starts_it_on_the_next_command(
    worksample, workspace, clock
):
    journal = workspace / ".worksample" / "attempt.jsonl"
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])
    clock.advance(minutes=600)
    facts = json.loads(worksample("status", "--json", cwd=workspace).out)
    assert (facts["state"], facts["used_seconds"]) == ("running", 0.0)


# --- test -----------------------------------------------------------------------------------


def test_test_tells_failures_in_brief_with_the_counts_before(worksample, workspace, clock):
    clock.advance(minutes=1)
    answer = worksample("test", cwd=workspace)
    lines = answer.out.splitlines()
    assert answer.code == 1
    assert lines[0] == "✗ tests/test_words.py::test_an_empty_line_is_no_word   failed"
    assert lines[1].startswith("    tests/test_words.py:17  assert {'a': 1, ")
    assert lines[2].startswith("3 passed, 1 failed in ")
    assert lines[2].endswith(" s (was 3 passed)")
    assert lines[3] == "19:00 left"


def test_test_succeeds_when_everything_passes(worksample, workspace):
    solve(workspace)
    answer = worksample("test", cwd=workspace)
    assert answer.code == 0
    assert answer.out.startswith("5 passed, 0 failed in ")


def test_test_records_a_snapshot_of_the_tree_it_ran_on(worksample, workspace):
    solve(workspace)
    worksample("test", cwd=workspace)
    shown = subprocess.run(
        ["git", "show", "refs/worksample/snapshots:tests/test_case.py"],
        cwd=workspace, check=True, capture_output=True,
    ).stdout  # fmt: skip
    assert shown == (TALLY / "solution/tests/test_case.py").read_bytes()


def test_nothing_is_recorded_when_nothing_changed(worksample, workspace):
    def snapshots() -> list[str]:
        return subprocess.run(
            ["git", "log", "--format=%H", "refs/worksample/snapshots"],
            cwd=workspace, check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip

    worksample("test", cwd=workspace)
    first = snapshots()
    worksample("test", cwd=workspace)
    assert snapshots() == first


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def count(:", "SyntaxError: invalid syntax"),
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    ],
)
def test_a_file_that_cannot_be_collected_is_told(worksample, workspace, text, why):
    (workspace / "tests" / "test_broken.py").write_text(text)
    answer = worksample("test", cwd=workspace)
    assert answer.code == 1
    assert answer.out.startswith(f"✗ tests/test_broken.py   can't be collected\n    {why}\n")


def test_test_as_json(worksample, workspace):
    facts = json.loads(worksample("test", "--json", cwd=workspace).out)
    assert (facts["passed"], facts["failed"], facts["finished"]) == (3, 1, True)
    assert len(facts["tests"]) == 4


def test_a_pytest_that_cannot_start_is_told_with_its_words(worksample, workspace):
    (workspace / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    answer = worksample("test", cwd=workspace)
    assert answer.code == 1
    assert "unrecognized arguments: --no-such-option" in answer.err
    assert "pytest did not come to its end" in answer.err


def test_a_run_that_ends_itself_is_told(worksample, workspace):
    (workspace / "tests" / "test_words.py").write_text(
        "import os\n\n\ndef test_leaves():\n    os._exit(0)\n"
    )
    answer = worksample("test", cwd=workspace)
    assert answer.code == 1
    assert "pytest did not come to its end (exit code 0)" in answer.err


def test_no_tests_is_not_success(worksample, workspace):
    (workspace / "tests" / "test_words.py").unlink()
    answer = worksample("test", cwd=workspace)
    assert (answer.code, "no tests were found" in answer.err) == (1, True)


# --- report and history ---------------------------------------------------------------------


def test_report_is_made_again_from_the_scorecard(worksample, workspace):
    worksample("score", cwd=workspace)
    page = workspace / ".worksample" / "report.html"
    made = page.read_bytes()
    page.unlink()
    answer = worksample("report", cwd=workspace)
    assert (answer.code, answer.out) == (0, f"Report  {page}\n")
    assert page.read_bytes() == made


def test_report_outlives_its_workspace_in_the_history(worksample, workspace, tmp_path):
    worksample("score", cwd=workspace)
    made = (workspace / ".worksample" / "report.html").read_bytes()
    workspace.rename(tmp_path / "gone")
    answer = worksample("report", "tally", "-o", tmp_path / "again.html", cwd=tmp_path)
    assert answer.code == 0
    assert (tmp_path / "again.html").read_bytes() == made


def test_report_without_a_score_tells_how_to_make_one(worksample, workspace):
    answer = worksample("report", cwd=workspace)
    assert answer.code == 3
    assert answer.err == (
        "error: this attempt has no score yet\n  tip: make one: worksample score\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "tally"], "there is no scored attempt at 'tally'"),
        (["report", "--attempt", "2"], "--attempt needs an exercise"),
    ],
)
def test_report_on_what_is_not_there_is_refused(worksample, tmp_path, words, message):
    answer = worksample(*words, cwd=tmp_path)
    assert answer.code == 2
    assert answer.err.startswith(f"error: {message}\n  tip: ")


def test_report_names_the_attempts_there_are(worksample, workspace):
    worksample("score", cwd=workspace)
    answer = worksample("report", "tally", "--attempt", "7")
    assert answer.err == "error: attempt 7 at 'tally' is not scored\n  tip: scored are: 1\n"


@pytest.mark.parametrize("text", ["", "{}", '{"schema_version": 99}', "\x00"])
def test_a_damaged_scorecard_is_told(worksample, workspace, text):
    (workspace / ".worksample" / "scorecard.json").write_text(text)
    answer = worksample("report", cwd=workspace)
    assert answer.code == 3
    assert "is not a scorecard of this version" in answer.err


def test_history_lists_every_attempt_and_marks_the_best(worksample, workspace, tmp_path, clock):
    solve(workspace)
    clock.advance(minutes=3)
    worksample("score", cwd=workspace)
    worksample("start", "tally", "--dir", "second", cwd=tmp_path)
    answer = worksample("history")
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows[0] == ["EXERCISE", "ATTEMPT", "STARTED", "TIME", "SCORE"]
    assert rows[1][:2] + rows[1][4:] == [
        "tally", "1", "3:00", "of", "20:00", "100.0", "passed,", "best",
    ]  # fmt: skip
    assert rows[2][:2] + rows[2][4:] == ["tally", "2", "-", "-", "not", "scored"]


def test_history_as_json(worksample, workspace):
    assert json.loads(worksample("history", "tally", "--json").out) == {
        "schema_version": 1,
        "attempts": [
            {
                "exercise": "tally",
                "number": 1,
                "mode": "practice",
                "workspace": str(workspace),
                "started_at": "2026-03-02T14:02:00+00:00",
                "total": None,
                "passed": None,
                "used_seconds": None,
                "limit_seconds": None,
            }
        ],
    }


# --- doctor and author ----------------------------------------------------------------------


def test_doctor_tells_each_check_with_a_word(worksample, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_NAME", "x")
    answer = worksample("doctor")
    names = [line.split()[2] for line in answer.out.splitlines() if line[:1] in "✓✗"]
    assert {"python", "git", "pytest", "coverage", "ruff", "history", "exercise"} <= set(names)


def test_doctor_says_how_to_configure_an_identity(worksample):
    facts = json.loads(worksample("doctor", "--json").out)
    identity = next(each for each in facts["checks"] if each["name"] == "git identity")
    assert identity["ok"] is False
    assert "git config --global user.name" in identity["tip"]
    assert facts["sandbox"]


def test_doctor_fails_where_something_is_missing(worksample, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = worksample("doctor")
    assert answer.code == 4
    assert "git was not found on PATH" in answer.out


def test_doctor_tells_what_is_wrong_with_an_exercise(worksample, monkeypatch, tmp_path):
    copy_pack(tmp_path / "tally", ("minutes = 20", "minutes = 21"))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(tmp_path))
    answer = worksample("doctor")
    assert "exercise 'tally' was changed after it was locked" in answer.out
    assert f"worksample author check {tmp_path / 'tally'}" in answer.out


def test_author_lock_tells_what_it_measured(worksample, tmp_path):
    copy_pack(tmp_path / "tally", ('version = "1.0.0"', 'version = "1.0.1"'))
    answer = worksample("author", "lock", tmp_path / "tally")
    assert answer.out.splitlines() == [
        f"Locked  {tmp_path / 'tally' / 'exercise.lock'}",
        "Tests   4 visible (3 passed, 1 failed), 7 hidden",
        "Faults  caught by the starter's own tests: blank-lines",
        "Churn   2 lines",
    ]


def test_author_lock_refuses_a_folder_that_is_no_exercise(worksample, tmp_path):
    answer = worksample("author", "lock", tmp_path)
    assert answer.code == 3
    assert answer.err.startswith(f"error: {tmp_path} is not an exercise: it has no exercise.toml\n")


# --- the group ------------------------------------------------------------------------------


def test_an_unknown_command_gets_a_suggestion(worksample):
    answer = worksample("strat")
    assert (answer.code, answer.err) == (
        2,
        "error: no command named 'strat'\n"
        "  tip: did you mean 'worksample start'? See them all: worksample --help\n",
    )


def test_an_unknown_option_names_the_help(worksample):
    answer = worksample("start", "tally", "--fast")
    assert answer.code == 2
    assert answer.err.endswith("see: worksample start --help\n")


def test_an_option_for_pytest_is_shown_its_place(worksample, workspace):
    answer = worksample("test", "-k", "recency", cwd=workspace)
    assert (answer.code, answer.err) == (
        2,
        "error: No such option '-k'.\n"
        "  tip: what is for pytest goes behind --: worksample test -- -k\n",
    )


@pytest.mark.parametrize("words", [[], ["author"]])
def test_nothing_to_do_shows_the_help(worksample, words):
    answer = worksample(*words)
    assert (answer.code, answer.err) == (2, "")
    assert answer.out.startswith(f"Usage: {' '.join(['worksample', *words])} ")


def test_what_the_machine_refuses_is_no_bug(capsys):
    from harness import cli

    def full() -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    assert cli.guarded(full, []) == 4
    assert capsys.readouterr().err == (
        "error: /somewhere: No space left on device\n"
        "  tip: make room, or give yourself the right; nothing was lost\n"
    )


def test_other_trouble_with_files_is_a_bug(capsys, tmp_path, monkeypatch):
    import tempfile

    from harness import cli

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    def lost() -> None:
        raise FileNotFoundError(2, "No such file or directory", "x")

    assert cli.guarded(lost, []) == 70
    assert "please report it; its log can't be written: " in capsys.readouterr().err


def test_every_command_has_an_example_in_its_help(worksample):
    commands = [
        "list", "show", "start", "status", "test", "score", "report", "history", "doctor",
        "author lock", "author check", "author new", "author schema",
    ]  # fmt: skip
    for words in commands:
        answer = worksample(*words.split(), "--help")
        assert (answer.code, "Example" in answer.out) == (0, True), words


def test_version_is_that_of_the_package(worksample):
    assert worksample("--version").out == f"worksample, version {__version__}\n"


def test_a_bug_of_ours_is_told_with_a_log_and_no_traceback(capsys, tmp_path, monkeypatch):
    import tempfile

    from harness import cli

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> None:
        raise RuntimeError("oh no")

    assert cli.guarded(broken, ["score"]) == 70
    err = capsys.readouterr().err
    (log,) = tmp_path.glob("worksample-bug-*.log")
    assert err == (
        "error: this is a bug in worksample: RuntimeError: oh no\n"
        f"  tip: please report it with the file {log}\n"
    )
    assert "Traceback" in log.read_text()


def test_an_interrupt_leaves_with_130(capsys):
    from harness import cli

    def interrupted() -> None:
        raise KeyboardInterrupt

    assert cli.guarded(interrupted, []) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_folder_that_is_missing_is_told(worksample, tmp_path):
    answer = worksample("status", "-C", Path("nowhere"), cwd=tmp_path)
    assert answer.code == 2
    assert answer.err.startswith("error: -C nowhere: No such file or directory\n")


# --- what goes wrong on the machine ---------------------------------------------------------


@pytest.fixture
def damaged_history(monkeypatch, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "history.sqlite3").write_text("no database at all, but long enough to be looked at")
    monkeypatch.setenv("WORKSAMPLE_DATA", str(data))
    return data / "history.sqlite3"


def test_a_damaged_history_does_not_hide_the_exercises(worksample, damaged_history):
    answer = worksample("list")
    assert answer.code == 0
    assert "tally" in answer.out
    assert answer.err.startswith(f"warning: the history {damaged_history} is damaged: ")


def test_a_damaged_history_is_told_with_the_way_out(worksample, damaged_history):
    answer = worksample("history")
    assert (answer.code, answer.out) == (3, "")
    assert f"mv {damaged_history} {damaged_history}.damaged" in answer.err


def test_a_report_that_cannot_be_written_is_told(worksample, workspace, tmp_path):
    worksample("score", cwd=workspace)
    (tmp_path / "folder").mkdir()
    answer = worksample("report", "-o", tmp_path / "folder", cwd=workspace)
    assert answer.code == 3
    assert answer.err.endswith("tip: choose another place: -o FILE\n")


def test_a_report_is_opened_in_the_browser_that_is_configured(
    worksample, workspace, tmp_path, monkeypatch
):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path / "opened"}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    worksample("score", cwd=workspace)
    answer = worksample("report", "--open", "--json", cwd=workspace)
    page = workspace / ".worksample" / "report.html"
    assert json.loads(answer.out) == {"schema_version": 1, "report": str(page)}
    assert (tmp_path / "opened").read_text() == page.as_uri()


def test_author_lock_as_json_has_the_outcomes(worksample, tmp_path):
    copy_pack(tmp_path / "tally")
    facts = json.loads(worksample("author", "lock", tmp_path / "tally", "--json").out)
    assert facts["reference_churn"] == 2
    assert facts["caught_by_starter"] == ["blank-lines"]
    assert len(facts["hidden"]) == 7


def test_tests_run_without_git_and_the_missing_snapshot_is_told(worksample, workspace, monkeypatch):
    (workspace / ".git").rename(workspace / "gone")
    answer = worksample("test", cwd=workspace)
    assert answer.out.splitlines()[-2].startswith("3 passed, 1 failed in ")
    assert answer.err.startswith("warning: no snapshot was kept: ")


def test_skipped_tests_are_counted_apart(worksample, workspace):
    (workspace / "tests" / "test_more.py").write_text(
        "import pytest\n\n\n@pytest.mark.skip\ndef test_later():\n    pass\n"
    )
    assert "3 passed, 1 failed, 1 skipped in " in worksample("test", cwd=workspace).out
