from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from oncall import (
    Message,
    Rates,
    Rota,
    Shift,
    Span,
    hours_by_day,
    messages,
    overlong,
    page,
    read_rota,
    statement,
    union,
)

TOKYO = ZoneInfo("Asia/Tokyo")


def at(hour, minute=0):
    return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


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


def listed(of):
    return [(each.person, *hours([each])) for each in of.shifts]


def test_a_span_is_half_open():
    span = Span(at(1), at(3))
    asked = [at(0, 59), at(1), at(2, 59), at(3)]
    assert [span.covers(moment) for moment in asked] == [False, True, True, False]
    assert span.length == timedelta(hours=2)


@pytest.mark.parametrize("start, end", [(2, 2), (3, 2)])
def test_no_time_is_no_span(start, end):
    with pytest.raises(ValueError, match="there is no time"):
        Span(at(start), at(end))
    with pytest.raises(ValueError, match="there is no time"):
        Shift(at(start), at(end), "ada")


@pytest.mark.parametrize("which", ["start", "end"])
def test_moments_have_a_zone(which):
    moments = {"start": at(1), "end": at(2)}
    moments[which] = moments[which].replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        Span(**moments)


@pytest.mark.parametrize(
    "one, other, common",
    [
        ((0, 4), (2, 6), [(2, 4)]),
        ((2, 6), (0, 4), [(2, 4)]),
        ((0, 9), (2, 6), [(2, 6)]),
        ((0, 2), (2, 6), []),
        ((2, 6), (0, 2), []),
        ((0, 1), (2, 6), []),
    ],
)
def test_what_two_spans_have_in_common(one, other, common):
    found = Span(at(one[0]), at(one[1])).overlap(Span(at(other[0]), at(other[1])))
    assert hours([] if found is None else [found]) == common


def test_a_union_without_touching():
    spans = [(5, 7), (0, 4), (1, 2), (3, 4.5), (10, 11), (6, 8)]
    found = union([Span(at(start), at(end)) for start, end in spans])
    assert hours(found) == [(0, 4.5), (5, 8), (10, 11)]
    assert union([]) == []


def test_who_is_on_call_and_in_which_order():
    busy = rota((2, 6, "cy"), (0, 4, "ada"), (3, 5, "cy"), (4, 8, "bo"))
    assert busy.on_call(at(1)) == ["ada"]
    assert busy.on_call(at(3)) == ["cy", "ada"]
    assert busy.on_call(at(4)) == ["cy", "bo"]
    assert busy.on_call(at(8)) == []
    assert busy.people() == ["ada", "bo", "cy"]


def test_a_rota_is_not_the_list_it_was_made_from():
    shifts = [Shift(at(0), at(1), "ada")]
    busy = Rota(shifts)
    shifts.clear()
    busy.add(Shift(at(-3), at(-2), "bo"))
    assert listed(busy) == [("ada", (0, 1)), ("bo", (-3, -2))]


@pytest.mark.parametrize(
    "window, gaps",
    [
        ((0, 24), [(0, 2), (6, 8), (10, 24)]),
        ((2, 10), [(6, 8)]),
        ((1, 9), [(1, 2), (6, 8)]),
        ((3, 5), []),
        ((6, 7), [(6, 7)]),
        ((-2, -1), [(-2, -1)]),
        ((20, 21), [(20, 21)]),
        ((7, 20), [(7, 8), (10, 20)]),
    ],
)
def test_gaps_within_a_window(window, gaps):
    busy = rota((4, 6, "bo"), (2, 5, "ada"), (8, 10, "ada"))
    assert hours(busy.gaps(Span(at(window[0]), at(window[1])))) == gaps


def test_one_after_the_other_leaves_no_gap():
    assert rota((2, 4, "bo"), (4, 6, "ada")).gaps(Span(at(2), at(6))) == []


def test_stretches_are_of_one_person():
    busy = rota((8, 10, "ada"), (2, 5, "ada"), (4, 6, "bo"), (4, 7, "ada"))
    assert hours(busy.stretches("ada")) == [(2, 7), (8, 10)]
    assert busy.stretches("nobody") == []


def test_taking_over_leaves_the_rest_with_whoever_had_it():
    busy = rota(
        (0, 4, "ada"), (3, 9, "bo"), (2, 8, "cy"), (10, 12, "ada"), (5, 6, "di")
    )
    assert busy.take_over("cy", Span(at(2), at(7))) == 3
    assert listed(busy) == [
        ("ada", (0, 2)),
        ("cy", (2, 4)),
        ("cy", (3, 7)),
        ("bo", (7, 9)),
        ("cy", (2, 8)),
        ("ada", (10, 12)),
        ("cy", (5, 6)),
    ]


def test_taking_over_a_whole_shift_leaves_nothing_of_it():
    busy = rota((2, 4, "ada"), (6, 8, "ada"))
    assert busy.take_over("bo", Span(at(2), at(6))) == 1
    assert listed(busy) == [("bo", (2, 4)), ("ada", (6, 8))]
    assert busy.take_over("bo", Span(at(20), at(21))) == 0


def test_messages_stand_in_order_of_time():
    found = messages(rota((6, 9, "bo"), (2, 6, "cy"), (2, 6, "ada"), (9, 10, "ada")))
    assert [(each.person, each.on) for each in found] == [
        ("ada", True),
        ("cy", True),
        ("ada", False),
        ("cy", False),
        ("bo", True),
        ("bo", False),
        ("ada", True),
        ("ada", False),
    ]
    assert [each.moment for each in found][3:6] == [at(6), at(6), at(9)]
    assert isinstance(found[0], Message)


def test_overlong_is_longer_than_the_limit():
    busy = rota((0, 12, "bo"), (20, 33, "bo"), (0, 13, "ada"), (40, 54, "bo"))
    found = overlong(busy, timedelta(hours=12))
    assert [(person, *hours([stretch])) for person, stretch in found] == [
        ("ada", (0, 13)),
        ("bo", (20, 33)),
        ("bo", (40, 54)),
    ]


def test_days_are_local():
    spans = [Span(at(10), at(20)), Span(at(-40), at(-34)), Span(at(20), at(21))]
    assert list(hours_by_day(spans, TOKYO).items()) == [
        (date(2026, 5, 2), timedelta(hours=6)),
        (date(2026, 5, 4), timedelta(hours=5)),
        (date(2026, 5, 5), timedelta(hours=6)),
    ]
    assert list(hours_by_day(spans, UTC).items()) == [
        (date(2026, 5, 2), timedelta(hours=6)),
        (date(2026, 5, 4), timedelta(hours=11)),
    ]


def test_a_span_that_ends_at_midnight_has_nothing_of_the_next_day():
    found = hours_by_day([Span(at(-24), at(24))], UTC)
    assert found == {
        date(2026, 5, 3): timedelta(hours=24),
        date(2026, 5, 4): timedelta(hours=24),
    }


def test_a_month_is_paid_by_the_day():
    # The 4th of May is a Monday.
    busy = rota((-30, -20, "bo"), (-80, -70, "ada"), (8, 10, "ada"))
    rates = Rates(weekday=100, weekend=1000)
    assert statement(busy, 2026, 5, UTC, rates) == {"ada": 400, "bo": 10_000}
    assert statement(busy, 2026, 4, UTC, rates) == {"ada": 800}
    assert statement(busy, 2025, 5, UTC, rates) == {}
    assert [rates.on(date(2026, 5, day)) for day in range(1, 5)] == [
        100,
        1000,
        1000,
        100,
    ]


def test_a_month_is_paid_from_its_first_midnight_to_its_last():
    busy = rota((-76, -70, "ada"))
    assert statement(busy, 2026, 4, UTC, Rates(100, 0)) == {"ada": 400}
    assert statement(busy, 2026, 5, UTC, Rates(100, 0)) == {"ada": 200}


@pytest.mark.parametrize(
    "minutes, rate, cents", [(30, 1, 1), (29, 1, 0), (31, 1, 1), (90, 3, 5), (20, 1, 0)]
)
def test_cents_are_rounded_a_half_upwards(minutes, rate, cents):
    busy = Rota([Shift(at(8), at(8, minutes), "ada")])
    assert statement(busy, 2026, 5, UTC, Rates(rate, 0)) == {"ada": cents}


def test_cents_are_rounded_once():
    busy = Rota([Shift(at(24 * day), at(24 * day, 20), "ada") for day in range(3)])
    assert statement(busy, 2026, 5, UTC, Rates(1, 0)) == {"ada": 1}


def test_a_rota_is_read_and_shown():
    text = (
        "# who is on call\n"
        "\n"
        "2026-05-04 18:00  2026-05-05 06:00   Ada Lo  # night\n"
        "2026-05-04 06:00 2026-05-04 18:30 bo"
    )
    found = read_rota(text, TOKYO)
    assert [each.person for each in found.shifts] == ["Ada Lo", "bo"]
    assert found.on_call(at(0)) == ["bo"]
    assert page(found, TOKYO) == (
        "2026-05-04 18:00 - 2026-05-05 06:00  Ada Lo\n"
        "2026-05-04 06:00 - 2026-05-04 18:30  bo\n"
    )
    assert page(found, UTC).splitlines()[1] == "2026-05-03 21:00 - 2026-05-04 09:30  bo"
    assert page(Rota(), UTC) == ""


@pytest.mark.parametrize(
    "line, why",
    [
        ("2026-05-04 18:00 2026-05-05 06:00", "two dates, two times and a name"),
        ("2026-05-04 18:00 2026-05-04 06:00 ada", "there is no time"),
        ("2026-05-04 18:00 2026-05-32 06:00 ada", "2026-05-32"),
    ],
)
def test_a_line_that_is_no_shift_is_named(line, why):
    good = "2026-05-04 06:00 2026-05-04 18:30 bo"
    with pytest.raises(ValueError, match=f"line 3: .*{why}"):
        read_rota(f"{good}\n# next\n{line}\n{good}", UTC)
