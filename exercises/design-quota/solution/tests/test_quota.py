import pytest
from interleave import interleave

from tokengate import (
    AlreadySettled,
    Contract,
    Denied,
    HoldExpired,
    KeyReused,
    ManualClock,
    QuotaBook,
    Receipt,
    Standing,
    UnknownHold,
    UnknownTeam,
)


def make(quota=100, start=1000.0, **guarantees):
    clock = ManualClock(start)
    contract = Contract(quota, {"a": 0, "b": 0, **guarantees}, period_seconds=1000)
    return QuotaBook(contract, clock=clock, hold_seconds=60), clock


def denied(book, team, tokens):
    with pytest.raises(Denied) as caught:
        book.reserve(team, tokens, key="denied")
    return caught.value.available, caught.value.retry_at


# --- the books ---


def test_reserve_and_commit():
    book, _ = make()
    hold = book.reserve("a", 30, key="1")
    assert (hold.team, hold.tokens, hold.expires_at) == ("a", 30, 1060.0)
    assert book.standing("a") == Standing("a", 0, 30, 70)
    assert book.commit(hold.id, 20) == Receipt(hold.id, "a", 20, 10)
    assert book.standing("a") == Standing("a", 20, 0, 80)
    assert book.standing("b") == Standing("b", 0, 0, 80)


def test_a_refund_gives_back_everything():
    book, _ = make()
    hold = book.reserve("a", 30, key="1")
    assert book.refund(hold.id) == Receipt(hold.id, "a", 0, 30)
    assert book.standing("a") == Standing("a", 0, 0, 100)


def test_a_reservation_is_granted_whole_or_not_at_all():
    book, _ = make()
    book.reserve("a", 99, key="1")
    assert denied(book, "b", 2)[0] == 1
    assert book.standing("b").held == 0
    book.reserve("b", 1, key="2")
    assert denied(book, "b", 1)[0] == 0


@pytest.mark.parametrize("tokens", [-1, 31])
def test_nobody_uses_more_than_they_hold(tokens):
    book, _ = make()
    hold = book.reserve("a", 30, key="1")
    with pytest.raises(ValueError):
        book.commit(hold.id, tokens)
    assert book.standing("a") == Standing("a", 0, 30, 70)
    assert book.commit(hold.id, 30).returned == 0


def test_holds_expire_by_themselves():
    book, clock = make()
    first = book.reserve("a", 30, key="1")
    clock.advance(10)
    second = book.reserve("b", 40, key="2")
    clock.advance(49.5)
    assert book.standing("a").available == 30
    clock.advance(0.5)
    assert book.standing("a") == Standing("a", 0, 0, 60)
    with pytest.raises(HoldExpired):
        book.commit(first.id, 30)
    assert book.commit(second.id, 40).used == 40
    clock.advance(60)
    assert book.standing("b") == Standing("b", 40, 0, 60)


def test_what_makes_no_sense_is_refused():
    book, _ = make()
    with pytest.raises(ValueError):
        book.reserve("a", 0, key="1")
    with pytest.raises(UnknownTeam):
        book.reserve("stranger", 1, key="1")
    with pytest.raises(UnknownTeam):
        book.standing("stranger")
    with pytest.raises(UnknownHold):
        book.refund("nothing")
    with pytest.raises(ValueError):
        QuotaBook(Contract(1, {}), hold_seconds=-1)
    assert book.reserve("a", 1, key="1").tokens == 1


# --- promises ---


def test_nobody_takes_what_another_was_promised():
    book, _ = make(100, search=40)
    assert book.standing("a").available == 60
    book.reserve("a", 60, key="1")
    assert denied(book, "b", 1)[0] == 0
    assert book.reserve("search", 40, key="2").tokens == 40


def test_a_promise_that_is_used_is_not_counted_again():
    book, _ = make(100, search=40)
    book.reserve("search", 30, key="1")
    assert [book.standing(team).available for team in ("search", "a")] == [70, 60]
    book.reserve("search", 20, key="2")
    assert [book.standing(team).available for team in ("search", "a")] == [50, 50]


# --- denials ---


def test_a_denial_names_the_hold_that_frees_enough():
    book, clock = make(10)
    book.reserve("a", 4, key="1")
    clock.advance(5)
    book.reserve("b", 6, key="2")
    assert denied(book, "a", 4) == (0, 1060)
    assert denied(book, "a", 5) == (0, 1065)


def test_a_denial_names_the_next_period_or_nothing():
    book, clock = make(10, search=3)
    book.commit(book.reserve("a", 5, key="1").id, 5)
    assert denied(book, "a", 3) == (2, 2000)
    assert denied(book, "a", 8) == (2, None)
    clock.set(1970)
    book.reserve("a", 2, key="2")
    assert denied(book, "b", 1) == (0, 2000)


def test_a_hold_of_yesterday_is_not_waited_for():
    book, clock = make(10, start=1990.0)
    book.reserve("a", 10, key="1")
    clock.set(2001)
    book.reserve("a", 10, key="2")
    assert denied(book, "b", 1) == (0, 2061)


def test_a_denial_tells_who_asked_for_what():
    book, _ = make(10)
    with pytest.raises(Denied, match="b asked for 11") as caught:
        book.reserve("b", 11, key="1")
    assert (caught.value.team, caught.value.requested) == ("b", 11)


# --- again ---


def test_the_same_reservation_is_one_hold_whatever_became_of_it():
    book, clock = make(10)
    hold = book.reserve("a", 6, key="k")
    assert book.reserve("a", 6, key="k") == hold
    assert book.standing("a").held == 6
    clock.advance(60)
    assert book.reserve("a", 6, key="k") == hold
    assert book.standing("a") == Standing("a", 0, 0, 10)


def test_a_key_is_for_one_number_of_tokens_of_one_team():
    book, _ = make(10)
    hold = book.reserve("a", 6, key="k")
    with pytest.raises(KeyReused):
        book.reserve("a", 5, key="k")
    assert book.reserve("b", 4, key="k").id != hold.id


def test_what_was_denied_can_be_asked_for_again():
    book, _ = make(10)
    hold = book.reserve("a", 6, key="k")
    assert denied(book, "b", 10)[0] == 4
    book.refund(hold.id)
    assert book.reserve("b", 10, key="denied").tokens == 10


def test_a_hold_is_settled_once():
    book, clock = make(10)
    hold = book.reserve("a", 6, key="k")
    receipt = book.commit(hold.id, 4)
    clock.advance(100)
    assert book.commit(hold.id, 4) == receipt
    with pytest.raises(AlreadySettled):
        book.commit(hold.id, 5)
    with pytest.raises(AlreadySettled):
        book.refund(hold.id)
    assert book.standing("a") == Standing("a", 4, 0, 6)


# --- clocks ---


def test_a_new_period_begins_with_nothing_taken():
    book, clock = make(10, start=1999.0)
    book.commit(book.reserve("a", 10, key="1").id, 10)
    clock.set(2000)
    assert book.standing("a") == Standing("a", 0, 0, 10)


def test_a_day_does_not_begin_again():
    book, clock = make(10, start=1990.0)
    clock.set(2000)
    book.commit(book.reserve("a", 10, key="1").id, 10)
    clock.set(1990)
    assert book.standing("a") == Standing("a", 10, 0, 0)
    clock.set(2000)
    assert book.standing("a") == Standing("a", 10, 0, 0)


def test_a_hold_belongs_to_the_day_on_which_it_was_made():
    book, clock = make(10, start=1990.0)
    used, lost = (book.reserve(team, 5, key="1") for team in "ab")
    clock.set(2001)
    book.reserve("a", 10, key="2")
    book.commit(used.id, 2)
    assert book.standing("a") == Standing("a", 0, 10, 0)
    clock.set(2050)
    assert book.standing("b") == Standing("b", 0, 0, 0)
    with pytest.raises(HoldExpired):
        book.commit(lost.id, 1)


# --- threads ---


def test_two_threads_never_get_the_same_tokens():
    for lines in range(1, 40):
        book, _ = make(10)
        results = interleave(
            lambda book=book: book.reserve("a", 6, key="1"),
            lambda book=book: book.reserve("b", 6, key="2"),
            package="tokengate",
            switch_after=lines,
        )
        assert sorted(type(each).__name__ for each in results) == ["Denied", "Hold"]
        assert book.standing("a").available == 4


def test_two_threads_settle_a_hold_once():
    for lines in range(1, 40):
        book, _ = make(10)
        hold = book.reserve("a", 6, key="1")
        interleave(
            lambda book=book, hold=hold: book.commit(hold.id, 4),
            lambda book=book, hold=hold: book.commit(hold.id, 5),
            package="tokengate",
            switch_after=lines,
        )
        standing = book.standing("a")
        assert (standing.used in (4, 5), standing.held) == (True, 0)
        assert standing.available == 10 - standing.used
