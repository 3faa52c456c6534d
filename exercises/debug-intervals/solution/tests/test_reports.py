"""One group of tests for each cause that was found behind the reports."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from clocks import BERLIN, at, shift, shown, span

from oncall import (
    Rates,
    Rota,
    Shift,
    Span,
    hours_by_day,
    messages,
    overlong,
    page,
    statement,
    union,
)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


# Shifts that touch are one stretch.


def test_three_shifts_in_a_row_are_one_stretch():
    rota = Rota(
        [
            shift("05-04 14:00", "05-04 22:00"),
            shift("05-04 06:00", "05-04 14:00"),
            shift("05-04 22:00", "05-05 06:00"),
        ]
    )
    assert shown(rota.stretches("ada")) == ["05-04 06:00 05-05 06:00"]
    assert [each.on for each in messages(rota)] == [True, False]
    assert len(overlong(rota, hours(23.9))) == 1


def test_a_minute_off_is_a_minute_off():
    pieces = [span("05-04 06:00", "05-04 14:00"), span("05-04 14:01", "05-04 22:00")]
    assert shown(union(pieces)) == shown(pieces)


# Looking changes nothing.


def test_looking_leaves_the_shifts_and_their_order_alone():
    rota = Rota(
        [
            shift("05-05 06:00", "05-05 18:00", "bo"),
            shift("05-04 06:00", "05-04 18:00", "ada"),
            shift("05-04 12:00", "05-05 00:00", "cy"),
            shift("05-04 16:00", "05-04 20:00", "ada"),
        ]
    )
    wall = page(rota, BERLIN)
    owed = {"ada": 1400, "bo": 1200, "cy": 1200}
    for _ in range(2):
        rota.gaps(span("05-04 00:00", "05-06 00:00"))
        assert statement(rota, 2026, 5, BERLIN, Rates(100, 100)) == owed
        assert page(rota, BERLIN) == wall


def test_union_makes_new_spans():
    given = [span("05-04 10:00", "05-04 20:00"), span("05-04 06:00", "05-04 12:00")]
    before = shown(given)
    assert shown(union(given)) == ["05-04 06:00 05-04 20:00"]
    assert shown(given) == before


# An hour is an hour that passed.


@pytest.mark.parametrize(
    "day, zone, length",
    [
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2025, 11, 2), "America/New_York", 25),
        (date(2024, 4, 7), "Australia/Lord_Howe", 24.5),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),
    ],
)
def test_a_day_on_which_clocks_change(day, zone, length):
    here = ZoneInfo(zone)
    noon = at("01-01 12:00", here)
    before = noon.replace(year=day.year, month=day.month, day=day.day) - timedelta(1)
    found = hours_by_day([Span(before, before + timedelta(2))], here)
    assert list(found.values()) == [hours(12), hours(length), hours(12)]


def test_a_shift_within_the_hour_that_comes_twice():
    first, second = at("10-25 02:50"), at("10-25 02:10", second=True)
    rota = Rota([Shift(first, second, "ada")])
    assert hours_by_day(rota.shifts, BERLIN) == {date(2026, 10, 25): hours(1 / 3)}
    assert rota.on_call(at("10-25 02:55")) == ["ada"]
    assert rota.on_call(at("10-25 02:55", second=True)) == []
    with pytest.raises(ValueError):
        Span(second, first)


def test_a_gap_within_the_hour_that_comes_twice():
    pieces = [
        Span(at("10-25 02:05", second=True), at("10-25 02:20", second=True)),
        Span(at("10-25 02:40"), at("10-25 02:55")),
    ]
    assert [each.length for each in union(pieces)] == [hours(0.25)] * 2
    assert shown(union(pieces))[0] == "10-25 02:40 10-25 02:55"
