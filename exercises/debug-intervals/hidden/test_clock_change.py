from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

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

BERLIN = ZoneInfo("Europe/Berlin")


def at(text, zone="Europe/Berlin", fold=0):
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M")
    return moment.replace(tzinfo=ZoneInfo(zone), fold=fold)


def minutes(spans, zero):
    """The spans in minutes that have passed since a moment."""
    begin = zero.timestamp()
    return [
        ((each.start.timestamp() - begin) / 60, (each.end.timestamp() - begin) / 60)
        for each in spans
    ]


@pytest.mark.parametrize(
    "zone, day, hours",
    [
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 5, 1), 24),
        ("Europe/Lisbon", date(2025, 10, 26), 25),
        ("America/New_York", date(2025, 11, 2), 25),
        ("America/New_York", date(2025, 10, 26), 24),
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("America/Havana", date(2022, 11, 6), 25),
        ("Asia/Kolkata", date(2025, 10, 26), 24),
    ],
)
def test_a_day_has_the_hours_that_pass_in_it(zone, day, hours):
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    begin, end = at(f"{before} 12:00", zone), at(f"{after} 12:00", zone)
    found = hours_by_day([Span(begin, end)], ZoneInfo(zone))
    assert found == {
        before: timedelta(hours=12),
        day: timedelta(hours=hours),
        after: timedelta(hours=12),
    }
    whole = timedelta(hours=24 + hours)
    assert Span(begin, end).length == whole
    assert overlong(Rota([Shift(begin, end, "ada")]), whole) == []
    assert (
        len(overlong(Rota([Shift(begin, end, "ada")]), whole - timedelta(minutes=1)))
        == 1
    )


def test_the_night_that_is_an_hour_longer_is_paid():
    rota = Rota([Shift(at("2025-10-25 18:00"), at("2025-10-26 06:00"), "ada")])
    assert statement(rota, 2025, 10, BERLIN, Rates(100, 100)) == {"ada": 1300}
    rota = Rota([Shift(at("2026-03-28 18:00"), at("2026-03-29 06:00"), "ada")])
    assert statement(rota, 2026, 3, BERLIN, Rates(100, 100)) == {"ada": 1100}


def test_a_shift_may_lie_within_the_hour_that_comes_twice():
    first, second = at("2025-10-26 02:50"), at("2025-10-26 02:10", fold=1)
    shift = Shift(first, second, "ada")
    assert shift.length == timedelta(minutes=20)
    found = hours_by_day([shift], BERLIN)
    assert found == {date(2025, 10, 26): timedelta(minutes=20)}
    assert statement(Rota([shift]), 2025, 10, BERLIN, Rates(100, 600)) == {"ada": 200}
    with pytest.raises(ValueError):
        Span(second, first)


def test_the_second_time_is_not_the_first():
    rota = Rota(
        [
            Shift(at("2025-10-26 00:00"), at("2025-10-26 02:30"), "ada"),
            Shift(at("2025-10-26 02:30", fold=1), at("2025-10-26 06:00"), "bo"),
        ]
    )
    for zone in (BERLIN, UTC):
        first = at("2025-10-26 02:15").astimezone(zone)
        between = at("2025-10-26 02:15", fold=1).astimezone(zone)
        second = at("2025-10-26 02:45", fold=1).astimezone(zone)
        assert rota.on_call(first) == ["ada"]
        assert rota.on_call(between) == []
        assert rota.on_call(second) == ["bo"]
    begin, end = at("2025-10-26 00:00"), at("2025-10-26 06:00")
    assert minutes(rota.gaps(Span(begin, end)), begin) == [(150, 210)]
    assert minutes(rota.gaps(Span(at("2025-10-26 02:45"), end)), begin) == [(165, 210)]
    assert (
        rota.take_over(
            "cy", Span(at("2025-10-26 02:20"), at("2025-10-26 02:20", fold=1))
        )
        == 1
    )
    assert page(rota, UTC) == (
        "2025-10-25 22:00 - 2025-10-26 00:20  ada\n"
        "2025-10-26 00:20 - 2025-10-26 00:30  cy\n"
        "2025-10-26 01:30 - 2025-10-26 05:00  bo\n"
    )


def test_what_comes_first_stands_first():
    early = Span(at("2025-10-26 02:40"), at("2025-10-26 02:55"))
    late = Span(at("2025-10-26 02:05", fold=1), at("2025-10-26 02:20", fold=1))
    begin = at("2025-10-26 02:00")
    assert minutes(union([late, early]), begin) == [(40, 55), (65, 80)]
    assert early.overlap(late) is None
    rota = Rota(
        [Shift(late.start, late.end, "ada"), Shift(early.start, early.end, "bo")]
    )
    told = [(each.person, each.on) for each in messages(rota)]
    assert told == [("bo", True), ("bo", False), ("ada", True), ("ada", False)]


def test_a_midnight_that_comes_twice_begins_one_day():
    havana = ZoneInfo("America/Havana")
    begin = at("2022-11-05 23:30", "America/Havana")
    end = at("2022-11-06 00:10", "America/Havana", fold=1)
    found = hours_by_day([Span(begin, end)], havana)
    assert found == {
        date(2022, 11, 5): timedelta(minutes=30),
        date(2022, 11, 6): timedelta(minutes=70),
    }
