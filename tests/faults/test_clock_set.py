"""A system clock that is set, in a session or over a restart, neither costs nor gives time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tally_pack import solve


def status(worksample, workspace):
    answer = worksample("status", "--json", cwd=workspace)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def used(worksample, workspace):
    return status(worksample, workspace)["used_seconds"]


def card(workspace):
    return json.loads((workspace / ".worksample" / "scorecard.json").read_bytes())


def restart(clock, *, utc=timedelta(0)):
    """The machine starts anew, in no time, with its system clock that far off."""
    clock.boot_id = f"after {clock.boot_id}"
    clock.boot_seconds = 0.0
    clock.utc += utc


@pytest.mark.parametrize("moved", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_set_moves_neither_the_time_used_nor_the_bell(
    worksample, workspace, clock, moved
):
    solve(workspace)
    clock.advance(minutes=10)
    worksample("test", cwd=workspace)
    clock.utc += moved
    clock.advance(minutes=5)
    worksample("test", cwd=workspace)
    facts = status(worksample, workspace)
    clock.advance(minutes=15)
    answer = worksample("score", cwd=workspace)
    assert (facts["used_seconds"], facts["left_seconds"]) == (900.0, 300.0)
    assert (answer.code, answer.err) == (0, "")
    clocking = card(workspace)["clocking"]
    # The tests of 15:00 are in time, the score is late; both say so whatever the clock said.
    assert (clocking["used"], clocking["bell_total"]) == (1800.0, 100.0)
    way = "back" if moved < timedelta(0) else "forward"
    assert card(workspace)["record"]["notes"] == [
        f"the system clock was set {way} by 34560000 s; the time used is not affected"
    ]


def test_a_clock_that_is_set_before_the_start_was_cut_off_changes_nothing(
    worksample, workspace, clock
):
    journal = workspace / ".worksample" / "attempt.jsonl"
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])
    clock.utc -= timedelta(days=400)
    clock.advance(minutes=60)
    assert used(worksample, workspace) == 0.0
    clock.advance(minutes=3)
    assert used(worksample, workspace) == 180.0


def test_what_is_on_record_stays_used_over_a_restart_with_the_clock_set_back(
    worksample, workspace, clock
):
    clock.advance(minutes=10)
    worksample("test", cwd=workspace)
    restart(clock, utc=timedelta(hours=-3))
    assert used(worksample, workspace) == 600.0
    clock.advance(minutes=1)
    assert used(worksample, workspace) == 660.0
    (workspace / "NOTES.md").write_text("a change\n")
    worksample("test", cwd=workspace)
    clock.advance(minutes=4)
    assert used(worksample, workspace) == 900.0
    worksample("score", cwd=workspace)
    assert card(workspace)["clocking"]["used"] == 900.0
    assert card(workspace)["record"]["notes"] == [
        "after a restart the system clock was 10800 s behind what is on record; "
        "of the time in between, only that since the restart is counted"
    ]


def test_a_restart_costs_what_it_took(worksample, workspace, clock):
    clock.advance(minutes=3)
    worksample("test", cwd=workspace)
    clock.advance(minutes=1)
    restart(clock, utc=timedelta(minutes=2))
    assert used(worksample, workspace) == 360.0
    worksample("score", cwd=workspace)
    assert (card(workspace)["clocking"]["used"], card(workspace)["record"]["notes"]) == (360.0, [])


def test_a_snapshot_in_time_stays_in_time_over_a_restart_with_the_clock_set_back(
    worksample, workspace, clock
):
    solve(workspace)
    clock.advance(minutes=18)
    worksample("test", cwd=workspace)
    restart(clock, utc=timedelta(hours=-3))
    (workspace / "tally" / "words.py").write_text("broken(\n")
    clock.advance(minutes=15)
    worksample("test", cwd=workspace)
    worksample("score", cwd=workspace)
    clocking = card(workspace)["clocking"]
    assert (clocking["counted"], clocking["bell_total"]) == ("bell", 100.0)


def test_a_score_cut_off_by_a_restart_keeps_the_moment_it_began(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=5)
    worksample("score", cwd=workspace)
    journal = workspace / ".worksample" / "attempt.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]))
    restart(clock, utc=timedelta(hours=-3))
    clock.advance(minutes=90)
    worksample("score", cwd=workspace)
    assert (card(workspace)["clocking"]["used"], card(workspace)["late"]) == (300.0, False)
