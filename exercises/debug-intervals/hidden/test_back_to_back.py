from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from oncall import Rota, Shift, Span, messages, overlong, union


def at(hour, minute=0, second=0):
    return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(
        hours=hour, minutes=minute, seconds=second
    )


def rota(*shifts):
    return Rota([Shift(at(start), at(end), person) for start, end, person in shifts])


def hours(spans):
    return [
        (
            (each.start - at(0)) / timedelta(hours=1),
            (each.end - at(0)) / timedelta(hours=1),
        )
        for each in spans
    ]


@pytest.mark.parametrize(
    "given, joined",
    [
        ([(6, 14), (14, 22)], [(6, 22)]),
        ([(14, 22), (6, 14)], [(6, 22)]),
        ([(0, 8), (8, 16), (16, 24), (24, 30)], [(0, 30)]),
        ([(0, 8), (2, 4), (8, 10)], [(0, 10)]),
        ([(0, 8), (0, 4), (4, 6), (9, 10), (10, 11)], [(0, 8), (9, 11)]),
    ],
    ids=["two", "backwards", "four", "inside", "both"],
)
def test_what_touches_is_joined(given, joined):
    assert hours(union([Span(at(start), at(end)) for start, end in given])) == joined
    assert hours(rota(*[(*each, "ada") for each in given]).stretches("ada")) == joined


def test_moments_that_are_the_same_touch_in_any_zone():
    lisbon, berlin = ZoneInfo("Europe/Lisbon"), ZoneInfo("Europe/Berlin")
    one = Span(at(6).astimezone(berlin), at(14).astimezone(berlin))
    other = Span(at(14).astimezone(lisbon), at(20).astimezone(lisbon))
    assert hours(union([other, one])) == [(6, 20)]


@pytest.mark.parametrize("pause", [timedelta(seconds=1), timedelta(minutes=1)])
def test_a_short_pause_is_a_pause(pause):
    spans = [Span(at(6), at(14)), Span(at(14) + pause, at(20)), Span(at(20), at(21))]
    found = union(spans)
    assert [each.length for each in found] == [
        timedelta(hours=8),
        timedelta(hours=7) - pause,
    ]


def test_nobody_is_told_to_leave_who_stays():
    found = messages(rota((6, 14, "ada"), (14, 22, "ada"), (22, 30, "bo")))
    assert [(each.moment, each.person, each.on) for each in found] == [
        (at(6), "ada", True),
        (at(22), "ada", False),
        (at(22), "bo", True),
        (at(30), "bo", False),
    ]


def test_shifts_in_a_row_are_no_rest():
    busy = rota((0, 8, "ada"), (0, 8, "bo"), (8, 16, "ada"), (16, 17, "bo"))
    [(person, stretch)] = overlong(busy, timedelta(hours=15))
    assert (person, *hours([stretch])) == ("ada", (0, 16))
    assert overlong(busy, timedelta(hours=16)) == []


def test_who_takes_over_next_to_a_shift_of_their_own_stays():
    changed = rota((0, 8, "ada"), (8, 16, "bo"))
    assert changed.take_over("ada", Span(at(8), at(12))) == 1
    assert hours(changed.stretches("ada")) == [(0, 12)]
    assert hours(changed.stretches("bo")) == [(12, 16)]
