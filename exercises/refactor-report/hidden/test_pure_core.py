from datetime import datetime, timedelta

import pytest

from gpubill import Rates, Session, bill

NOON = datetime(2026, 3, 2, 12)


def use(start, end, lab="Vision", machine="a100-1"):
    """A session from one minute to another, counted from noon."""
    minute = timedelta(minutes=1)
    return Session(lab, machine, NOON + start * minute, NOON + end * minute)


def told(billing):
    """An invoice as plain data, for each lab."""
    return [
        (each.lab, lines(each), each.minutes, each.discount, each.cents)
        for each in billing.invoices
    ]


def lines(invoice):
    return [
        (each.machine, each.minutes, each.cents, each.rated) for each in invoice.lines
    ]


def minutes(sessions):
    """What a lab pays for, on a machine that costs a cent a minute."""
    (invoice,) = bill(sessions, Rates({"a100-1": 60})).invoices
    assert invoice.cents == invoice.minutes
    return invoice.minutes


def test_a_month_is_plain_data_in_the_order_of_names():
    sessions = [
        use(0, 60, "Vision", "v100-1"),
        use(30, 90, "Vision", "a100-1"),
        use(0, 20, "Astro", "lent-box"),
        use(0, 20, "Vision", "lent-box"),
        use(0, 20, "Astro", "a100-1"),
    ]
    billing = bill(sessions, Rates({"a100-1": 240, "v100-1": 95}, 120, 10))
    assert told(billing) == [
        ("Astro", [("a100-1", 30, 120, True), ("lent-box", 30, 0, False)], 60, 0, 120),
        (
            "Vision",
            [
                ("a100-1", 60, 240, True),
                ("lent-box", 30, 0, False),
                ("v100-1", 60, 95, True),
            ],
            150,
            34,
            301,
        ),
    ]
    assert list(billing.skipped) == []


def test_nothing_is_printed(capsys):
    bill([use(0, 20), use(20, 0), use(0, 5, machine="lent-box")], Rates({"a100-1": 1}))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_what_is_passed_in_is_left_as_it_was():
    sessions = [use(50, 60), use(0, 20), use(9, 8), use(10, 30, "Astro")]
    hourly = {"a100-1": 60}
    bill(sessions, Rates(hourly))
    assert sessions == [use(50, 60), use(0, 20), use(9, 8), use(10, 30, "Astro")]
    assert hourly == {"a100-1": 60}


@pytest.mark.parametrize("kind", [tuple, iter, list, lambda given: (s for s in given)])
def test_sessions_may_be_any_iterable(kind):
    given = [use(20, 40), use(9, 8), use(0, 10), use(0, 10, "Astro"), use(5, 5)]
    billing = bill(kind(given), Rates({"a100-1": 60}))
    assert [(each.lab, each.cents) for each in billing.invoices] == [
        ("Astro", 15),
        ("Vision", 45),
    ]
    assert list(billing.skipped) == [use(9, 8), use(5, 5)]


def test_no_sessions_are_no_invoices():
    billing = bill([], Rates({}))
    assert (list(billing.invoices), list(billing.skipped)) == ([], [])


def test_what_was_skipped_comes_as_it_came():
    wrong = [use(60, 10), use(5, 5, "Astro"), use(30, 29), use(-10, -10)]
    billing = bill([*wrong, use(0, 1)], Rates({"a100-1": 60}))
    assert list(billing.skipped) == wrong
    assert [(each.lab, each.minutes) for each in billing.invoices] == [("Vision", 15)]


def test_a_lab_of_which_all_was_skipped_owes_nothing():
    billing = bill([use(10, 10)], Rates({"a100-1": 60}))
    assert list(billing.invoices) == []


@pytest.mark.parametrize(
    ("sessions", "billed"),
    [
        ([(0, 1)], 15),
        ([(0, 15)], 15),
        ([(0, 16)], 30),
        ([(0, 5), (5, 10)], 15),
        ([(0, 5), (6, 10)], 30),
        ([(0, 90), (10, 20), (85, 91)], 105),
        ([(0, 90), (10, 20), (30, 40), (100, 101)], 105),
        ([(0, 10), (0, 40), (0, 20)], 45),
    ],
)
def test_periods_are_merged_in_any_order(sessions, billed):
    uses = [use(*each) for each in sessions]
    assert minutes(uses) == billed
    assert minutes(reversed(uses)) == billed


def test_labs_and_machines_are_billed_apart():
    sessions = [
        use(0, 10),
        use(5, 15, "Astro"),
        use(10, 20, machine="v100-1"),
        use(10, 15),
    ]
    billing = bill(sessions, Rates({"a100-1": 60, "v100-1": 120}))
    assert [(each.lab, lines(each)) for each in billing.invoices] == [
        ("Astro", [("a100-1", 15, 15, True)]),
        ("Vision", [("a100-1", 15, 15, True), ("v100-1", 15, 30, True)]),
    ]


@pytest.mark.parametrize(
    ("hourly", "cents"),
    [(1, 0), (2, 1), (3, 1), (5, 1), (6, 2), (0, 0), (241, 60), (242, 61)],
)
def test_cents_are_rounded_half_up(hourly, cents):
    billing = bill([use(0, 15)], Rates({"a100-1": hourly}))
    assert lines(billing.invoices[0]) == [("a100-1", 15, cents, True)]


@pytest.mark.parametrize(
    ("threshold", "percent", "discount"),
    [
        (60, 10, 0),
        (59, 10, 24),
        (45, 33, 78),
        (0, 0, 0),
        (0, 100, 236),
        (0, 1, 2),
        (0, 50, 118),
    ],
)
def test_discounts_are_for_those_above_the_threshold(threshold, percent, discount):
    rates = Rates({"a100-1": 236}, threshold, percent)
    (invoice,) = bill([use(0, 60)], rates).invoices
    assert (invoice.discount, invoice.cents) == (discount, 236 - discount)


def test_half_a_cent_of_discount_is_rounded_up():
    (invoice,) = bill([use(0, 60)], Rates({"a100-1": 45}, 0, 10)).invoices
    assert (invoice.discount, invoice.cents) == (5, 40)
