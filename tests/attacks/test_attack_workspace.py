"""A workspace that works for its owner: its repository, its state, its programs and links."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tally_pack import TALLY, solve

REPORT = Path(".worksample/scorecard.json")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Eve", "-c", "user.email=eve@example.org")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def workspace(worksample, tmp_path: Path) -> Path:
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 0, answer.err
    return tmp_path / "tally"


@pytest.fixture
def scored(worksample):
    """Scores a workspace; its scorecard without what names the moment or the files."""

    def score(folder: Path) -> dict:
        answer = worksample("score", cwd=folder)
        assert answer.code == 0, answer.err
        return json.loads((folder / REPORT).read_bytes())

    return score


# --- the repository ---------------------------------------------------------------------------


def test_the_repository_knows_nothing_of_the_answer(workspace, scored):
    solve(workspace, tests=False)
    shutil.copy(TALLY / "starter/tally/words.py", workspace / "tally/words.py")
    scored(workspace)
    told = git(workspace, "log", "--all", "--reflog", "--patch", "--format=%B")
    for each in git(workspace, "cat-file", "--batch-all-objects", "--batch-check").splitlines():
        name, kind, _ = each.split()
        told += git(workspace, "cat-file", kind, name) if kind != "tree" else ""
    answer = (TALLY / "solution/tally/words.py").read_text()
    starter = (TALLY / "starter/tally/words.py").read_text()
    new = [line for line in answer.splitlines() if line not in starter.splitlines()]
    assert new
    assert [line for line in new if line in told] == []
    hidden = [path.name for path in (TALLY / "hidden").iterdir() if path.suffix == ".py"]
    assert [name for name in hidden if name in told] == []


def _amend(workspace: Path) -> None:
    git(workspace, "add", "--all")
    git(workspace, "commit", "--amend", "--quiet", "--message=Start of tally 1.0.0")


def _new_root(workspace: Path) -> None:
    shutil.rmtree(workspace / ".git")
    git(workspace, "init", "--quiet", "--initial-branch=main")
    git(workspace, "add", "--all")
    git(workspace, "commit", "--quiet", "--message=Start of tally 1.0.0")


def _replaced(workspace: Path) -> None:
    start = git(workspace, "rev-parse", "HEAD").strip()
    git(workspace, "add", "--all")
    git(workspace, "commit", "--quiet", "--message=Work")
    git(workspace, "replace", start, git(workspace, "rev-parse", "HEAD").strip())


def _without_git(workspace: Path) -> None:
    shutil.rmtree(workspace / ".git")


def _unchanged_to_the_index(workspace: Path) -> None:
    git(workspace, "update-index", "--assume-unchanged", "tally/words.py")
    git(workspace, "update-index", "--skip-worktree", "tests/test_words.py")


def _attributes(workspace: Path) -> None:
    text = "* -diff -text binary linguist-generated export-ignore\n"
    (workspace / ".gitattributes").write_text(text)
    (workspace / "tally/.gitattributes").write_text(text)
    (workspace / ".git/info").mkdir(exist_ok=True)
    (workspace / ".git/info/attributes").write_text(text)


def _settings(workspace: Path) -> None:
    for path in ("ruff.toml", "tally/ruff.toml", "tally/.ruff.toml"):
        (workspace / path).write_text('exclude = ["*"]\nlint.ignore = ["ALL"]\n')
    for path in ("pytest.ini", "tests/pytest.ini", "tox.ini"):
        (workspace / path).write_text("[pytest]\naddopts = --co\n")
    for path in ("sitecustomize.py", "usercustomize.py", "pytest.py", "json.py", "evil.pth"):
        (workspace / path).write_text("import os; os._exit(0)\n")
    (workspace / "hidden").mkdir()
    (workspace / "hidden/conftest.py").write_text("raise SystemExit(0)\n")


# A hundred lines more than the task needs, one of them with something for the linter to say.
PADDING = "\n\n" + "".join(f"LINE_{n} = {n}\n" for n in range(100)) + "NONE = LINE_1 == None\n"


@pytest.mark.parametrize(
    "hide",
    [
        _amend, _new_root, _replaced, _without_git, _unchanged_to_the_index, _attributes,
        _settings,
    ],
)  # fmt: skip
def test_what_was_changed_is_told_by_the_files_and_by_nothing_else(
    worksample, scored, tmp_path, hide
):
    cards = []
    for name, act in (("honest", Path), ("hidden", hide)):
        folder = tmp_path / name
        assert worksample("start", "tally", "--dir", folder, cwd=tmp_path).code == 0
        solve(folder)
        with (folder / "tally/words.py").open("a") as stream:
            stream.write(PADDING)
        act(folder)
        cards.append(scored(folder))
    honest, hidden = cards
    assert honest["churn"] >= 100
    # Settings that lie among the source are part of the change as well.
    assert (hidden["state"], hidden["churn"] >= honest["churn"]) == ("graded", True)
    assert hidden["total"] <= honest["total"]


def test_no_command_of_the_repository_is_run(workspace, scored, tmp_path):
    marker = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\ncat\n')
    script.chmod(0o755)
    for name in ("pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        hook = workspace / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(script, hook)
    settings = {
        "core.fsmonitor": script, "core.hooksPath": workspace / ".git/hooks",
        "core.sshCommand": script, "core.pager": script, "core.editor": script,
        "core.gitProxy": script, "core.askPass": script, "core.alternateRefsCommand": script,
        "diff.external": script, "diff.evil.textconv": script, "diff.evil.command": script,
        "filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script,
        "filter.evil.required": "true", "merge.evil.driver": script, "gpg.program": script,
        "commit.gpgSign": "true", "credential.helper": script, "uploadpack.packObjectsHook": script,
    }  # fmt: skip
    for key, value in settings.items():
        git(workspace, "config", key, str(value))
    (workspace / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    marker.unlink(missing_ok=True)
    solve(workspace)
    assert scored(workspace)["total"] == 100.0
    assert not marker.exists(), marker.read_text()


# --- programs -----------------------------------------------------------------------------------

_TROJANS = ("git", "python", "python3", "pytest", "ruff", "coverage", "sh", "bwrap", "setpriv")


@pytest.mark.parametrize("named", ["", ".", "bin"])
def test_programs_of_the_workspace_are_not_taken_from_a_relative_path(
    workspace, scored, tmp_path, monkeypatch, named
):
    marker = tmp_path / "ran"
    folder = workspace / named
    folder.mkdir(exist_ok=True)
    for name in _TROJANS:
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {name} >> {marker}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{named}{os.pathsep}{os.environ['PATH']}")
    assert scored(workspace)["total"] == 0.0
    assert not marker.exists(), marker.read_text()


def test_what_grades_is_not_looked_for_on_the_path(workspace, scored, tmp_path, monkeypatch):
    marker = tmp_path / "ran"
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in set(_TROJANS) - {"git", "sh", "bwrap", "setpriv"}:
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {name} >> {marker}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert scored(workspace)["total"] == 0.0
    assert not marker.exists(), marker.read_text()


def test_the_environment_of_the_candidate_plays_no_part(workspace, scored, tmp_path, monkeypatch):
    evil = tmp_path / "evil"
    evil.mkdir()
    for name in ("sitecustomize", "usercustomize", "evil", "pytest"):
        (evil / f"{name}.py").write_text("import os\nos._exit(0)\n")
    for name, value in {
        "PYTHONPATH": evil, "PYTHONSTARTUP": evil / "evil.py", "PYTHONUSERBASE": evil,
        "PYTHONINSPECT": "1", "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error",
        "PYTEST_ADDOPTS": "--co", "PYTEST_PLUGINS": "evil", "COVERAGE_RCFILE": evil,
        "COVERAGE_PROCESS_START": evil, "RUFF_CONFIG": evil, "GIT_DIR": evil,
        "GIT_EXTERNAL_DIFF": evil, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "/bin/false", "LD_PRELOAD": "",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    solve(workspace)
    assert scored(workspace)["total"] == 100.0


# --- links ----------------------------------------------------------------------------------------


def test_a_link_to_the_answer_is_no_answer(workspace, scored):
    (workspace / "tally/words.py").unlink()
    (workspace / "tally/words.py").symlink_to(TALLY / "solution/tally/words.py")
    card = scored(workspace)
    assert (card["total"], card["passed"]) == (0.0, False)


def test_a_folder_that_is_a_link_to_the_answer_is_no_answer(workspace, scored):
    shutil.rmtree(workspace / "tally")
    (workspace / "tally").symlink_to(TALLY / "solution/tally")
    assert scored(workspace)["total"] == 0.0


def test_links_devices_and_pipes_bring_nothing_in(workspace, scored, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("NOBODY = 'may read this'\n")
    (workspace / "tally/secret.py").symlink_to(secret)
    (workspace / "tests/test_secret.py").symlink_to(secret)
    (workspace / "tally/zero.py").symlink_to("/dev/zero")
    (workspace / "tally/loop").symlink_to(workspace / "tally")
    os.mkfifo(workspace / "tally/pipe.py")
    card = scored(workspace)
    assert card["total"] == 0.0
    assert "may read this" not in json.dumps(card)
    assert len([note for note in card["record"]["notes"] if "link" in note]) >= 1


# --- the attempt's state and clock ----------------------------------------------------------------


def edit(workspace: Path, change) -> None:
    path = workspace / ".worksample/attempt.jsonl"
    events = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(event) + "\n" for event in change(events)))


DISAGREES = "attempt does not agree with the history"


def disagreements(card: dict) -> list[str]:
    return [flag["evidence"] for flag in card["flags"] if flag["kind"] == DISAGREES]


def test_more_time_written_into_the_attempt_is_told(worksample, workspace, scored, clock):
    solve(workspace)
    clock.advance(minutes=39)

    def later(events):
        events[0]["plan"]["limit_seconds"] = 90_000.0
        return events

    edit(workspace, later)
    told = "a limit of 90000 s, where the exercise gives 1200 s"
    assert disagreements(scored(workspace)) == [told]


def test_a_start_written_to_a_later_moment_is_told(worksample, workspace, scored, clock):
    solve(workspace)
    clock.advance(minutes=39)
    now = clock().to_json()
    edit(
        workspace,
        lambda events: [
            {**event, **now} if event["event"] == "started" else event for event in events
        ],
    )
    told = "started at 2026-03-02 14:41:00 UTC, in the history at 2026-03-02 14:02:00 UTC"
    assert disagreements(scored(workspace)) == [told]
    answer = worksample("score", cwd=workspace)
    assert f"{DISAGREES}: {told}" in answer.err


def without_scores(events):
    return [event for event in events if not event["event"].startswith("score")]


def with_another_score(events):
    return [{**event, "total": 100.0} if event["event"] == "scored" else event for event in events]


@pytest.mark.parametrize("change", [without_scores, with_another_score])
def test_a_score_that_was_taken_out_of_the_attempt_still_stands(
    worksample, workspace, scored, clock, change
):
    scored(workspace)
    edit(workspace, change)
    solve(workspace)
    told = "a score of 0.0 at 2026-03-02 14:02:00 UTC is missing; it stays the one that counts"
    for _ in range(2):
        clock.advance(minutes=1)
        card = scored(workspace)
        assert card["record"]["official"] is False
        assert (card["record"]["after_feedback"], card["total"]) == (True, 100.0)
        assert disagreements(card) == [told]
    (attempt,) = json.loads(worksample("history", "--json").out)["attempts"]
    assert attempt["total"] == 0.0


def test_an_interview_can_not_be_scored_again_by_taking_its_score_out(worksample, tmp_path):
    assert worksample("start", "tally", "--mode", "interview", cwd=tmp_path).code == 0
    workspace = tmp_path / "tally"
    assert worksample("score", cwd=workspace).code == 0
    edit(workspace, without_scores)
    answer = worksample("score", cwd=workspace)
    assert answer.code == 3
    assert "this interview attempt is already scored" in answer.err


def _gone(workspace: Path, data: Path) -> Path:
    data.unlink()
    return workspace


def _damaged(workspace: Path, data: Path) -> Path:
    data.write_bytes(b"no history" * 100)
    return workspace


def _moved(workspace: Path, _: Path) -> Path:
    return workspace.rename(workspace.with_name("elsewhere"))


def _with_an_odd_value(workspace: Path, data: Path) -> Path:
    with closing(sqlite3.connect(data)) as database, database:
        database.execute("UPDATE attempt SET started_at = 'yesterday'")
    return workspace


@pytest.mark.parametrize("change", [_gone, _damaged, _with_an_odd_value, _moved])
def test_nobody_is_accused_by_a_history_that_does_not_know(worksample, workspace, scored, change):
    scored(workspace)
    workspace = change(workspace, Path(os.environ["WORKSAMPLE_DATA"]) / "history.sqlite3")
    assert disagreements(scored(workspace)) == []


def test_a_score_that_was_written_into_the_attempt_is_not_in_the_history(worksample, workspace):
    def ended(events):
        at = {key: value for key, value in events[-1].items() if key != "event"}
        return [
            *events,
            {"event": "scored", **at, "total": 100.0, "used": 1.0, "official": True},
        ]

    edit(workspace, ended)
    (workspace / REPORT).write_text('{"total": 100.0}')
    listed = json.loads(worksample("list", "--json").out)["exercises"]
    assert [each["best"] for each in listed if each["id"] == "tally"] == [None]


def test_a_clock_that_is_set_back_gives_no_time_back(worksample, workspace, clock, scored):
    from datetime import timedelta

    solve(workspace)
    clock.advance(minutes=39)
    clock.utc -= timedelta(minutes=38)
    card = scored(workspace)
    assert card["late"] is True
    assert card["total"] <= 60.0
