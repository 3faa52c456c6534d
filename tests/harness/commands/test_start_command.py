"""`worksample start`: what it prints, creates, and refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tally_pack import copy_pack, record_proof, solve

NOTHING = "Nothing was created; the clock has not started."


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_start_tells_folder_clock_brief_tests_and_next_step(worksample, tmp_path):
    answer = worksample("start", "tally", cwd=tmp_path)
    lines = answer.out.splitlines()
    assert lines[0] == "Created ./tally (git, 1 commit, 4 files)"
    assert re.fullmatch(r"Clock   started \d\d:\d\d, ends \d\d:\d\d \(20 min\)", lines[1])
    assert lines[2:4] == [
        "Brief   tally/BRIEF.md",
        "Tests   4 visible: 3 passed, 1 failed. More are hidden.",
    ]
    assert lines[4].startswith("Python  ")
    assert lines[5:] == ["Next    cd tally", "        worksample test"]
    assert (answer.code, answer.err) == (0, "")


def test_the_workspace_holds_starter_and_brief_and_nothing_hidden(workspace):
    files = {
        path.relative_to(workspace).as_posix()
        for path in workspace.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert files == {
        ".worksample/attempt.jsonl",
        ".worksample/lock",
        "BRIEF.md",
        "tally/__init__.py",
        "tally/words.py",
        "tests/test_words.py",
    }


def test_the_workspace_is_a_clean_repository_with_one_commit(workspace):
    assert git(workspace, "log", "--format=%s").splitlines() == ["Start of tally 1.0.0"]
    assert git(workspace, "status", "--porcelain") == ""
    assert git(workspace, "branch", "--show-current") == "main\n"


def test_start_needs_no_git_identity(worksample, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert worksample("start", "tally", cwd=tmp_path).code == 0


def test_start_as_json_tells_the_same(worksample, tmp_path):
    facts = json.loads(worksample("start", "tally", "--json", cwd=tmp_path).out)
    assert facts == {
        "schema_version": 1,
        "exercise": "tally",
        "attempt": 1,
        "workspace": str(tmp_path / "tally"),
        "started_at": "2026-03-02T14:02:00+00:00",
        "ends_at": "2026-03-02T14:22:00+00:00",
        "limit_seconds": 1200.0,
        "python": sys.executable,
        "packages": None,
    }


def test_extra_time_lengthens_the_limit_and_is_told(worksample, tmp_path):
    answer = worksample("start", "tally", "--extra-time", "25%", cwd=tmp_path)
    assert "(25 min with 25 % extra)" in answer.out


@pytest.mark.parametrize("value", ["a lot", "-5%", "301%", "nan"])
def test_a_share_of_extra_time_that_makes_no_sense_is_refused(worksample, tmp_path, value):
    answer = worksample("start", "tally", f"--extra-time={value}", cwd=tmp_path)
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])
    assert "--extra-time" in answer.err


def test_dir_puts_the_workspace_elsewhere_and_makes_its_parents(worksample, tmp_path):
    answer = worksample("start", "tally", "--dir", "deep/er/mine", cwd=tmp_path)
    assert answer.out.startswith("Created ./deep/er/mine (")
    assert (tmp_path / "deep/er/mine/BRIEF.md").is_file()


def test_attempts_at_one_exercise_are_numbered(worksample, tmp_path):
    for number in (1, 2):
        text = worksample("start", "tally", "--json", "--dir", f"try{number}", cwd=tmp_path).out
        assert json.loads(text)["attempt"] == number


def test_an_unknown_exercise_gets_a_suggestion(worksample, tmp_path):
    answer = worksample("start", "taly", cwd=tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "error: no exercise named 'taly'\n  tip: did you mean 'tally'? List them: worksample list\n"
    )


def test_an_unknown_exercise_without_likeness_gets_the_list(worksample, tmp_path):
    answer = worksample("start", "xyzzy", cwd=tmp_path)
    assert answer.err == ("error: no exercise named 'xyzzy'\n  tip: list them: worksample list\n")


def test_any_that_fits_is_started(worksample, tmp_path):
    answer = worksample("start", "--random", "--topic", "counting", cwd=tmp_path)
    assert (answer.code, answer.out.splitlines()[0].split()[:2]) == (0, ["Created", "./tally"])
    assert answer.err == (
        "Chosen  tally: A word count that miscounts (debug, warm-up), "
        "from 1 exercise that you have not passed yet\n"
    )


def test_what_has_a_workspace_here_or_was_passed_is_chosen_last(worksample, tmp_path):
    copy_pack(tmp_path / "packs/other", ('id = "tally"', 'id = "other"'))
    record_proof(tmp_path / "packs/other")
    options = ("--random", "--topic", "counting", "--exercises", tmp_path / "packs", "--json")

    def chosen(*more: object) -> str:
        return json.loads(worksample("start", *options, *more, cwd=tmp_path).out)["exercise"]

    assert {chosen(), chosen()} == {"tally", "other"}
    solve(tmp_path / "tally")
    worksample("score", cwd=tmp_path / "tally")
    assert [chosen("--dir", f"again{number}") for number in range(4)] == ["other"] * 4
    solve(tmp_path / "other")
    worksample("score", cwd=tmp_path / "other")
    answer = worksample("start", *options[:-1], "--dir", "last", cwd=tmp_path)
    assert answer.err.endswith("(debug, warm-up), from 2 exercises, all of which you have passed\n")


@pytest.mark.parametrize(
    ("arguments", "message", "tips"),
    [
        (
            ("tally", "--random", "--kind", "debug"),
            "--random chooses by itself, and 'tally' is chosen already",
            [
                "either: worksample start tally",
                "or: worksample start --random --kind debug",
            ],
        ),
        (
            ("tally", "--unsolved"),
            "--unsolved says what to choose from, and nothing is to be chosen",
            ["add --random: worksample start --random --unsolved"],
        ),
        (
            (),
            "which exercise?",
            [
                "name it: worksample start ID (list them: worksample list)",
                "or take any: worksample start --random",
            ],
        ),
        (
            ("--random", "--topic", "counting", "--level", "senior"),
            "no exercise fits --level senior --topic counting",
            ["without --level there is 1", "see them all: worksample list"],
        ),
    ],
)
def test_a_choice_that_is_none_is_told(worksample, tmp_path, arguments, message, tips):
    answer = worksample("start", *arguments, cwd=tmp_path)
    assert (answer.code, answer.out, list(tmp_path.iterdir())) == (2, "", [])
    first, *others = answer.err.splitlines()
    assert first == f"error: {message}"
    told = [line.strip().removeprefix("tip: ") for line in others]
    # How many there are of a level is the catalogue's matter.
    assert [each for each in told if not each.startswith("without --topic")] == tips


def test_an_attempt_in_the_way_is_told_with_how_to_go_on(worksample, workspace, tmp_path, clock):
    clock.advance(minutes=12, seconds=40)
    answer = worksample("start", "tally", cwd=tmp_path)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == (
        "error: ./tally already exists (attempt 1, 12:40 used)\n"
        "  tip: continue: cd tally && worksample status\n"
        "       new attempt: worksample start tally --dir tally-2\n"
    )


def test_an_empty_folder_in_the_way_is_told_and_left(worksample, tmp_path):
    (tmp_path / "tally").mkdir()
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 3
    assert answer.err == (
        "error: ./tally already exists (an empty folder)\n"
        "  tip: remove it: rmdir tally\n"
        "       or choose another: worksample start tally --dir tally-2\n"
    )


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_something_foreign_in_the_way_is_told_and_left(worksample, tmp_path, kind):
    target = tmp_path / "tally"
    if kind == "folder":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to("nowhere")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 3
    assert answer.err == (
        "error: ./tally already exists and is not an attempt; it is left as it is\n"
        "  tip: choose another folder: worksample start tally --dir tally-2\n"
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_target_that_cannot_be_written_costs_no_time(worksample, tmp_path):
    (tmp_path / "file").write_text("")
    answer = worksample("start", "tally", "--dir", "file/inside", cwd=tmp_path)
    assert (answer.code, answer.out) == (3, "")
    lines = answer.err.splitlines()
    assert lines[0].startswith("error: ./file/inside can't be created: ")
    assert lines[-1].strip() == NOTHING
    assert worksample("history").err.startswith("No attempts yet.")


def test_without_git_nothing_is_created(worksample, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert (answer.code, list(tmp_path.iterdir())) == (4, [])
    assert answer.err == (
        "error: git was not found on PATH\n"
        "  tip: install git 2.30 or newer, then run this again.\n"
        f"       {NOTHING}\n"
    )


def test_a_git_that_is_too_old_is_told_with_its_version(worksample, tmp_path, monkeypatch):
    tools = tmp_path / "tools"
    tools.mkdir()
    fake = tools / "git"
    fake.write_text("#!/bin/sh\necho git version 2.17.1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert (answer.code, (tmp_path / "tally").exists()) == (4, False)
    assert answer.err.startswith("error: git 2.17.1 is too old\n  tip: install git 2.30 or newer")


def test_a_history_that_cannot_be_written_stops_the_start(worksample, tmp_path, monkeypatch):
    blocker = tmp_path / "blocker"
    blocker.write_text("")
    monkeypatch.setenv("WORKSAMPLE_DATA", str(blocker / "data"))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert (answer.code, (tmp_path / "tally").exists()) == (4, False)
    assert "WORKSAMPLE_DATA=DIR" in answer.err


def test_a_python_older_than_the_exercise_needs_is_told(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack, ('license = "MIT"', 'license = "MIT"\npython = ">=3.99"'))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    assert worksample("author", "lock", pack).code == 0
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 4
    assert answer.err.startswith("error: 'tally' needs Python >=3.99, and this is 3.")


def test_an_exercise_that_is_not_locked_can_not_be_started(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack, ("minutes = 20", "minutes = 21"))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert (answer.code, (tmp_path / "tally").exists()) == (3, False)
    assert answer.err == (
        "error: exercise 'tally' was changed after it was locked\n"
        f"  tip: if it is yours, prove it: worksample author check {pack}\n"
    )


def test_a_broken_manifest_is_told_with_all_its_problems(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack, ("minutes = 20", 'minutes = "long"\ncolour = "red"'))
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 3
    assert f"{pack / 'exercise.toml'} has 2 problems:" in answer.err
    assert "\n  minutes: " in answer.err
    assert "\n  colour: this key is unknown" in answer.err
