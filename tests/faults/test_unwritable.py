"""A folder that can't be written is named, with what to do, and stops no more than it has to."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.usefixtures("bubblewrap")
REFUSALS = ["read-only file system", "no right to write"]
every_refusal = pytest.mark.parametrize("refusal", REFUSALS)


class Closed:
    """Runs commands where folders can't be written."""

    def __init__(self, disk, refusal):
        self._disk = disk
        self._read_only = refusal == REFUSALS[0]

    def run(self, folder, *words):
        # Without capabilities root is a user like any other.
        around = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--cap-drop", "ALL"]
        if self._read_only:
            return self._disk.run(*words, around=[*around, "--ro-bind", str(folder), str(folder)])
        modes = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")]}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        try:
            return self._disk.run(*words, around=around)
        finally:
            for path, mode in modes.items():
                path.chmod(mode)


def names(events):
    return [each["event"] for each in events]


@every_refusal
def test_a_start_where_nothing_can_be_written_creates_nothing(disk, refusal):
    disk.data.mkdir()
    answer = Closed(disk, refusal).run(disk.place, "start", "tally")
    assert (answer.code, answer.out) == (4, "")
    assert re.fullmatch(
        r"error: \./tally can't be created: (Read-only file system|Permission denied)\n"
        r"  tip: make room, or choose a folder you can write to: worksample start tally --dir DIR\n"
        r"       Nothing was created; the clock has not started\.\n",
        answer.err,
    )
    assert (list(disk.place.iterdir()), disk.history()) == ([], [])


@every_refusal
def test_a_start_without_a_history_creates_nothing(disk, refusal):
    disk.data.mkdir()
    answer = Closed(disk, refusal).run(disk.data, "start", "tally")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith(f"error: the history {disk.data}/history.sqlite3 can't be written")
    assert answer.err.endswith(
        "  tip: make that folder writable, or choose another: WORKSAMPLE_DATA=DIR\n"
        "       Nothing was created; the clock has not started.\n"
    )
    assert list(disk.place.iterdir()) == []


def test_a_score_that_the_history_can_not_take_is_entered_by_the_next_report(started):
    disk = started
    answer = Closed(disk, REFUSALS[0]).run(disk.data, "score")
    assert "Score 100.0 / 100" in answer.out
    assert re.fullmatch(
        r"warning: the score is not in the history: the history \S+ can't be written: .+\n"
        r"  make that folder writable, or choose another: WORKSAMPLE_DATA=DIR; "
        r"then enter it: worksample report\n",
        answer.err,
    )
    assert (answer.code, disk.scores()) == (0, [])
    assert disk.ask("report").code == 0
    assert disk.scores() == [(1, 100.0, True)]
    # And not a second time.
    assert disk.ask("report").code == 0
    assert disk.scores() == [(1, 100.0, True)]


@every_refusal
def test_state_that_can_not_be_written_stops_the_score_and_not_the_tests(started, refusal):
    disk = started
    closed = Closed(disk, refusal)
    events = disk.events()
    answer = closed.run(disk.state, "test")
    assert (answer.code, answer.out.startswith("5 passed, 0 failed in ")) == (0, True)
    assert [line.split(": ")[1] for line in answer.err.splitlines()] == [
        "no snapshot was kept",
        "this run is not on record",
    ]
    answer = closed.run(disk.state, "score")
    assert (answer.code, answer.out) == (4, "")
    assert re.fullmatch(
        rf"error: {disk.state}/lock can't be written: .+\n"
        r"  tip: make room or give yourself the right to write there; nothing was lost\n",
        answer.err,
    )
    answer = closed.run(disk.state, "status")
    assert (answer.code, answer.err) == (0, "")
    assert disk.events() == events
    assert disk.ask("score").code == 0
    assert disk.scores() == [(1, 100.0, True)]


def test_a_repository_that_can_not_be_written_is_scored_without_a_snapshot(started):
    disk = started
    closed = Closed(disk, REFUSALS[1])
    tested = closed.run(disk.workspace / ".git", "test")
    scored = closed.run(disk.workspace / ".git", "score")
    assert (tested.code, scored.code) == (0, 0)
    for answer in (tested, scored):
        assert answer.err.startswith("warning: no snapshot was kept: git fast-import: ")
    assert names(disk.events()) == ["prepared", "started", "tested", "score began", "scored"]
    assert disk.scorecard().record.notes[0].startswith("no snapshot was kept: git fast-import: ")
    assert disk.scores() == [(1, 100.0, True)]
