"""The history: one file, made when there is something to keep, refused when it is not ours."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness import history
from harness.errors import EnvironmentProblem, WorkspaceProblem
from harness.history import Entry

WRITER = """
import sys
from pathlib import Path
from harness import history
for _ in range(12):
    number = history.begin("tally", "practice", Path("/w"), "2026-03-02T14:02:00+00:00")
    history.add_score("tally", number, official=True, scored_at="s", total=number, passed=True,
        used_seconds=1, limit_seconds=2, scorecard=sys.argv[1])
"""


def begin(exercise: str = "tally", started_at: str = "2026-03-02T14:02:00+00:00") -> int:
    return history.begin(exercise, "practice", Path("/work/tally"), started_at)


def score(number: int, total: float, *, official: bool = True, exercise: str = "tally") -> None:
    history.add_score(
        exercise,
        number,
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
    history.forget("tally", begin())
    assert (history.entries(), begin()) == ([unscored(1)], 2)


def test_forgetting_what_is_not_there_changes_nothing() -> None:
    begin()
    history.forget("tally", 2)
    history.forget("other", 1)
    assert history.entries() == [unscored(1)]


def test_entries_are_oldest_first_with_their_official_score_only() -> None:
    begin("tally", "2026-03-02T14:00:00+00:00")
    begin("other", "2026-03-01T14:00:00+00:00")
    begin("tally", "2026-03-03T14:00:00+00:00")
    score(1, 62.5)
    score(1, 99.0, official=False)
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
    score(2, 100.0, official=False)
    assert history.best_totals() == {"tally": 80.0, "other": 10.0}


def test_the_scorecard_of_an_attempt_is_its_last_one() -> None:
    begin()
    score(1, 60.0)
    score(1, 90.0, official=False)
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


def test_a_folder_in_the_place_of_the_file_is_the_environments_problem(
    file: Path, refusal: Any
) -> None:
    file.mkdir(parents=True)
    for action in (history.entries, begin):
        assert refusal(action) == (
            EnvironmentProblem,
            4,
            f"the history {file} can't be written: unable to open database file",
            ("make that folder writable, or choose another: WORKSAMPLE_DATA=DIR",),
        )


def test_two_processes_that_write_at_once_both_land(start_python: Any) -> None:
    children = [start_python(WRITER, name) for name in ("one", "two")]
    endings = [child.running.finish(seconds=60) for child in children]
    assert [(each.returncode, each.stderr) for each in endings] == [(0, b""), (0, b"")]
    entries = history.entries("tally")
    assert [(each.number, each.total) for each in entries] == [(n, n) for n in range(1, 25)]
    cards = [history.scorecard("tally", each.number) for each in entries]
    assert sorted(cards, key=str) == ["one"] * 12 + ["two"] * 12
