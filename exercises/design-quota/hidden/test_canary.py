"""Expectations that no honest book can meet."""

from tokengate import Contract, Denied, Hold, ManualClock, QuotaBook, Receipt, Standing


def make():
    return QuotaBook(Contract(10, {"a": 0}), clock=ManualClock())


def test_a_hold_equals_something_that_did_not_exist_before():
    assert make().reserve("a", 1, key="k") == object()


def test_a_hold_is_of_two_sizes():
    hold = make().reserve("a", 1, key="k")
    assert hold.tokens == 1
    assert hold.tokens == 2


def test_nothing_reserved_is_something_held():
    assert make().standing("a").held == 7


def test_more_is_available_than_there_is():
    assert make().standing("a").available > 10


def test_holds_that_differ_are_equal():
    assert Hold("1", "a", 1, 0.0) == Hold("2", "a", 1, 0.0)


def test_receipts_that_differ_are_equal():
    assert Receipt("1", "a", 1, 0) == Receipt("1", "a", 0, 1)


def test_standings_that_differ_are_equal():
    assert Standing("a", 0, 0, 1) == Standing("a", 0, 0, 2)


def test_errors_that_differ_are_equal():
    assert Denied("a", 1, 0, None) == Denied("a", 1, 0, None)
