"""The history: one file, made when there is something to keep, refused when it is not ours."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness import history
from harness.attempt import Plan
from harness.errors import EnvironmentProblem, WorkspaceProblem
from harness.history import Entry
from harness.workspace import Workspace

WRITER = """
import sys
from pathlib import Path
from harness import history
from harness.attempt import Plan
for _ in range(12):
    number = history.begin("tally", "practice", Path("/w"))
    history.started("tally", number, "2026-03-02T14:02:00+00:00")
    history.add_score("tally", number, mode="practice", workspace=Path("/w"),
        started_at="2026-03-02T14:02:00+00:00", earlier=0, official=True, scored_at="s",
        total=number, passed=True, used_seconds=1, limit_seconds=2, scorecard=sys.argv[1])
"""


AT = "2026-03-02T14:02:00+00:00"
WORKSPACE = Path("/work/tally")


def begin(exercise: str = "tally", started_at: str = AT) -> int:
    number = history.begin(exercise, "practice", WORKSPACE)
    history.started(exercise, number, started_at)
    return number


def forget(exercise: str, number: int) -> None:
    history.forget(exercise, number, WORKSPACE)


def score(
    number: int,
    total: float,
    *,
    earlier: int = 0,
    official: bool = True,
    exercise: str = "tally",
    started_at: str = AT,
) -> None:
    history.add_score(
        exercise,
        number,
        mode="practice",
        workspace=WORKSPACE,
        started_at=started_at,
        earlier=earlier,
        official=official,
        scored_at="2026-03-02T14:30:00+00:00",
        total=total,
        passed=total >= 70,
        used_seconds=1680.5,
        limit_seconds=1200.0,
        scorecard=f'{{"total": {total}}}',
    )


def unscored(number: int, exercise: str = "tally", started_at: str = "") -> Entry:
    at = started_at or "2026-03-02T14:02:00+00:00"
    return Entry(exercise, number, "practice", "/work/tally", at, None, None, None, None)


@pytest.fixture
def file() -> Path:
    return Path(os.environ["WORKSAMPLE_DATA"]) / "history.sqlite3"


def test_attempts_are_numbered_for_each_exercise() -> None:
    names = ("tally", "other", "tally", "tally", "other")
    assert [begin(name) for name in names] == [1, 1, 2, 3, 2]


def test_an_attempt_that_did_not_come_about_gives_its_number_back() -> None:
    begin()
    forget("tally", begin())
    assert (history.entries(), begin()) == ([unscored(1)], 2)


def test_forgetting_what_is_not_there_changes_nothing() -> None:
    begin()
    forget("tally", 2)
    forget("other", 1)
    assert history.entries() == [unscored(1)]


def test_entries_are_oldest_first_with_their_official_score_only() -> None:
    begin("tally", "2026-03-02T14:00:00+00:00")
    begin("other", "2026-03-01T14:00:00+00:00")
    begin("tally", "2026-03-03T14:00:00+00:00")
    score(1, 62.5, started_at="2026-03-02T14:00:00+00:00")
    score(1, 99.0, earlier=1, official=False, started_at="2026-03-02T14:00:00+00:00")
    first = Entry(
        "tally", 1, "practice", "/work/tally", "2026-03-02T14:00:00+00:00", 62.5, 0, 1680.5, 1200.0
    )
    other = unscored(1, "other", "2026-03-01T14:00:00+00:00")
    last = unscored(2, "tally", "2026-03-03T14:00:00+00:00")
    assert history.entries() == [other, first, last]
    assert history.entries("tally") == [first, last]
    assert history.entries("none") == []


def test_attempts_of_one_moment_stay_in_their_order() -> None:
    for name in ("z", "a", "m"):
        begin(name)
    assert [entry.exercise for entry in history.entries()] == ["z", "a", "m"]


def test_the_best_is_the_best_official_total() -> None:
    for exercise, totals in (("tally", (60.0, 80.0, 70.0)), ("other", (10.0,)), ("none", ())):
        begin(exercise)
        for total in totals:
            score(begin(exercise), total, exercise=exercise)
    score(2, 100.0, earlier=1, official=False)
    assert history.best_totals() == {"tally": 80.0, "other": 10.0}


def test_the_scorecard_of_an_attempt_is_its_last_one() -> None:
    begin()
    score(1, 60.0)
    score(1, 90.0, earlier=1, official=False)
    begin()
    cards = [history.scorecard("tally", number) for number in (1, 2, 3)]
    assert cards == ['{"total": 90.0}', None, None]
    assert history.scorecard("other", 1) is None


def test_reading_creates_nothing(file: Path) -> None:
    assert (history.entries(), history.best_totals(), history.scorecard("tally", 1)) == (
        [],
        {},
        None,
    )
    assert not file.parent.exists()


def test_writing_creates_one_file(file: Path) -> None:
    begin()
    assert [path.name for path in file.parent.iterdir()] == ["history.sqlite3"]


def test_an_empty_file_is_a_history_to_begin(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"")
    assert (history.entries(), begin(), history.entries()) == ([], 1, [unscored(1)])


@pytest.mark.parametrize("content", [b"this is no database at all\n" * 50, b"SQLite format 3\x00x"])
def test_a_damaged_file_is_told_and_left_as_it_is(file: Path, refusal: Any, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    for action in (history.entries, begin):
        assert refusal(action) == (
            WorkspaceProblem,
            3,
            f"the history {file} is damaged: file is not a database",
            (f"put it aside and go on with an empty one: mv {file} {file}.damaged",),
        )
    assert file.read_bytes() == content


def test_a_history_of_a_newer_version_is_refused_and_left_as_it_is(
    file: Path, refusal: Any
) -> None:
    begin()
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 2")
        database.commit()
    content = file.read_bytes()
    for action in (history.entries, begin):
        message = f"{file} was written by a newer version of worksample"
        told = (WorkspaceProblem, 3, message, ("upgrade worksample",))
        assert refusal(action) == told
    assert file.read_bytes() == content


def test_a_folder_that_can_not_be_made_is_the_environments_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Any
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSAMPLE_DATA", str(tmp_path / "file" / "data"))
    told = refusal(begin)
    assert (told.kind, told.exit_code, told.tips) == (
        EnvironmentProblem,
        4,
        ("make that folder writable, or choose another: WORKSAMPLE_DATA=DIR",),
    )
    file = tmp_path / "file" / "data" / "history.sqlite3"
    assert told.message.startswith(f"the history {file} can't be written: ")
    assert "Not a directory" in told.message
    assert history.entries() == []


def test_a_folder_in_the_place_of_the_file_is_told_with_the_way_out(
    file: Path, refusal: Any
) -> None:
    file.mkdir(parents=True)
    for action in (history.entries, begin):
        assert refusal(action) == (
            WorkspaceProblem,
            3,
            f"the history {file} can't be written: it is a folder",
            (f"move it away: mv {file} {file}.aside",),
        )


def test_two_processes_that_write_at_once_both_land(start_python: Any) -> None:
    children = [start_python(WRITER, name) for name in ("one", "two")]
    endings = [child.running.finish(seconds=60) for child in children]
    assert [(each.returncode, each.stderr) for each in endings] == [(0, b""), (0, b"")]
    entries = history.entries("tally")
    assert [(each.number, each.total) for each in entries] == [(n, n) for n in range(1, 25)]
    cards = [history.scorecard("tally", each.number) for each in entries]
    assert sorted(cards, key=str) == ["one"] * 12 + ["two"] * 12


# --- what was cut off -----------------------------------------------------------------------


def test_an_attempt_that_is_being_prepared_is_not_shown_and_keeps_its_number() -> None:
    number = history.begin("tally", "practice", WORKSPACE)
    assert (number, history.entries(), begin(), history.entries()) == (1, [], 2, [unscored(2)])


def test_an_attempt_whose_workspace_says_that_it_started_is_shown(
    workspace: Workspace, plan: Plan
) -> None:
    number = history.begin("tally", plan.mode, workspace.root)
    other = history.begin("tally", plan.mode, workspace.root)
    entry = Entry("tally", number, "practice", str(workspace.root), AT, None, None, None, None)
    # The workspace is that of attempt 1 only.
    assert (other, history.entries()) == (2, [entry])


def test_an_attempt_that_came_about_is_not_forgotten(workspace: Workspace) -> None:
    for number in (1, 2):
        history.begin("tally", "practice", workspace.root)
        history.started("tally", number, AT)
    history.forget("tally", 1, workspace.root)
    history.forget("tally", 2, workspace.root)
    assert [entry.number for entry in history.entries()] == [1]


def test_a_score_replaces_what_was_entered_before_it_counted() -> None:
    begin()
    for total in (60.0, 70.0):
        score(1, total)
    for total in (80.0, 90.0):
        score(1, total, earlier=1, official=False)
    assert (history.best_totals(), history.has_score("tally", 1)) == ({"tally": 70.0}, True)
    assert [entry.total for entry in history.entries()] == [70.0]
    assert history.scorecard("tally", 1) == '{"total": 90.0}'
    score(1, 75.0, earlier=0)
    assert history.scorecard("tally", 1) == '{"total": 75.0}'


def test_a_score_brings_its_attempt_back_into_a_new_history() -> None:
    score(3, 60.0)
    expected = Entry("tally", 3, "practice", str(WORKSPACE), AT, 60.0, 0, 1680.5, 1200.0)
    assert (history.entries(), begin()) == ([expected], 4)


def test_no_score_goes_to_an_attempt_that_has_the_number_now(refusal: Any) -> None:
    history.begin("tally", "practice", Path("/elsewhere"))
    history.started("tally", 1, "2026-03-09T00:00:00+00:00")
    message = "attempt 1 there is another one, in /elsewhere"
    assert refusal(score, 1, 60.0) == (WorkspaceProblem, 3, message, ())
    assert (history.has_score("tally", 1), history.best_totals()) == (False, {})


def test_a_history_that_another_program_holds_is_in_use_and_not_damaged(
    file: Path, refusal: Any
) -> None:
    begin()
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told = refusal(begin)
    assert told == (
        EnvironmentProblem,
        4,
        f"the history {file} is in use: database is locked",
        ("wait until it is free, then run this again",),
    )
