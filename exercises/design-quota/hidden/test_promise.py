import random

import pytest

from tokengate import Contract, Denied, ManualClock, QuotaBook

DAY = 1e9


def make(quota=100, **guarantees):
    clock = ManualClock(1000.0)
    contract = Contract(quota, guarantees, period_seconds=DAY)
    return QuotaBook(contract, clock=clock, hold_seconds=60), clock


def available(book, *teams):
    return [book.standing(team).available for team in teams]


def test_what_others_were_promised_is_not_to_be_had():
    book, _ = make(100, search=40, chat=30, lab=0)
    assert available(book, "search", "chat", "lab") == [70, 60, 30]
    with pytest.raises(Denied):
        book.reserve("lab", 31, key="1")
    book.reserve("lab", 30, key="2")
    assert available(book, "search", "chat", "lab") == [40, 30, 0]


def test_the_last_one_still_gets_what_was_promised():
    book, _ = make(100, search=40, chat=30, lab=0)
    book.reserve("lab", 30, key="1")
    book.reserve("chat", 30, key="2")
    for team in ("lab", "chat"):
        with pytest.raises(Denied):
            book.reserve(team, 1, key="3")
    book.reserve("search", 40, key="4")
    assert available(book, "search", "chat", "lab") == [0, 0, 0]


def test_what_nobody_was_promised_goes_to_the_first():
    book, _ = make(100, search=40, chat=0, lab=0)
    assert book.reserve("lab", 60, key="1").tokens == 60
    assert available(book, "search", "chat", "lab") == [40, 0, 0]


def test_whoever_is_over_the_promise_takes_from_what_is_free():
    book, _ = make(100, search=40, chat=30, lab=0)
    book.commit(book.reserve("search", 60, key="1").id, 60)
    assert available(book, "search", "chat", "lab") == [10, 40, 10]
    book.reserve("chat", 40, key="2")
    assert available(book, "search", "chat", "lab") == [0, 0, 0]


def test_using_a_promise_takes_nothing_from_others():
    book, _ = make(100, search=40, chat=30, lab=0)
    book.reserve("search", 25, key="1")
    assert available(book, "search", "chat", "lab") == [45, 60, 30]
    book.reserve("search", 15, key="2")
    assert available(book, "search", "chat", "lab") == [30, 60, 30]
    book.reserve("search", 1, key="3")
    assert available(book, "search", "chat", "lab") == [29, 59, 29]


def test_what_comes_back_serves_the_promise_first():
    book, _ = make(100, search=40, lab=0)
    hold = book.reserve("search", 70, key="1")
    assert available(book, "search", "lab") == [30, 30]
    book.commit(hold.id, 20)
    assert available(book, "search", "lab") == [80, 60]
    book.reserve("lab", 60, key="2")
    assert available(book, "search", "lab") == [20, 0]


def test_what_was_promised_in_full_is_shared_by_nobody():
    book, _ = make(10, a=4, b=6)
    assert available(book, "a", "b") == [4, 6]
    with pytest.raises(Denied):
        book.reserve("a", 5, key="1")
    book.reserve("a", 4, key="1")
    book.reserve("b", 6, key="1")


def test_expiry_keeps_the_promise_too():
    book, clock = make(100, search=40, lab=0)
    book.reserve("search", 60, key="1")
    clock.advance(60)
    assert available(book, "search", "lab") == [100, 60]


@pytest.mark.parametrize("seed", range(4))
def test_every_team_can_get_its_promise_after_any_history(seed):
    chance = random.Random(seed)
    guarantees = {"a": 20, "b": 10, "c": 0, "d": 5}
    book, clock = make(60, **guarantees)
    taken = dict.fromkeys(guarantees, 0)
    for number in range(40):
        team = chance.choice(list(guarantees))
        others = sum(max(taken[o], guarantees[o]) for o in guarantees if o != team)
        wanted = chance.randint(1, 12)
        if wanted <= 60 - others - taken[team]:
            hold = book.reserve(team, wanted, key=f"{number}")
            used = chance.randint(0, wanted)
            book.commit(hold.id, used)
            taken[team] += used
        else:
            with pytest.raises(Denied):
                book.reserve(team, wanted, key=f"{number}")
    for team, guarantee in guarantees.items():
        missing = guarantee - taken[team]
        if missing > 0:
            assert book.reserve(team, missing, key="promised").tokens == missing
