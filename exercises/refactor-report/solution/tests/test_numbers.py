from collections import defaultdict
from dataclasses import astuple

import pytest
from months import RATES, march, one

from gpubill import Rates, bill


def rows(billing):
    """Invoices as plain tuples."""
    return [astuple(each) for each in billing.invoices]


def minutes(sessions):
    (invoice,) = bill(sessions, RATES).invoices
    return invoice.minutes


def test_march():
    billing = bill(march(), RATES)
    assert rows(billing) == [
        ("Protein Folding", (("a100-1", 135, 900, True),), 135, 0, 900),
        (
            "Vision",
            (("a100-2", 615, 4100, True), ("lent-box", 15, 0, False)),
            630,
            410,
            3690,
        ),
    ]
    assert [each.machine for each in billing.skipped] == ["v100-1"]


def test_sessions_may_come_from_a_generator_and_nothing_is_said(capsys):
    billing = bill((each for each in march()), RATES)
    assert rows(billing) == rows(bill(march(), RATES))
    assert len(billing.skipped) == 1
    assert capsys.readouterr().out == ""


def test_the_list_that_was_passed_keeps_its_order():
    sessions = [one("11:00", "12:00"), one("09:00", "10:00"), one("10:30", "10:00")]
    before = list(sessions)
    bill(sessions, RATES)
    assert sessions == before


def test_what_was_skipped_comes_as_it_came():
    late, early = one("12:00", "11:00"), one("08:00", "08:00", lab="Astro")
    assert bill([late, early], RATES).skipped == (late, early)


@pytest.mark.parametrize(
    ("times", "billed"),
    [
        (["09:00 09:15"], 15),
        (["09:00 09:16"], 30),
        (["09:00 09:05", "09:05 09:10"], 15),
        (["09:00 09:05", "09:06 09:10"], 30),
        (["09:00 10:00", "09:10 09:20", "09:50 10:01"], 75),
        (["09:00 10:00", "09:10 09:20", "09:30 09:40"], 60),
    ],
)
def test_periods(times, billed):
    sessions = [one(*each.split()) for each in times]
    assert minutes(sessions) == billed
    assert minutes(sessions[::-1]) == billed


def test_a_block_is_not_begun_by_a_fraction_of_a_second():
    assert minutes([one("09:00", "09:15:00.9")]) == 15
    assert minutes([one("09:00", "09:15:01")]) == 30


def test_a_price_list_may_have_a_price_for_whatever_it_lacks():
    billing = bill([one("09:00", "09:15")], Rates(defaultdict(lambda: 40)))
    assert rows(billing) == [("Vision", (("a100-1", 15, 10, True),), 15, 0, 10)]


@pytest.mark.parametrize(("hourly", "cents"), [(1, 0), (2, 1), (5, 1), (6, 2)])
def test_half_a_cent_is_rounded_up(hourly, cents):
    billing = bill([one("09:00", "09:15")], Rates({"a100-1": hourly}))
    assert billing.invoices[0].cents == cents


@pytest.mark.parametrize(
    ("threshold", "hourly", "discount"), [(60, 45, 0), (59, 45, 5), (0, 44, 4)]
)
def test_the_discount_is_for_more_than_the_threshold(threshold, hourly, discount):
    rates = Rates({"a100-1": hourly}, discount_from=threshold)
    (invoice,) = bill([one("09:00", "10:00")], rates).invoices
    assert (invoice.discount, invoice.cents) == (discount, hourly - discount)
