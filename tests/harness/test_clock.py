"""The clock measures with what can't be set where it can, and notices what was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import Instant, system_clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = Instant(NOON, "first boot", 100.0)

moments = st.builds(
    Instant,
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(["", "first boot", "second boot"]),
    st.floats(0, 1e9),
)


def test_within_one_boot_the_boot_clock_measures_whatever_the_system_time_says() -> None:
    assert Instant(NOON - timedelta(hours=3), "first boot", 160.5).since(START) == 60.5


def test_across_boots_utc_measures() -> None:
    assert Instant(NOON + timedelta(minutes=7), "second boot", 3.0).since(START) == 420.0


def test_across_boots_it_is_at_least_as_long_as_the_machine_has_been_up() -> None:
    back = NOON - timedelta(days=1)
    assert Instant(back, "second boot", 90.0).since(START) == 90.0
    assert Instant(back, "", 90.0).since(START) == 0.0
    assert Instant(back, "second boot", 90.0).since(Instant(NOON, "", 0.0)) == 0.0


@pytest.mark.parametrize(
    ("moment", "slow"),
    [
        (Instant(NOON - timedelta(hours=1), "second boot", 60.0), 3660.0),
        (Instant(NOON + timedelta(seconds=50), "second boot", 60.0), 10.0),
        (Instant(NOON + timedelta(seconds=57), "second boot", 60.0), 0.0),
        (Instant(NOON + timedelta(hours=1), "second boot", 60.0), 0.0),
        (Instant(NOON - timedelta(hours=1), "first boot", 160.0), 0.0),
        (Instant(NOON - timedelta(hours=1), "", 60.0), 0.0),
    ],
)
def test_a_clock_set_back_over_a_restart_is_noticed(moment: Instant, slow: float) -> None:
    assert moment.behind(START) == slow


def test_without_boot_ids_utc_measures() -> None:
    earlier = Instant(NOON, "", 0.0)
    assert Instant(NOON + timedelta(seconds=90), "", 0.0).since(earlier) == 90.0


@given(moments, moments)
def test_time_used_is_never_negative(one: Instant, other: Instant) -> None:
    assert one.since(other) >= 0


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        (timedelta(hours=1), 3600.0),
        (timedelta(hours=-1), -3600.0),
        (timedelta(seconds=6), 6.0),
        (timedelta(seconds=5), 0.0),
        (timedelta(seconds=-5), 0.0),
        (timedelta(0), 0.0),
    ],
)
def test_a_set_system_clock_is_noticed_and_a_disciplined_one_is_not(
    moved: timedelta, told: float
) -> None:
    later = Instant(NOON + timedelta(seconds=60) + moved, "first boot", 160.0)
    assert later.jump_since(START) == told


@pytest.mark.parametrize("boot_id", ["second boot", ""])
def test_no_jump_is_claimed_where_the_boot_clock_can_not_tell(boot_id: str) -> None:
    earlier = Instant(NOON, "first boot" if boot_id else "", 100.0)
    assert Instant(NOON + timedelta(days=1), boot_id, 101.0).jump_since(earlier) == 0.0


def test_a_moment_is_written_in_milliseconds() -> None:
    at = datetime(2026, 3, 2, 14, 2, 3, 456789, tzinfo=UTC)
    assert Instant(at, "first boot", 5000.12345).to_json() == {
        "at": "2026-03-02T14:02:03.456+00:00",
        "boot_id": "first boot",
        "boot_seconds": 5000.123,
    }


@given(moments)
def test_a_moment_comes_back_from_json_to_the_millisecond(moment: Instant) -> None:
    back = Instant.from_json(json.loads(json.dumps(moment.to_json())))
    microsecond = moment.utc.microsecond // 1000 * 1000
    rounded = round(moment.boot_seconds, 3)
    assert back == Instant(moment.utc.replace(microsecond=microsecond), moment.boot_id, rounded)


def test_another_zone_names_the_same_moment() -> None:
    zone = timezone(timedelta(hours=5))
    assert Instant(NOON.astimezone(zone), "first boot", 100.0) == START


def test_a_moment_without_a_zone_is_refused() -> None:
    facts = {"at": "2026-03-02T14:02:03", "boot_id": "first boot", "boot_seconds": 1.0}
    with pytest.raises(ValueError, match=r"^a moment without a time zone$"):
        Instant.from_json(facts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        [],
        {"at": 5, "boot_id": "", "boot_seconds": 1.0},
        {"at": "yesterday", "boot_id": "", "boot_seconds": 1.0},
        {"at": "2026-03-02T14:02:03+00:00", "boot_seconds": 1.0},
        {"at": "2026-03-02T14:02:03+00:00", "boot_id": "", "boot_seconds": None},
        {"at": "2026-03-02T14:02:03+00:00", "boot_id": "", "boot_seconds": "soon"},
    ],
)
def test_what_is_no_moment_is_refused_as_promised(facts: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Instant.from_json(facts)


def test_the_system_clock_moves_forward_within_one_boot() -> None:
    moments = [system_clock() for _ in range(50)]
    assert len({each.boot_id for each in moments}) == 1
    assert all(each.utc.tzinfo is UTC for each in moments)
    assert [each.boot_seconds for each in moments] == sorted(each.boot_seconds for each in moments)
    assert abs((datetime.now(UTC) - moments[-1].utc).total_seconds()) < 30
