import pytest

from tokengate import Contract, Denied, ManualClock, QuotaBook, QuotaError


def make(quota=10, teams=("a", "b"), start=1000.0, hold_seconds=60, **guarantees):
    clock = ManualClock(start)
    promised = {**dict.fromkeys(teams, 0), **guarantees}
    contract = Contract(quota, promised, period_seconds=1000)
    return QuotaBook(contract, clock=clock, hold_seconds=hold_seconds), clock


def denied(book, team, tokens):
    with pytest.raises(Denied) as caught:
        book.reserve(team, tokens, key="denied")
    error = caught.value
    assert isinstance(error, QuotaError)
    assert (error.team, error.requested) == (team, tokens)
    return error.available, error.retry_at


def test_a_denial_says_what_could_be_had():
    book, _ = make()
    book.reserve("a", 7, key="1")
    assert denied(book, "b", 4)[0] == 3
    assert denied(book, "b", 11)[0] == 3
    book.reserve("b", 3, key="2")
    assert denied(book, "a", 1)[0] == 0


def test_the_hold_that_frees_enough_says_when():
    book, clock = make()
    book.reserve("a", 2, key="1")
    clock.advance(10)
    book.reserve("b", 5, key="2")
    clock.advance(10)
    book.reserve("a", 3, key="3")
    assert denied(book, "b", 1) == (0, 1060)
    assert denied(book, "b", 2) == (0, 1060)
    assert denied(book, "b", 3) == (0, 1070)
    assert denied(book, "a", 7) == (0, 1070)
    assert denied(book, "a", 8) == (0, 1080)
    assert denied(book, "a", 10) == (0, 1080)


def test_asking_at_that_moment_is_granted_and_not_before():
    book, clock = make()
    for key in "12345":
        book.reserve("a", 2, key=key)
        clock.advance(7)
    _, moment = denied(book, "b", 5)
    assert moment == 1074
    clock.set(moment - 0.25)
    assert denied(book, "b", 5) == (4, 1074)
    clock.set(moment)
    assert book.reserve("b", 5, key="granted").tokens == 5


def test_what_is_used_comes_back_with_the_next_period():
    book, clock = make()
    book.commit(book.reserve("a", 8, key="1").id, 8)
    assert denied(book, "b", 3) == (2, 2000)
    book.reserve("a", 2, key="2")
    assert denied(book, "b", 2) == (0, 1060)
    assert denied(book, "b", 3) == (0, 2000)
    clock.set(2000)
    assert book.reserve("b", 10, key="3").tokens == 10


def test_a_hold_that_outlasts_the_period_is_not_waited_for():
    book, _ = make(start=1950.0)
    book.reserve("a", 10, key="1")
    assert denied(book, "b", 1) == (0, 2000)


def test_a_hold_that_ends_with_the_period():
    book, _ = make(start=1940.0)
    book.reserve("a", 10, key="1")
    assert denied(book, "b", 1) == (0, 2000)


def test_holds_of_yesterday_free_nothing_today():
    book, clock = make(start=1990.0)
    book.reserve("a", 10, key="1")
    clock.set(2010)
    book.reserve("a", 10, key="2")
    assert denied(book, "b", 4) == (0, 2070)


def test_settled_holds_are_not_waited_for():
    book, clock = make()
    early = book.reserve("a", 4, key="1")
    clock.advance(5)
    book.reserve("a", 6, key="2")
    book.commit(early.id, 4)
    assert denied(book, "b", 4) == (0, 1065)
    assert denied(book, "b", 7) == (0, 2000)


def test_what_can_never_be_had():
    book, _ = make()
    assert denied(book, "a", 11) == (10, None)
    book.reserve("b", 3, key="1")
    assert denied(book, "a", 11) == (7, None)
    assert denied(book, "a", 10) == (7, 1060)
    assert denied(make(quota=0)[0], "a", 1) == (0, None)


def test_what_others_were_promised_is_not_waited_for():
    book, _ = make(10, search=4)
    book.reserve("b", 5, key="1")
    assert denied(book, "a", 7)[1] is None
    assert denied(book, "a", 6)[1] == 1060
    assert denied(book, "search", 10)[1] == 1060
    assert denied(book, "search", 11)[1] is None


def test_what_a_promise_gets_back_is_free_for_nobody_else():
    book, clock = make(20, search=4)
    book.reserve("search", 3, key="1")
    clock.advance(10)
    book.reserve("b", 10, key="2")
    for tokens in (8, 9, 16):
        assert denied(book, "a", tokens)[1] == 1070


def test_a_denial_changes_nothing():
    book, clock = make()
    book.reserve("a", 7, key="1")
    for _ in range(3):
        denied(book, "b", 4)
    standing = book.standing("b")
    assert (standing.held, standing.available) == (0, 3)
    clock.advance(60)
    assert book.reserve("b", 10, key="2").tokens == 10
