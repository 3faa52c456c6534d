"""A full disk costs nothing but the command that met it, which says so.

The room that is left grows from nothing, some pages at a time, until the command comes to its end,
so that one of its writes after the other is the one that fails.
"""

from __future__ import annotations

import os
import re

import pytest

PAGE = os.sysconf("SC_PAGE_SIZE")
pytestmark = pytest.mark.usefixtures("bubblewrap")


def names(events):
    return [each["event"] for each in events]


def refusals(disk, *words, first=0, stride=1):
    """What a command answers with so many pages left, until it has enough."""
    disk.save()
    for pages in range(first, 400, stride):
        answer = disk.run_with_room(pages, *words)
        if not answer.err:
            assert pages > first, "there was room enough from the beginning"
            return
        yield pages, answer
    pytest.fail("there was never room enough")


def assert_told(answer):
    """The machine's problem, with what to do about it."""
    assert (answer.code, answer.out) == (4, ""), answer
    assert re.match(r"error: .+\n  tip: .+", answer.err), answer
    assert "make room" in answer.err, answer


def test_a_start_on_a_full_disk_leaves_nothing_or_a_workspace_to_go_on_with(disk):
    for pages, answer in refusals(disk, "start", "tally", first=1, stride=3):
        assert_told(answer)
        assert answer.err.endswith("Nothing was created; the clock has not started.\n"), pages
        assert list(disk.place.iterdir()) == []
        assert disk.history() == []
        assert disk.ask("start", "tally").code == 0
        assert names(disk.events()) == ["prepared", "started"], pages
        assert len(disk.history()) == 1, pages
        assert disk.leftovers() == [], pages


@pytest.mark.parametrize("filled", [False, True])
def test_a_test_run_on_a_full_disk_is_made_and_says_what_is_not_on_record(started, filled):
    disk = started
    files = disk.files()
    if filled:
        disk.fill_last_page()
    for pages, answer in refusals(disk, "test", stride=2):
        assert answer.code == 0
        assert answer.out.startswith("5 passed, 0 failed in "), pages
        told = answer.err.splitlines()
        assert told[0].startswith("warning: no snapshot was kept: "), pages
        if filled and not pages:
            path = disk.state / "attempt.jsonl"
            assert told[-1] == (
                f"warning: this run is not on record: {path} can't be written: "
                "No space left on device"
            )
        killed = disk.events()
        again = disk.ask("test")
        assert (again.code, again.err, disk.events()[: len(killed)]) == (0, "", killed)
        snapshots = [each for each in disk.events() if each["event"] == "snapshot"]
        assert disk.snapshots() == [each["commit"] for each in snapshots]
        assert (len(snapshots), names(disk.events())[-1]) == (1, "tested")
        assert (disk.files(), disk.leftovers()) == (files, []), pages


@pytest.mark.parametrize("filled", [False, True])
def test_a_score_on_a_full_disk_counts_when_there_is_room_again(started, filled):
    disk = started
    files = disk.files()
    if filled:
        disk.fill_last_page()
    for pages, answer in refusals(disk, "score", stride=7):
        written = disk.events()
        if answer.code:
            assert_told(answer)
            assert "scored" not in names(written), pages
        else:
            assert answer.err.startswith("warning: "), pages
        # What the warning names puts into the history what is missing there.
        again = disk.ask("score" if answer.code else "report")
        assert (again.code, again.err) == (0, ""), pages
        events = disk.events()
        assert events[: len(written)] == written
        scores = [each for each in events if each["event"] == "scored"]
        assert [(each["total"], each["official"]) for each in scores] == [(100.0, True)], pages
        assert disk.scores() == [(1, 100.0, True)]
        # The first that could be written down has stopped the clock.
        began = next(each for each in events if each["event"] == "score began")
        assert scores[0]["at"] == began["at"]
        assert (disk.scorecard().record.official, disk.files()) == (True, files)
        assert disk.leftovers() == []
        if filled:
            return


def test_a_full_folder_for_temporary_files_costs_no_time(started):
    disk = started
    small = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    small += ["--size", str(PAGE), "--tmpfs", str(disk.temporary)]
    answer = disk.run("score", around=small)
    assert answer.code == 4
    assert "could not be graded: grading could not run: [Errno 28] No space left" in answer.err
    assert "see: worksample doctor" in answer.err
    assert (disk.scorecard().state, disk.scores()) == ("ungradable", [])
    assert names(disk.events()) == ["prepared", "started", "snapshot", "score began"]
    assert disk.ask("score").code == 0
    assert disk.scores() == [(1, 100.0, True)]
    assert names(disk.events())[3:] == ["score began", "scored"]
