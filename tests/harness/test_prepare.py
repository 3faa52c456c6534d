"""A workspace appears whole and in one step, or not at all; only then does the clock start."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from harness import git
from harness.attempt import Attempt, Plan
from harness.clock import Instant
from harness.errors import WorkspaceProblem
from harness.exercise import Exercise
from harness.prepare import check_target, create, shown_path, typed_path
from harness.workspace import Workspace, WorkTree

FAILED_TIPS = (
    "choose a folder you can write to: worksample start tally --dir DIR",
    "Nothing was created; the clock has not started.",
)


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command is called in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


# --- creating -------------------------------------------------------------------------------


def test_a_workspace_holds_the_starter_the_brief_and_one_commit_of_them(
    tmp_path: Path, tally: Exercise, plan: Plan, clock: Any, run_git: Any
) -> None:
    target = tmp_path / "new" / "tally"
    workspace = create(tally, target, plan, clock)
    files = tally.starter
    commit = run_git(target, "rev-parse", "HEAD").strip()
    assert workspace.root == target
    assert workspace.read_work_tree() == WorkTree(dict(files), ())
    assert git.read_commit(target, commit) == files
    assert run_git(target, "log", "--all", "--format=%H %s") == f"{commit} Start of tally 1.0.0\n"
    assert run_git(target, "status", "--porcelain", "--branch") == "## main\n"
    assert (target / ".git" / "info" / "exclude").read_text().splitlines() == [
        "/.worksample/", "__pycache__/", ".*_cache/", ".coverage",
    ]  # fmt: skip
    assert workspace.journal.read() == Attempt(
        replace(plan, start_commit=commit), clock(), (), (), (), None
    )
    assert listing(target / ".worksample") == ["attempt.jsonl", "lock"]
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["tally"]


def test_the_clock_starts_when_the_workspace_is_in_its_place(
    tmp_path: Path, tally: Exercise, plan: Plan, clock: Any
) -> None:
    target = tmp_path / "tally"
    seen = []

    def watching() -> Instant:
        events = (target / ".worksample" / "attempt.jsonl").read_bytes().splitlines()
        seen.append([json.loads(line)["event"] for line in events])
        seen.append(sorted(path.name for path in tmp_path.iterdir()))
        return clock()

    workspace = create(tally, target, plan, watching)
    events = [json.loads(line) for line in workspace.journal.path.read_bytes().splitlines()]
    commit = workspace.journal.read().plan.start_commit
    assert seen == [["prepared"], ["tally"]]
    assert events == [
        {
            "event": "prepared",
            "schema": 1,
            "plan": {**asdict(plan), "start_commit": commit, "requires": []},
        },
        {"event": "started", **clock().to_json()},
    ]


def never() -> Instant:
    raise AssertionError("the clock was asked for the time")


def test_a_parent_that_is_a_file_leaves_nothing_behind(
    here: Path, tally: Exercise, plan: Plan, refusal: Any
) -> None:
    (here / "file").write_text("theirs")
    for path in ("file/tally", "file/deep/tally"):
        message = f"./{path} can't be created: Not a directory"
        told = (WorkspaceProblem, 3, message, FAILED_TIPS)
        assert refusal(create, tally, here / path, plan, never) == told
    assert (listing(here), (here / "file").read_text()) == (["file"], "theirs")


@pytest.mark.parametrize("step", ["init", "add"])
def test_a_git_that_fails_half_way_leaves_nothing_behind(
    here: Path, tally: Exercise, plan: Plan, fake_git: Any, refusal: Any, step: str
) -> None:
    fake_git(
        f'for word in "$@"; do test "$word" = {step} && echo disk full >&2 && exit 3; done\n'
        'exec "$GIT" "$@"'
    )
    told = refusal(create, tally, here / "made" / "for" / "tally", plan, never)
    assert (told.kind, told.exit_code, told.tips) == (WorkspaceProblem, 3, FAILED_TIPS)
    assert told.message == f"./made/for/tally can't be created: git {step}: disk full"
    assert "disk full" in told.message
    assert listing(here) == []


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_target_that_appeared_meanwhile_is_left_as_it_is(
    here: Path, tally: Exercise, plan: Plan, refusal: Any, kind: str
) -> None:
    target = here / "tally"
    if kind == "file":
        target.write_text("theirs")
    elif kind == "link":
        (here / "elsewhere").mkdir()
        target.symlink_to("elsewhere")
    else:
        target.mkdir()
        (target / "theirs").write_text("theirs")
    before = listing(here)
    told = refusal(create, tally, target, plan, never)
    assert told == (
        WorkspaceProblem,
        3,
        "./tally already exists and is not an attempt; it is left as it is",
        ("choose another folder: worksample start tally --dir tally-2",),
    )
    assert listing(here) == before


def test_what_a_killed_start_left_is_removed_and_what_is_not_ours_or_worked_in_is_not(
    here: Path, tally: Exercise, plan: Plan, clock: Any
) -> None:
    ours, empty, used, theirs = (here / f".tally.{digit * 8}" for digit in "1234")
    (ours / ".worksample").mkdir(parents=True)
    (ours / "half").write_text("")
    empty.mkdir()
    create(tally, used, plan, clock)
    theirs.mkdir()
    (theirs / "notes").write_text("theirs")
    (here / ".other.11111111" / ".worksample").mkdir(parents=True)
    (here / ".tally.link").symlink_to(ours.name)
    create(tally, here / "tally", plan, clock)
    assert sorted(path.name for path in here.iterdir()) == [
        ".other.11111111", ".tally.33333333", ".tally.44444444", ".tally.link", "tally",
    ]  # fmt: skip
    assert (theirs / "notes").read_text() == "theirs"


def test_a_clock_that_fails_leaves_a_whole_workspace_that_starts_later(
    tmp_path: Path, tally: Exercise, plan: Plan, clock: Any
) -> None:
    with pytest.raises(AssertionError):
        create(tally, tmp_path / "tally", plan, never)
    assert Workspace(tmp_path / "tally").read_attempt(clock).started == clock()


# --- the target -----------------------------------------------------------------------------


def test_a_new_name_is_fine_and_checking_creates_nothing(here: Path, clock: Any) -> None:
    check_target(here / "deep" / "tally", "tally", clock)
    assert listing(here) == []


def test_an_attempt_in_the_way_is_continued_or_left(
    here: Path, tally: Exercise, plan: Plan, clock: Any, refusal: Any
) -> None:
    create(tally, here / "tally", replace(plan, number=3), clock)
    (here / "tally-2").mkdir()
    clock.advance(minutes=12, seconds=40)
    assert refusal(check_target, here / "tally", "tally", clock) == (
        WorkspaceProblem,
        3,
        "./tally already exists (attempt 3, 12:40 used)",
        (
            "continue: cd tally && worksample status",
            "new attempt: worksample start tally --dir tally-3",
        ),
    )


def test_an_empty_folder_in_the_way_can_be_removed(here: Path, clock: Any, refusal: Any) -> None:
    (here / "tally").mkdir()
    assert refusal(check_target, here / "tally", "tally", clock) == (
        WorkspaceProblem,
        3,
        "./tally already exists (an empty folder)",
        ("remove it: rmdir tally", "or choose another: worksample start tally --dir tally-2"),
    )


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link", "dotted folder"])
def test_anything_else_in_the_way_is_left_as_it_is(
    here: Path, clock: Any, refusal: Any, kind: str
) -> None:
    target = here / "tally"
    if kind == "file":
        target.write_text("")
    elif kind == "dangling link":
        target.symlink_to("nowhere")
    else:
        target.mkdir()
        (target / (".git" if kind == "dotted folder" else "mine.py")).write_text("")
    before = listing(here)
    assert refusal(check_target, target, "tally", clock) == (
        WorkspaceProblem,
        3,
        "./tally already exists and is not an attempt; it is left as it is",
        ("choose another folder: worksample start tally --dir tally-2",),
    )
    assert listing(here) == before


def test_a_damaged_attempt_in_the_way_is_told_as_damaged(
    here: Path, clock: Any, refusal: Any
) -> None:
    (here / "tally" / ".worksample").mkdir(parents=True)
    journal = here / "tally" / ".worksample" / "attempt.jsonl"
    journal.write_text("garbage\n")
    told = refusal(check_target, here / "tally", "tally", clock)
    assert (told.exit_code, told.message) == (3, f"{journal} is damaged at line 1")


# --- paths ----------------------------------------------------------------------------------


def test_paths_are_shown_and_typed_as_a_person_would(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    paths = {
        here / "tally": ("./tally", "tally"),
        here / "a folder" / "tally": ("./a folder/tally", "'a folder/tally'"),
        tmp_path / "home" / "x" / "tally": ("~/x/tally", "~/x/tally"),
        tmp_path / "tally": (str(tmp_path / "tally"), str(tmp_path / "tally")),
        Path("/usr/bin/python3"): ("/usr/bin/python3", "/usr/bin/python3"),
    }
    assert {path: (shown_path(path), typed_path(path)) for path in paths} == paths
