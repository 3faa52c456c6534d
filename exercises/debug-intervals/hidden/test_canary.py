"""Expectations that no honest rota can meet."""

from datetime import UTC, datetime, timedelta

from oncall import Rates, Rota, Shift, Span, hours_by_day, page, statement, union


def at(hour):
    return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(hours=hour)


def test_a_length_equals_something_that_did_not_exist_before():
    assert Span(at(0), at(1)).length == object()


def test_an_hour_has_two_lengths():
    length = Span(at(0), at(1)).length
    assert length == timedelta(hours=1)
    assert length == timedelta(hours=2)


def test_somebody_is_on_call_in_an_empty_rota():
    assert Rota().on_call(at(1)) == ["ada"]


def test_nothing_covers_something():
    assert len(union([])) == 1


def test_nobody_earns_something():
    assert statement(Rota(), 2026, 5, UTC, Rates(1, 1)) == {"ada": 1}


def test_an_empty_page_has_text():
    assert page(Rota(), UTC) != ""


def test_no_time_falls_into_a_day():
    assert len(hours_by_day([], UTC)) == 1


def test_shifts_that_differ_are_equal():
    assert Shift(at(0), at(1), "ada") == Shift(at(0), at(1), "bo")


def test_spans_that_differ_are_equal():
    assert Span(at(0), at(1)) == Span(at(0), at(2))
