"""Killed at any step, a command typed again goes on or starts clean, and nothing is lost.

The steps are found by `kill_points.py`. Grading itself is one of them: it writes to temporary
folders only, see `test_kill_while_grading.py`.
"""

from __future__ import annotations

import pytest

# As many parts as can run beside each other.
CHUNKS = 2
in_chunks = pytest.mark.parametrize("chunk", range(CHUNKS))


def first_whole(disk, killed):
    """What was on record when the command was killed is still what the record begins with."""
    assert disk.events()[: len(killed)] == killed


def begin_again(disk):
    """Type what was typed, and where it says that there is an attempt already, what it names."""
    answer = disk.ask("start", "tally")
    if answer.code == 3:
        assert answer.err.startswith("error: ./tally already exists (attempt 1, 0:0")
        assert "continue: cd tally && worksample status\n" in answer.err
        answer = disk.ask("status")
    assert (answer.code, answer.err) == (0, "")


@in_chunks
def test_a_start_that_is_killed_leaves_a_whole_workspace_or_none(disk, chunk):
    disk.ask("start", "tally")
    files, repository, plan = disk.files(), disk.repository()[1:], disk.events()[0]["plan"]
    disk.clear()
    steps = disk.steps("start", "tally")
    assert len(steps) > 25
    for step in steps[chunk::CHUNKS]:
        disk.kill_before(step, "start", "tally")
        killed, shown = disk.events(), disk.history()
        assert disk.workspace.exists() == bool(killed), step
        begin_again(disk)
        first_whole(disk, killed)
        events = disk.events()
        assert [each["event"] for each in events] == ["prepared", "started"], step
        number = events[0]["plan"]["number"]
        assert (disk.files(), disk.repository()[1:]) == (files, repository), step
        assert events[0]["plan"] == {
            **plan,
            "number": number,
            "start_commit": disk.git("rev-parse", "HEAD").strip(),
        }, step
        assert [(each["number"], each["total"]) for each in disk.history()] == [(number, None)], (
            step
        )
        # It was not shown before it came about, and is not shown as another one afterwards.
        assert [each["number"] for each in shown] in ([], [number]), step
        assert disk.leftovers() == [], step


@in_chunks
def test_a_test_run_that_is_killed_loses_no_snapshot_and_no_time(started, chunk):
    disk = started
    files, repository = disk.files(), disk.repository()
    steps = disk.steps("test")
    assert len(steps) > 8
    for step in steps[chunk::CHUNKS]:
        disk.kill_before(step, "test")
        killed = disk.events()
        answer = disk.ask("test")
        assert (answer.code, answer.err) == (0, ""), step
        assert answer.out.startswith("5 passed, 0 failed in ")
        first_whole(disk, killed)
        events = disk.events()
        # It may have been killed with its run on record, before it told so.
        again = ["tested"] if "tested" in names(killed) else []
        assert names(events) == ["prepared", "started", "snapshot", "tested", *again], step
        assert disk.snapshots() == [events[2]["commit"]], step
        assert (disk.files(), disk.repository()) == (files, repository), step
        assert disk.leftovers() == [], step


def names(events):
    return [each["event"] for each in events]


@in_chunks
def test_a_score_that_is_killed_is_made_again_and_counts_once(started, chunk):
    disk = started
    files, repository = disk.files(), disk.repository()
    # The processes that it starts by itself are those of `test`.
    steps = disk.steps("score", beside=False)
    assert len(steps) > 12
    for step in steps[chunk::CHUNKS]:
        disk.kill_before(step, "score")
        killed = disk.events()
        assert disk.halves() == [], step
        answer = disk.ask("score")
        assert (answer.code, answer.err) == (0, ""), step
        first_whole(disk, killed)
        events = disk.events()
        # It may have been killed with its score on record, before it told so.
        again = ["score began", "scored"] if "scored" in names(killed) else []
        expected = ["prepared", "started", "snapshot", "score began", "scored", *again]
        assert names(events) == expected, step
        scores = [each for each in events if each["event"] == "scored"]
        told = [(each["total"], each["official"]) for each in scores]
        assert told == [(100.0, True), (100.0, False)][: len(told)], step
        assert disk.scores() == [(1, *each) for each in told], step
        (entry,) = disk.history()
        assert (entry["total"], entry["used_seconds"]) == (100.0, scores[0]["used"]), step
        # The clock was stopped when the score began, not when it was made again.
        assert scores[0]["at"] == events[3]["at"], step
        card = disk.scorecard()
        assert (card.total, card.record.official) == (100.0, not again), step
        assert disk.snapshots() == [events[2]["commit"]], step
        assert (disk.files(), disk.repository()) == (files, repository), step
        assert disk.leftovers() == [], step
