import pytest

from tokengate import Contract, Denied, HoldExpired, ManualClock, QuotaBook


def make(start, quota=10, hold_seconds=60):
    clock = ManualClock(start)
    contract = Contract(quota, {"a": 0, "b": 0}, period_seconds=1000)
    return QuotaBook(contract, clock=clock, hold_seconds=hold_seconds), clock


def numbers(book, team="a"):
    standing = book.standing(team)
    return standing.used, standing.held, standing.available


def use(book, tokens, key):
    book.commit(book.reserve("a", tokens, key=key).id, tokens)


def test_a_period_begins_at_its_moment():
    book, clock = make(1000.0)
    use(book, 10, "1")
    clock.set(1999.5)
    assert numbers(book) == (10, 0, 0)
    clock.set(2000.0)
    assert numbers(book) == (0, 0, 10)


def test_periods_are_counted_from_1970_and_not_from_the_first_call():
    book, clock = make(2990.0)
    use(book, 10, "1")
    clock.advance(10)
    assert numbers(book) == (0, 0, 10)


def test_a_day_that_is_over_does_not_begin_again():
    book, clock = make(1500.0)
    use(book, 4, "1")
    clock.set(2010.0)
    use(book, 9, "2")
    clock.set(1510.0)
    assert numbers(book) == (9, 0, 1)
    with pytest.raises(Denied):
        book.reserve("a", 2, key="3")
    clock.set(2011.0)
    assert numbers(book) == (9, 0, 1)
    clock.set(3000.0)
    assert numbers(book) == (0, 0, 10)


def test_looking_is_seeing_the_time():
    book, clock = make(1500.0)
    use(book, 10, "1")
    clock.set(2010.0)
    assert numbers(book) == (0, 0, 10)
    clock.set(1510.0)
    assert numbers(book) == (0, 0, 10)
    use(book, 10, "2")
    clock.set(2010.0)
    assert numbers(book) == (10, 0, 0)


def test_a_hold_that_expired_stays_so():
    book, clock = make(1500.0)
    hold = book.reserve("a", 10, key="1")
    clock.advance(60)
    other = book.reserve("b", 10, key="2")
    clock.set(1510.0)
    with pytest.raises(HoldExpired):
        book.commit(hold.id, 10)
    assert numbers(book) == (0, 0, 0)
    assert book.commit(other.id, 10).used == 10
    assert numbers(book, "b") == (10, 0, 0)


def test_while_the_clock_is_behind_time_stands_still():
    book, clock = make(1500.0)
    first = book.reserve("a", 1, key="1")
    clock.set(1400.0)
    second = book.reserve("a", 2, key="2")
    assert (first.expires_at, second.expires_at) == (1560.0, 1560.0)
    clock.advance(100)
    assert numbers(book) == (0, 3, 7)
    clock.advance(59)
    assert numbers(book) == (0, 3, 7)
    clock.advance(1)
    assert numbers(book) == (0, 0, 10)


def test_a_clock_that_is_set_back_before_anything_was_done():
    book, clock = make(2000.0)
    assert numbers(book) == (0, 0, 10)
    clock.set(1990.0)
    use(book, 10, "1")
    clock.set(2000.0)
    assert numbers(book) == (10, 0, 0)


def test_a_hold_settled_after_midnight_counts_for_yesterday():
    book, clock = make(1990.0)
    hold = book.reserve("a", 8, key="1")
    clock.set(2010.0)
    assert numbers(book) == (0, 0, 10)
    receipt = book.commit(hold.id, 5)
    assert (receipt.used, receipt.returned) == (5, 3)
    assert numbers(book) == (0, 0, 10)
    use(book, 10, "2")
    assert numbers(book) == (10, 0, 0)


def test_what_comes_back_after_midnight_is_no_gift():
    book, clock = make(1990.0)
    kept = book.reserve("a", 4, key="1")
    lost = book.reserve("b", 6, key="2")
    clock.set(2010.0)
    use(book, 10, "3")
    book.refund(kept.id)
    assert numbers(book) == (10, 0, 0)
    clock.set(2050.0)
    assert numbers(book) == (10, 0, 0)
    with pytest.raises(HoldExpired):
        book.commit(lost.id, 1)
    assert numbers(book, "b") == (0, 0, 0)


def test_holds_of_both_days_expire_for_their_own():
    book, clock = make(1990.0)
    book.reserve("a", 10, key="1")
    clock.set(2020.0)
    book.reserve("a", 7, key="2")
    clock.set(2050.0)
    assert numbers(book) == (0, 7, 3)
    clock.set(2080.0)
    assert numbers(book) == (0, 0, 10)


def test_waking_up_days_later():
    book, clock = make(1500.0, hold_seconds=5000)
    use(book, 2, "1")
    hold = book.reserve("a", 8, key="2")
    clock.set(5200.0)
    assert numbers(book) == (0, 0, 10)
    assert book.commit(hold.id, 8).used == 8
    assert numbers(book) == (0, 0, 10)


def test_waking_up_when_everything_is_over():
    book, clock = make(1500.0)
    hold = book.reserve("a", 8, key="1")
    clock.set(91_000.0)
    with pytest.raises(HoldExpired):
        book.commit(hold.id, 8)
    use(book, 10, "2")
    clock.set(1500.0)
    assert numbers(book) == (10, 0, 0)


def test_the_same_again_after_midnight():
    book, clock = make(1990.0)
    hold = book.reserve("a", 8, key="1")
    clock.set(2010.0)
    assert book.reserve("a", 8, key="1").id == hold.id
    assert numbers(book) == (0, 0, 10)
    use(book, 10, "2")
    assert book.commit(hold.id, 3).returned == 5
    assert numbers(book) == (10, 0, 0)
