"""An attempt is what its events say: durable, behind one lock, and never guessed over."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from harness.attempt import Attempt, Journal, Plan, Score, Snapshot, TestRun
from harness.clock import Clock, Instant
from harness.errors import WorkspaceProblem

DAMAGE_TIPS = (
    "your work is untouched; its snapshots are in git: git log refs/worksample/snapshots",
    "repair or delete that line if you know it; else start anew: worksample start ID --dir DIR",
)
LOST_TIPS = (
    DAMAGE_TIPS[0],
    "put the file back, or make it readable, if you can; else start anew: "
    "worksample start ID --dir DIR",
)
HOLDER = """
import os, sys, time
from pathlib import Path
from harness.attempt import Journal
with Journal(Path(sys.argv[1])).lock():
    Path(sys.argv[2]).write_text(str(os.getpid()))
    time.sleep(60)
"""
WRITER = """
import sys
from pathlib import Path
from harness.attempt import Journal
from harness.clock import system_clock
journal = Journal(Path(sys.argv[1]))
with journal.lock():
    for number in range(10**9):
        journal.append("tested", {**system_clock().to_json(), "passed": number, "failed": 0})
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


@pytest.fixture
def begun(journal: Journal, plan: Plan, clock: Any) -> Journal:
    """Prepared and started: two events."""
    journal.append("prepared", {"schema": 1, "plan": asdict(plan)})
    journal.append("started", clock().to_json())
    return journal


def at(clock: Any, **facts: object) -> dict[str, object]:
    return {**clock().to_json(), **facts}


# --- events ---------------------------------------------------------------------------------


def test_events_fold_into_the_attempt_in_their_order(
    begun: Journal, plan: Plan, clock: Any
) -> None:
    moments = [clock()]
    for name, facts in (
        ("tested", {"passed": 3, "failed": 1}),
        ("snapshot", {"commit": "c1", "digest": "d1"}),
        ("tested", {"passed": 4, "failed": 0}),
        ("score began", {"commit": "c2", "digest": "d2"}),
        ("scored", {"total": 81.5, "used": 240.0, "official": True}),
        ("score began", {"commit": "c3", "digest": "d3"}),
        ("scored", {"total": 95.0, "used": 240.0, "official": False}),
    ):
        clock.advance(minutes=1)
        moments.append(clock())
        begun.append(name, at(clock, **facts))
    assert begun.read() == Attempt(
        plan=plan,
        started=moments[0],
        test_runs=(TestRun(moments[1], 3, 1), TestRun(moments[3], 4, 0)),
        snapshots=(Snapshot(moments[2], "c1", "d1"),),
        scores=(Score(moments[5], 81.5, 240.0, True), Score(moments[7], 95.0, 240.0, False)),
        score_began=Snapshot(moments[6], "c3", "d3"),
    )


def test_an_event_is_one_line_of_ascii_json(begun: Journal, clock: Any) -> None:
    begun.append("tested", at(clock, passed=1, failed=0, note="zwei\nZeilen é"))
    last = begun.path.read_bytes().splitlines(keepends=True)[-1]
    assert last.isascii()
    assert last.endswith(b"\n")
    assert json.loads(last) == {
        "event": "tested",
        "at": "2026-03-02T14:02:00.000+00:00",
        "boot_id": "first boot",
        "boot_seconds": 5000.0,
        "passed": 1,
        "failed": 0,
        "note": "zwei\nZeilen é",
    }


def test_the_state_goes_from_preparing_to_running_to_scored(
    journal: Journal, plan: Plan, clock: Any
) -> None:
    states = []
    for name, facts in (
        ("prepared", {"schema": 1, "plan": asdict(plan)}),
        ("started", at(clock)),
        ("tested", at(clock, passed=1, failed=0)),
        ("score began", at(clock, commit="c", digest="d")),
        ("scored", at(clock, total=1, used=2, official=True)),
        ("scored", at(clock, total=3, used=2, official=False)),
    ):
        journal.append(name, facts)
        states.append(journal.read().state)
    assert states == ["preparing", "running", "running", "running", "scored", "scored"]


def test_there_is_an_attempt_only_where_there_is_a_file(journal: Journal, plan: Plan) -> None:
    before = journal.exists()
    journal.append("prepared", {"schema": 1, "plan": asdict(plan)})
    assert (before, journal.exists()) == (False, True)


# --- the clock ------------------------------------------------------------------------------


def test_an_attempt_that_has_not_started_has_used_no_time(plan: Plan, clock: Any) -> None:
    assert Attempt(plan, None, (), (), (), None).used(clock()) == 0.0


def test_the_first_score_freezes_the_time_used(begun: Journal, clock: Any) -> None:
    clock.advance(minutes=10)
    running = begun.read().used(clock())
    begun.append("scored", at(clock, total=50.0, used=480.0, official=True))
    clock.advance(minutes=10)
    begun.append("scored", at(clock, total=90.0, used=900.0, official=False))
    attempt = begun.read()
    assert (running, attempt.used(clock()), attempt.official) == (600.0, 480.0, attempt.scores[0])


def test_the_last_snapshot_within_the_time_is_found(plan: Plan, clock: Any) -> None:
    started = clock()
    taken = []
    for number in range(3):
        clock.advance(minutes=10)
        taken.append(Snapshot(clock(), f"c{number}", f"d{number}"))
    attempt = Attempt(plan, started, (), tuple(taken), (), None)
    found = [attempt.last_snapshot_within(seconds) for seconds in (599, 600, 1200.5, 9999)]
    assert found == [None, taken[0], taken[1], taken[2]]
    assert replace(attempt, started=None).last_snapshot_within(9999) is None


# --- damage ---------------------------------------------------------------------------------


def test_a_torn_last_line_is_tolerated_wherever_it_was_torn(begun: Journal, clock: Any) -> None:
    whole = begun.read()
    kept = begun.path.read_bytes()
    begun.append("tested", at(clock, passed=1, failed=0))
    line = begun.path.read_bytes()[len(kept) :]
    for end in range(len(line)):
        begun.path.write_bytes(kept + line[:end])
        assert begun.read() == whole


def test_the_next_event_cuts_a_torn_line_off(begun: Journal, clock: Any) -> None:
    kept = begun.path.read_bytes()
    begun.path.write_bytes(kept + b'{"event": "tested", "pass')
    begun.append("tested", at(clock, passed=2, failed=0))
    assert begun.path.read_bytes().startswith(kept + b'{"event": "tested", "at"')
    assert begun.read().test_runs == (TestRun(clock(), 2, 0),)


MOMENT = '"at": "2026-03-02T14:02:00+00:00", "boot_id": "", "boot_seconds": 1'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "garbage",
        "null",
        "5",
        "[]",
        "{}",
        '"tested"',
        '{"event": "tested", "pass',
        f'{{"event": "exploded", {MOMENT}}}',
        f'{{"event": "tested", {MOMENT}}}',
        f'{{"event": "tested", {MOMENT}, "passed": "many", "failed": 0}}',
        f'{{"event": "tested", {MOMENT}, "passed": 1e999, "failed": 0}}',
        f'{{"event": "scored", {MOMENT}, "total": null, "used": 1, "official": true}}',
        f'{{"event": "snapshot", {MOMENT}, "commit": "c"}}',
        '{"event": "tested", "passed": 1, "failed": 0}',
        '{"event": "started", "at": "yesterday", "boot_id": "", "boot_seconds": 1}',
        "\udcff\udcfe",
        "\x00" * 40,
    ],
)
def test_damage_in_the_middle_is_told_with_its_line(
    begun: Journal, clock: Any, refusal: Any, line: str
) -> None:
    with begun.path.open("ab") as stream:
        stream.write(line.encode("utf-8", "surrogateescape") + b"\n")
    begun.append("tested", at(clock, passed=1, failed=0))
    assert refusal(begun.read) == (
        WorkspaceProblem,
        3,
        f"{begun.path} is damaged at line 3",
        DAMAGE_TIPS,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        '{"event": "prepared", "schema": 1',
        '{"event": "prepared", "plan": {}}\n',
        '{"event": "prepared", "schema": 1, "plan": {}}\n',
        '{"event": "prepared", "schema": 1}\n',
        f'{{"event": "started", {MOMENT}}}\n',
    ],
)
def test_a_journal_that_does_not_begin_with_a_plan_is_damaged_at_line_1(
    journal: Journal, refusal: Any, text: str
) -> None:
    journal.path.write_text(text)
    message = f"{journal.path} is damaged at line 1"
    assert refusal(journal.read) == (WorkspaceProblem, 3, message, DAMAGE_TIPS)


def test_another_schema_is_told_as_another_version(
    journal: Journal, plan: Plan, refusal: Any
) -> None:
    journal.append("prepared", {"schema": 2, "plan": {**asdict(plan), "more": 1}})
    assert refusal(journal.read) == (
        WorkspaceProblem,
        3,
        f"{journal.path} was written by another version of worksample (schema 2, this one reads 1)",
        ("use that version for this attempt, or start a new one",),
    )


def test_a_missing_journal_can_not_be_read(journal: Journal, refusal: Any) -> None:
    message = f"{journal.path} can't be read: No such file or directory"
    assert refusal(journal.read) == (WorkspaceProblem, 3, message, LOST_TIPS)


def test_a_folder_that_can_not_be_written_is_told_for_events_and_for_the_lock(
    tmp_path: Path, refusal: Any
) -> None:
    (tmp_path / "file").write_bytes(b"")
    journal = Journal(tmp_path / "file")
    tips = ("make room or give yourself the right to write there; nothing was lost",)

    def told(name: str) -> tuple[object, ...]:
        message = f"{tmp_path / 'file' / name} can't be written: Not a directory"
        return (WorkspaceProblem, 3, message, tips)

    assert refusal(journal.append, "started", {}) == told("attempt.jsonl")
    assert refusal(journal.lock().__enter__) == told("lock")


# --- the lock -------------------------------------------------------------------------------


def test_a_second_holder_in_the_same_process_is_refused(journal: Journal, refusal: Any) -> None:
    with journal.lock():
        pid = (journal.path.parent / "lock").read_text().strip()
        assert refusal(journal.lock().__enter__) == (
            WorkspaceProblem,
            3,
            f"another worksample command is at work in this workspace (process {pid})",
            ("wait until it is done, then run this again",),
        )


def test_the_lock_can_be_taken_again_when_it_was_released(journal: Journal) -> None:
    for _ in range(3):
        with pytest.raises(RuntimeError, match="inside"), journal.lock():
            raise RuntimeError("inside")


def test_another_process_holds_the_lock_until_it_is_killed(
    journal: Journal, tmp_path: Path, start_python: Any, refusal: Any
) -> None:
    ready = tmp_path / "ready"
    holder = start_python(HOLDER, tmp_path, ready)
    holder.wait_for(lambda: ready.exists() and ready.read_text())
    began = time.monotonic()
    refused = refusal(journal.lock().__enter__)
    took = time.monotonic() - began
    holder.running.kill()
    assert refused == (
        WorkspaceProblem,
        3,
        f"another worksample command is at work in this workspace (process {ready.read_text()})",
        ("wait until it is done, then run this again",),
    )
    assert took < 2
    with journal.lock():
        pass


def test_a_link_in_the_place_of_the_lock_is_not_followed(
    journal: Journal, tmp_path: Path, refusal: Any
) -> None:
    (tmp_path / "theirs").write_text("precious")
    (tmp_path / "lock").symlink_to(tmp_path / "theirs")
    assert refusal(journal.lock().__enter__).message.startswith(f"{tmp_path / 'lock'} can't be")
    assert (tmp_path / "theirs").read_text() == "precious"


# --- a reader beside a writer ---------------------------------------------------------------


def test_a_reader_sees_whole_events_while_another_process_writes_and_is_killed(
    begun: Journal, tmp_path: Path, start_python: Any, clock: Clock
) -> None:
    writer = start_python(WRITER, tmp_path)
    writer.wait_for(lambda: len(begun.read().test_runs) > 5)
    counts = [len(begun.read().test_runs) for _ in range(50)]
    writer.running.kill()
    runs = begun.read().test_runs
    assert counts == sorted(counts)
    assert [each.passed for each in runs] == list(range(len(runs)))
    with begun.lock():
        begun.append("tested", at(clock, passed=-1, failed=0))
    assert begun.read().test_runs == (*runs, TestRun(clock(), -1, 0))


def test_moments_are_kept_to_the_millisecond(begun: Journal) -> None:
    assert isinstance(begun.read().started, Instant)
    assert begun.read().used(Instant(begun.read().started.utc, "first boot", 5000.25)) == 0.25
