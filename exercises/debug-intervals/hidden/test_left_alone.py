from datetime import UTC, datetime, timedelta

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

RATES = Rates(weekday=100, weekend=200)


def at(hour):
    return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(hours=hour)


def hours(spans):
    return [
        (
            (each.start - at(0)) / timedelta(hours=1),
            (each.end - at(0)) / timedelta(hours=1),
        )
        for each in spans
    ]


def crowded():
    given = [
        (20, 30, "cy"),
        (6, 14, "ada"),
        (10, 22, "bo"),
        (0, 7, "ada"),
        (40, 44, "bo"),
    ]
    return [Shift(at(start), at(end), person) for start, end, person in given]


def written(rota):
    return page(rota, UTC)


@pytest.mark.parametrize(
    "look",
    [
        lambda rota: rota.gaps(Span(at(-10), at(50))),
        lambda rota: [rota.stretches(person) for person in rota.people()],
        lambda rota: messages(rota),
        lambda rota: overlong(rota, timedelta(hours=5)),
        lambda rota: statement(rota, 2026, 5, UTC, RATES),
        lambda rota: rota.on_call(at(12)),
        lambda rota: hours_by_day(rota.shifts, UTC),
    ],
    ids=["gaps", "stretches", "messages", "overlong", "statement", "on_call", "hours"],
)
def test_who_looks_changes_nothing(look):
    rota = Rota(crowded())
    before = written(rota)
    for _ in range(2):
        look(rota)
        assert written(rota) == before


def test_the_page_of_gaps_costs_nothing():
    rota = Rota(crowded())
    owed = {"ada": 1400, "bo": 1600, "cy": 1000}
    assert statement(rota, 2026, 5, UTC, RATES) == owed
    rota.gaps(Span(at(0), at(50)))
    assert statement(rota, 2026, 5, UTC, RATES) == owed
    assert rota.on_call(at(25)) == ["cy"]


def test_gaps_are_the_same_each_time():
    rota = Rota(crowded())
    for _ in range(3):
        found = rota.gaps(Span(at(-2), at(50)))
        assert hours(found) == [(-2, 0), (30, 40), (44, 50)]


def test_the_order_of_the_wall_stays():
    rota = Rota(crowded())
    rota.gaps(Span(at(0), at(50)))
    assert [each.person for each in rota.shifts] == ["cy", "ada", "bo", "ada", "bo"]
    rota.add(Shift(at(-5), at(1), "di"))
    rota.gaps(Span(at(0), at(50)))
    assert [each.person for each in rota.shifts][-1] == "di"
    assert rota.on_call(at(21)) == ["cy", "bo"]


def test_a_list_that_is_joined_stays_as_it_was():
    given = [
        Span(at(10), at(20)),
        Span(at(0), at(12)),
        Span(at(1), at(2)),
        Span(at(30), at(31)),
    ]
    same = list(given)
    assert hours(union(given)) == [(0, 20), (30, 31)]
    assert [id(each) for each in given] == [id(each) for each in same]
    assert hours(given) == [(10, 20), (0, 12), (1, 2), (30, 31)]


def test_two_rotas_with_the_same_shifts_have_nothing_else_in_common():
    shifts = crowded()
    one, other = Rota(shifts), Rota(shifts)
    before = written(other)
    one.gaps(Span(at(0), at(50)))
    one.take_over("di", Span(at(0), at(50)))
    one.stretches("di")
    one.gaps(Span(at(0), at(50)))
    assert written(other) == before
    assert [each.person for each in shifts] == ["cy", "ada", "bo", "ada", "bo"]
