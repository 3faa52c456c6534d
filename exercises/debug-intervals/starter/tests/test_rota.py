from datetime import timedelta

import pytest
from clocks import at, shift, shown, span

from oncall import Rota, Shift, messages, overlong, union


def test_a_span_ends_before_its_end():
    morning = span("05-04 06:00", "05-04 12:00")
    assert morning.length == timedelta(hours=6)
    assert morning.covers(at("05-04 06:00"))
    assert not morning.covers(at("05-04 12:00"))


def test_a_span_takes_some_time_and_knows_its_zone():
    with pytest.raises(ValueError, match="there is no time"):
        span("05-04 06:00", "05-04 06:00")
    with pytest.raises(ValueError, match="no time zone"):
        Shift(at("05-04 06:00").replace(tzinfo=None), at("05-04 12:00"), "ada")


def test_what_spans_have_in_common():
    morning = span("05-04 06:00", "05-04 12:00")
    assert shown([morning.overlap(span("05-04 10:00", "05-04 18:00"))]) == [
        "05-04 10:00 05-04 12:00"
    ]
    assert morning.overlap(span("05-04 12:00", "05-04 18:00")) is None


def test_spans_that_overlap_are_joined():
    covered = union(
        [
            span("05-04 10:00", "05-04 18:00"),
            span("05-04 06:00", "05-04 12:00"),
            span("05-05 06:00", "05-05 12:00"),
        ]
    )
    assert shown(covered) == ["05-04 06:00 05-04 18:00", "05-05 06:00 05-05 12:00"]


def test_who_is_on_call():
    rota = Rota(
        [
            shift("05-04 06:00", "05-04 18:00", "bo"),
            shift("05-04 12:00", "05-05 06:00", "ada"),
        ]
    )
    assert rota.on_call(at("05-04 11:59")) == ["bo"]
    assert rota.on_call(at("05-04 12:00")) == ["bo", "ada"]
    assert rota.on_call(at("05-04 18:00")) == ["ada"]
    assert rota.on_call(at("05-05 06:00")) == []


def test_the_times_at_which_nobody_is_on_call():
    rota = Rota(
        [shift("05-04 06:00", "05-04 12:00"), shift("05-04 13:00", "05-04 20:00", "bo")]
    )
    found = rota.gaps(span("05-04 00:00", "05-05 00:00"))
    assert shown(found) == [
        "05-04 00:00 05-04 06:00",
        "05-04 12:00 05-04 13:00",
        "05-04 20:00 05-05 00:00",
    ]


def test_an_empty_rota_is_one_gap():
    day = span("05-04 00:00", "05-05 00:00")
    assert shown(Rota().gaps(day)) == shown([day])


def test_one_person_takes_over_from_another():
    rota = Rota([shift("05-04 06:00", "05-04 18:00")])
    assert rota.take_over("bo", span("05-04 09:00", "05-04 12:00")) == 1
    assert [each.person for each in rota.shifts] == ["ada", "bo", "ada"]
    assert rota.on_call(at("05-04 09:00")) == ["bo"]
    assert rota.on_call(at("05-04 12:00")) == ["ada"]


def test_a_page_of_gaps_leaves_the_rota_in_its_order():
    rota = Rota(
        [
            shift("05-05 06:00", "05-05 18:00", "bo"),
            shift("05-04 06:00", "05-04 18:00", "ada"),
        ]
    )
    rota.gaps(span("05-04 00:00", "05-06 00:00"))
    assert [each.person for each in rota.shifts] == ["bo", "ada"]


def test_the_pager_tells_who_leaves_and_then_who_comes():
    rota = Rota(
        [shift("05-04 06:00", "05-04 18:00", "bo"), shift("05-04 18:00", "05-05 06:00")]
    )
    told = [(each.person, each.on) for each in messages(rota)]
    assert told == [("bo", True), ("bo", False), ("ada", True), ("ada", False)]


def test_whoever_has_no_rest_is_named():
    rota = Rota(
        [shift("05-04 06:00", "05-04 20:00"), shift("05-04 06:00", "05-04 18:00", "bo")]
    )
    [(person, stretch)] = overlong(rota, timedelta(hours=12))
    assert person == "ada"
    assert shown([stretch]) == ["05-04 06:00 05-04 20:00"]


def test_two_shifts_in_a_row_are_no_rest():
    rota = Rota(
        [shift("05-04 06:00", "05-04 14:00"), shift("05-04 14:00", "05-04 22:00")]
    )
    assert [person for person, _ in overlong(rota, timedelta(hours=12))] == ["ada"]
