import random

import pytest

from tokengate import (
    Contract,
    Denied,
    HoldExpired,
    ManualClock,
    QuotaBook,
    Receipt,
    Standing,
    UnknownHold,
    UnknownTeam,
)

DAY = 1e9


def make(quota=100, teams=("a", "b"), **options):
    clock = ManualClock(1000.0)
    contract = Contract(quota, dict.fromkeys(teams, 0), period_seconds=DAY)
    return QuotaBook(contract, clock=clock, **options), clock


def available(book):
    return book.standing("a").available


def test_what_is_reserved_is_set_aside():
    book, _ = make(hold_seconds=60)
    hold = book.reserve("a", 30, key="k")
    assert (hold.team, hold.tokens, hold.expires_at) == ("a", 30, 1060.0)
    assert book.standing("a") == Standing("a", used=0, held=30, available=70)
    assert book.standing("b") == Standing("b", used=0, held=0, available=70)


def test_a_hold_lasts_two_minutes_if_nothing_else_is_said():
    book, _ = make()
    assert book.reserve("a", 30, key="k").expires_at == 1120.0


def test_the_last_token_is_granted_and_not_one_more():
    book, _ = make(10)
    book.reserve("a", 4, key="1")
    with pytest.raises(Denied):
        book.reserve("b", 7, key="2")
    assert available(book) == 6
    book.reserve("b", 6, key="3")
    assert available(book) == 0
    with pytest.raises(Denied):
        book.reserve("a", 1, key="4")


def test_the_rest_of_a_commit_comes_back_at_once():
    book, _ = make(10)
    hold = book.reserve("a", 8, key="1")
    assert book.commit(hold.id, 3) == Receipt(hold.id, "a", used=3, returned=5)
    assert book.standing("a") == Standing("a", used=3, held=0, available=7)
    book.reserve("b", 7, key="2")
    assert available(book) == 0


def test_all_of_a_hold_may_be_used():
    book, _ = make(10)
    hold = book.reserve("a", 8, key="1")
    assert book.commit(hold.id, 8) == Receipt(hold.id, "a", 8, 0)
    assert book.standing("a") == Standing("a", 8, 0, 2)


def test_a_refund_brings_back_everything():
    book, _ = make(10)
    hold = book.reserve("a", 10, key="1")
    assert book.refund(hold.id) == Receipt(hold.id, "a", 0, 10)
    assert book.standing("a") == Standing("a", 0, 0, 10)


@pytest.mark.parametrize("tokens", [-1, 9, 1000])
def test_nobody_uses_more_than_they_hold(tokens):
    book, _ = make(10)
    hold = book.reserve("a", 8, key="1")
    with pytest.raises(ValueError):
        book.commit(hold.id, tokens)
    assert book.standing("a") == Standing("a", 0, 8, 2)
    assert book.commit(hold.id, 8).used == 8


def test_a_hold_expires_at_its_moment_and_nobody_has_to_call():
    book, clock = make(10, hold_seconds=60)
    hold = book.reserve("a", 10, key="1")
    clock.advance(59.5)
    assert available(book) == 0
    clock.advance(0.5)
    assert book.standing("a") == Standing("a", 0, 0, 10)
    with pytest.raises(HoldExpired):
        book.commit(hold.id, 5)
    with pytest.raises(HoldExpired):
        book.refund(hold.id)
    assert book.standing("a") == Standing("a", 0, 0, 10)


def test_room_is_made_by_time_alone():
    book, clock = make(10, hold_seconds=60)
    book.reserve("a", 6, key="1")
    clock.advance(20)
    book.reserve("a", 4, key="2")
    clock.advance(40)
    with pytest.raises(Denied):
        book.reserve("b", 7, key="3")
    assert book.reserve("b", 6, key="3").expires_at == 1120.0
    clock.advance(20)
    assert available(book) == 4


def test_what_was_settled_in_time_does_not_expire():
    book, clock = make(10, hold_seconds=60)
    used = book.reserve("a", 6, key="1")
    back = book.reserve("a", 4, key="2")
    clock.advance(59)
    book.commit(used.id, 5)
    book.refund(back.id)
    clock.advance(100)
    assert book.standing("a") == Standing("a", 5, 0, 5)


def test_one_hold_expires_and_the_other_does_not():
    book, clock = make(10, hold_seconds=60)
    early = book.reserve("a", 1, key="1")
    clock.advance(1)
    late = book.reserve("a", 2, key="2")
    clock.advance(59)
    assert book.commit(late.id, 2).used == 2
    with pytest.raises(HoldExpired):
        book.commit(early.id, 1)
    assert book.standing("a") == Standing("a", 2, 0, 8)


def test_what_makes_no_sense_is_refused():
    book, _ = make(10)
    for tokens in (0, -1):
        with pytest.raises(ValueError):
            book.reserve("a", tokens, key="1")
    with pytest.raises(UnknownTeam):
        book.reserve("stranger", 1, key="1")
    with pytest.raises(UnknownTeam):
        book.standing("stranger")
    for settle in (lambda: book.commit("nothing", 1), lambda: book.refund("nothing")):
        with pytest.raises(UnknownHold):
            settle()
    assert book.standing("a") == Standing("a", 0, 0, 10)
    assert book.reserve("a", 10, key="1").tokens == 10


def test_a_quota_of_nothing():
    book, _ = make(0)
    assert available(book) == 0
    with pytest.raises(Denied):
        book.reserve("a", 1, key="1")


def test_two_books_know_nothing_of_each_other():
    one, other = make(10)[0], make(10)[0]
    one.reserve("a", 10, key="1")
    assert other.reserve("a", 10, key="1").tokens == 10


@pytest.mark.parametrize("seed", range(3))
def test_any_history_agrees_with_a_simple_model(seed):
    chance = random.Random(seed)
    book, clock = make(40, "abc", hold_seconds=10)
    used = dict.fromkeys("abc", 0)
    waiting = []
    for number in range(150):
        team, tokens = chance.choice("abc"), chance.randint(1, 9)
        step = chance.random()
        now = clock.now()
        waiting = [hold for hold in waiting if now < hold.expires_at]
        taken = sum(used.values()) + sum(hold.tokens for hold in waiting)
        if step < 0.5:
            if tokens <= 40 - taken:
                waiting.append(book.reserve(team, tokens, key=f"{number}"))
            else:
                with pytest.raises(Denied):
                    book.reserve(team, tokens, key=f"{number}")
        elif step < 0.8 and waiting:
            hold = waiting.pop(chance.randrange(len(waiting)))
            spent = (
                chance.choice([0, 0, 1, hold.tokens]) if sum(used.values()) < 30 else 0
            )
            assert book.commit(hold.id, spent).returned == hold.tokens - spent
            used[hold.team] += spent
        else:
            clock.advance(chance.choice([1, 3]))
            waiting = [hold for hold in waiting if clock.now() < hold.expires_at]
        for each in "abc":
            held = sum(hold.tokens for hold in waiting if hold.team == each)
            standing = book.standing(each)
            assert (standing.used, standing.held) == (used[each], held)
        held = sum(hold.tokens for hold in waiting)
        assert standing.available == 40 - sum(used.values()) - held
