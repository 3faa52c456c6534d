"""A workspace is found from anywhere inside it, and its work tree is read as it stands."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import git
from harness.attempt import Plan, Snapshot
from harness.errors import UsageProblem, WorkspaceProblem
from harness.exercise import Exercise
from harness.workspace import Workspace, WorkTree, find_workspace
from scoring.trees import digest

MEGABYTE = 1024 * 1024
LINK = "(a link, or not a file that can be read)"


@pytest.fixture
def files(tally: Exercise) -> dict[str, bytes]:
    """What a fresh workspace holds."""
    return dict(tally.starter)


def write(root: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


# --- finding --------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "tally", "tests", "new/deep/folder", ".worksample", ".git"])
def test_a_workspace_is_found_from_any_folder_inside(workspace: Workspace, below: str) -> None:
    (workspace.root / below).mkdir(parents=True, exist_ok=True)
    assert find_workspace(workspace.root / below).root == workspace.root


def test_a_workspace_is_found_through_a_link_and_a_relative_path(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(workspace.root / "tally")
    monkeypatch.chdir(workspace.root / "tests")
    found = [find_workspace(path).root for path in (tmp_path / "link", Path(), Path("../tally"))]
    assert found == [workspace.root] * 3


def test_the_innermost_workspace_is_the_one(workspace: Workspace, tmp_path: Path) -> None:
    inner = workspace.root / "again"
    shutil.copytree(workspace.root, tmp_path / "copy")
    (tmp_path / "copy").rename(inner)
    assert find_workspace(inner / "tests").root == inner


def test_outside_of_any_workspace_the_reader_learns_how_to_start(
    tmp_path: Path, refusal: Any
) -> None:
    (tmp_path / ".worksample").mkdir()
    assert refusal(find_workspace, tmp_path) == (
        WorkspaceProblem,
        3,
        "not inside a worksample workspace",
        ("worksample start debug-cache",),
    )


def test_a_folder_that_does_not_exist_is_a_usage_problem(tmp_path: Path, refusal: Any) -> None:
    assert refusal(find_workspace, tmp_path / "none") == (
        UsageProblem,
        2,
        f"-C {tmp_path / 'none'}: No such file or directory",
        ("name a folder that exists",),
    )


def test_everything_of_ours_is_in_one_folder(workspace: Workspace) -> None:
    assert [workspace.state, workspace.scorecard, workspace.report, workspace.journal.path] == [
        workspace.root / ".worksample" / name
        for name in (".", "scorecard.json", "report.html", "attempt.jsonl")
    ]


# --- the attempt ----------------------------------------------------------------------------


def test_reading_a_running_attempt_writes_nothing(workspace: Workspace, clock: Any) -> None:
    started = clock()
    before = workspace.journal.path.read_bytes()
    clock.advance(minutes=5)
    assert workspace.read_attempt(clock).started == started
    assert workspace.journal.path.read_bytes() == before


def test_an_attempt_whose_start_was_cut_off_starts_when_it_is_first_read(
    workspace: Workspace, clock: Any
) -> None:
    prepared = workspace.journal.path.read_bytes().splitlines(keepends=True)[0]
    workspace.journal.path.write_bytes(prepared + b'{"event": "star')
    clock.advance(minutes=5)
    now = clock()
    first = workspace.read_attempt(clock)
    clock.advance(minutes=5)
    assert (first.started, workspace.read_attempt(clock)) == (now, first)


# --- the work tree --------------------------------------------------------------------------


def test_a_fresh_work_tree_is_the_starter_and_the_brief(
    workspace: Workspace, files: dict[str, bytes]
) -> None:
    tree = workspace.read_work_tree()
    assert tree == WorkTree(files, ())
    assert tree.sha256 == digest(files)


def test_the_work_tree_is_read_as_it_stands_on_disk(
    workspace: Workspace, files: dict[str, bytes], run_git: Any
) -> None:
    new = {
        "tally/words.py": b"committed\n",
        "tests/test_words.py": b"staged\r\n",
        "NOTES.md": b"untracked\n",
        "new\nline/\xfc \xe9.py": b"\xff\x00",
        "tally/empty.py": b"",
    }
    write(workspace.root, {"tally/words.py": b"committed\n"})
    run_git(workspace.root, "commit", "-qam", "mine")
    write(workspace.root, {"tests/test_words.py": b"staged\r\n"})
    run_git(workspace.root, "add", "--all")
    write(workspace.root, new)
    (workspace.root / "BRIEF.md").unlink()
    del files["BRIEF.md"]
    assert workspace.read_work_tree() == WorkTree(files | new, ())


def test_an_uncommitted_change_wins_over_the_staged_one(
    workspace: Workspace, files: dict[str, bytes], run_git: Any
) -> None:
    write(workspace.root, {"tally/words.py": b"staged\n"})
    run_git(workspace.root, "add", "--all")
    write(workspace.root, {"tally/words.py": b"later\n"})
    assert workspace.read_work_tree().files == {**files, "tally/words.py": b"later\n"}


def test_what_is_ours_ignored_or_compiled_is_no_work(
    workspace: Workspace, files: dict[str, bytes], run_git: Any
) -> None:
    ignore = b"*.log\nbuild/\n"
    write(
        workspace.root,
        {
            ".gitignore": ignore,
            "a.log": b"1",
            "build/x.py": b"1",
            ".worksample/mine.py": b"1",
            "tally/__pycache__/words.cpython-311.pyc": b"1",
            "tally/words.pyc": b"1",
            "tally/fast.so": b"1",
            ".pytest_cache/x": b"1",
            ".coverage": b"1",
        },
    )
    run_git(workspace.root, "add", "--force", "tally/words.pyc", ".worksample/mine.py")
    assert workspace.read_work_tree() == WorkTree({**files, ".gitignore": ignore}, ())


def test_links_are_left_out_and_named(
    workspace: Workspace, files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "secret.py").write_bytes(b"secret")
    (workspace.root / "new\nline").symlink_to(tmp_path / "secret.py")
    (workspace.root / "folder").symlink_to(tmp_path)
    (workspace.root / "nowhere").symlink_to("none")
    assert workspace.read_work_tree() == WorkTree(
        files, (f"folder {LINK}", f"new\\x0aline {LINK}", f"nowhere {LINK}")
    )


def test_a_tracked_folder_that_became_a_link_is_not_read_through_it(
    workspace: Workspace, files: dict[str, bytes], tmp_path: Path
) -> None:
    (workspace.root / "tally").rename(tmp_path / "elsewhere")
    (workspace.root / "tally").symlink_to(tmp_path / "elsewhere")
    kept = {path: content for path, content in files.items() if not path.startswith("tally/")}
    assert workspace.read_work_tree() == WorkTree(
        kept, tuple(f"{name} {LINK}" for name in ("tally", "tally/__init__.py", "tally/words.py"))
    )


def test_a_folder_that_became_a_file_takes_its_files_with_it(
    workspace: Workspace, files: dict[str, bytes]
) -> None:
    shutil.rmtree(workspace.root / "tests")
    write(workspace.root, {"tests": b"a file now\n"})
    kept = {path: content for path, content in files.items() if not path.startswith("tests/")}
    assert workspace.read_work_tree() == WorkTree({**kept, "tests": b"a file now\n"}, ())


def test_files_above_10_mb_are_left_out_and_named(
    workspace: Workspace, files: dict[str, bytes]
) -> None:
    for name, size in (("large.bin", 10 * MEGABYTE + 1), ("just.bin", 10 * MEGABYTE)):
        with (workspace.root / name).open("wb") as stream:
            stream.truncate(size)
    tree = workspace.read_work_tree()
    assert (sorted(tree.files), tree.left_out) == (
        sorted([*files, "just.bin"]),
        ("large.bin (larger than 10 MB)",),
    )


def test_after_200_mb_the_rest_is_left_out_and_named(workspace: Workspace) -> None:
    for number in range(21):
        with (workspace.root / f"z{number:02}.bin").open("wb") as stream:
            stream.truncate(10 * MEGABYTE)
    tree = workspace.read_work_tree()
    assert (len(tree.files), tree.left_out) == (
        4 + 19,
        ("z19.bin and all after it (200 MB reached)",),
    )


def test_a_nested_repository_is_left_out_and_named(
    workspace: Workspace, files: dict[str, bytes]
) -> None:
    write(workspace.root, {"nested/a.py": b"1"})
    git.create_repository(workspace.root / "nested", "Theirs")
    assert workspace.read_work_tree() == WorkTree(files, (f"nested/ {LINK}",))


def test_without_git_every_file_is_still_read(
    workspace: Workspace, files: dict[str, bytes], tmp_path: Path
) -> None:
    shutil.rmtree(workspace.root / ".git")
    write(workspace.root, {"deep/er/new.py": b"1\n", "tally/__pycache__/x.pyc": b"1", "a.pyc": b""})
    (workspace.root / "link").symlink_to(tmp_path)
    with (workspace.root / "large.bin").open("wb") as stream:
        stream.truncate(10 * MEGABYTE + 1)
    assert workspace.read_work_tree() == WorkTree(
        {**files, "deep/er/new.py": b"1\n"},
        ("large.bin (larger than 10 MB)", f"link {LINK}"),
    )


def test_a_damaged_repository_does_not_hide_the_work(
    workspace: Workspace, files: dict[str, bytes]
) -> None:
    (workspace.root / ".git" / "index").write_bytes(b"garbage")
    assert workspace.read_work_tree() == WorkTree(files, ())


def test_a_device_or_pipe_is_left_out(workspace: Workspace, files: dict[str, bytes]) -> None:
    shutil.rmtree(workspace.root / ".git")
    os.mkfifo(workspace.root / "pipe")
    assert workspace.read_work_tree() == WorkTree(files, (f"pipe {LINK}",))


# --- snapshots ------------------------------------------------------------------------------


def test_a_snapshot_is_recorded_in_git_and_in_the_journal(
    workspace: Workspace, clock: Any, run_git: Any
) -> None:
    attempt = workspace.read_attempt(clock)
    write(workspace.root, {"NOTES.md": b"mine\r\n"})
    clock.advance(minutes=3)
    tree = workspace.read_work_tree()
    snapshot = workspace.record(tree, attempt, clock(), "test")
    assert snapshot == Snapshot(clock(), snapshot.commit, tree.sha256)
    assert git.read_commit(workspace.root, snapshot.commit) == tree.files
    assert run_git(workspace.root, "log", "-1", "--format=%P %ct %s", snapshot.commit) == (
        f"{attempt.plan.start_commit} 1772460300 test\n"
    )
    assert workspace.read_attempt(clock) == replace(attempt, snapshots=(snapshot,))


def test_nothing_is_recorded_when_nothing_changed(workspace: Workspace, clock: Any) -> None:
    tree = workspace.read_work_tree()
    first = workspace.record(tree, workspace.read_attempt(clock), clock(), "test")
    events = workspace.journal.path.read_bytes()
    clock.advance(minutes=1)
    again = workspace.record(tree, workspace.read_attempt(clock), clock(), "test")
    assert again == replace(first, at=clock())
    assert workspace.journal.path.read_bytes() == events


def test_going_back_to_an_earlier_state_is_a_change(
    workspace: Workspace, clock: Any, run_git: Any
) -> None:
    start = workspace.read_work_tree()
    for tree in (start, WorkTree({"a.py": b"1\n"}, ()), start):
        workspace.record(tree, workspace.read_attempt(clock), clock(), "test")
    attempt = workspace.read_attempt(clock)
    assert [each.digest for each in attempt.snapshots] == [
        start.sha256,
        digest({"a.py": b"1\n"}),
        start.sha256,
    ]
    chain = run_git(workspace.root, "rev-list", git.SNAPSHOT_REF).split()[::-1]
    assert chain == [attempt.plan.start_commit, *(each.commit for each in attempt.snapshots)]


def test_a_snapshot_that_git_does_not_take_leaves_no_event(
    workspace: Workspace, clock: Any, plan: Plan
) -> None:
    attempt = workspace.read_attempt(clock)
    shutil.rmtree(workspace.root / ".git")
    with pytest.raises(git.GitError):
        workspace.record(workspace.read_work_tree(), attempt, clock(), "test")
    assert workspace.read_attempt(clock) == attempt
    events = [json.loads(line) for line in workspace.journal.path.read_bytes().splitlines()]
    assert [each["event"] for each in events] == ["prepared", "started"]
