import pytest

from tokengate import (
    AlreadySettled,
    Contract,
    Denied,
    HoldExpired,
    KeyReused,
    ManualClock,
    QuotaBook,
)

DAY = 1e9


def make(quota=10):
    clock = ManualClock(1000.0)
    contract = Contract(quota, {"a": 0, "b": 0}, period_seconds=DAY)
    return QuotaBook(contract, clock=clock, hold_seconds=60), clock


def numbers(book, team="a"):
    standing = book.standing(team)
    return standing.used, standing.held, standing.available


def facts(hold):
    return hold.id, hold.team, hold.tokens, hold.expires_at


def test_the_same_reservation_is_one_hold():
    book, clock = make()
    hold = book.reserve("a", 6, key="k")
    clock.advance(10)
    for _ in range(3):
        assert facts(book.reserve("a", 6, key="k")) == facts(hold)
    assert numbers(book) == (0, 6, 4)
    assert book.commit(hold.id, 6).used == 6


def test_the_same_key_for_other_tokens_is_refused():
    book, _ = make()
    hold = book.reserve("a", 6, key="k")
    for tokens in (5, 7, 1, 100):
        with pytest.raises(KeyReused):
            book.reserve("a", tokens, key="k")
    assert numbers(book) == (0, 6, 4)
    assert facts(book.reserve("a", 6, key="k")) == facts(hold)


def test_teams_have_keys_of_their_own():
    book, _ = make()
    one = book.reserve("a", 6, key="k")
    other = book.reserve("b", 4, key="k")
    assert one.id != other.id
    assert (numbers(book, "a"), numbers(book, "b")) == ((0, 6, 0), (0, 4, 0))
    book.refund(other.id)
    assert facts(book.reserve("a", 6, key="k")) == facts(one)


def test_no_key_and_team_read_like_another():
    contract = Contract(10, {"a": 0, "a/b": 0})
    book = QuotaBook(contract, clock=ManualClock())
    one = book.reserve("a", 1, key="b/c")
    other = book.reserve("a/b", 1, key="c")
    assert one.id != other.id
    third = book.reserve("a", 1, key="")
    assert len({one.id, other.id, third.id}) == 3


def test_a_settled_hold_is_still_the_answer():
    book, _ = make()
    hold = book.reserve("a", 6, key="k")
    book.commit(hold.id, 2)
    assert facts(book.reserve("a", 6, key="k")) == facts(hold)
    assert numbers(book) == (2, 0, 8)
    with pytest.raises(KeyReused):
        book.reserve("a", 2, key="k")


def test_an_expired_hold_is_still_the_answer():
    book, clock = make()
    hold = book.reserve("a", 6, key="k")
    clock.advance(60)
    assert facts(book.reserve("a", 6, key="k")) == facts(hold)
    assert numbers(book) == (0, 0, 10)
    with pytest.raises(HoldExpired):
        book.commit(hold.id, 1)


def test_a_full_book_still_knows_its_answers():
    book, _ = make()
    hold = book.reserve("a", 6, key="k")
    book.reserve("b", 4, key="rest")
    assert facts(book.reserve("a", 6, key="k")) == facts(hold)
    with pytest.raises(Denied):
        book.reserve("a", 6, key="other")


def test_a_denial_is_not_remembered():
    book, clock = make()
    hold = book.reserve("b", 8, key="1")
    with pytest.raises(Denied):
        book.reserve("a", 6, key="k")
    book.refund(hold.id)
    clock.advance(5)
    assert book.reserve("a", 6, key="k").expires_at == 1065.0
    with pytest.raises(Denied):
        book.reserve("a", 5, key="l")
    assert book.reserve("a", 4, key="l").tokens == 4


@pytest.mark.parametrize("used", [0, 2, 6])
def test_the_same_commit_is_one_receipt(used):
    book, clock = make()
    hold = book.reserve("a", 6, key="k")
    first = book.commit(hold.id, used)
    clock.advance(100)
    again = book.commit(hold.id, used)
    assert (again.hold_id, again.team, again.used, again.returned) == (
        first.hold_id,
        first.team,
        used,
        6 - used,
    )
    assert numbers(book) == (used, 0, 10 - used)


def test_a_second_commit_of_something_else_changes_nothing():
    book, _ = make()
    hold = book.reserve("a", 6, key="k")
    book.commit(hold.id, 2)
    for tokens in (0, 1, 3, 6):
        with pytest.raises(AlreadySettled):
            book.commit(hold.id, tokens)
    with pytest.raises(AlreadySettled):
        book.refund(hold.id)
    assert numbers(book) == (2, 0, 8)
    assert book.commit(hold.id, 2).returned == 4


def test_answers_are_good_for_more_than_a_day():
    book, clock = make()
    settled, lost = book.reserve("a", 6, key="k"), book.reserve("a", 4, key="l")
    book.commit(settled.id, 2)
    clock.set(5 * DAY)
    book.reserve("a", 5, key="m")
    assert facts(book.reserve("a", 6, key="k")) == facts(settled)
    assert facts(book.reserve("a", 4, key="l")) == facts(lost)
    with pytest.raises(KeyReused):
        book.reserve("a", 7, key="k")
    receipt = book.commit(settled.id, 2)
    assert (receipt.used, receipt.returned) == (2, 4)
    with pytest.raises(AlreadySettled):
        book.refund(settled.id)
    with pytest.raises(HoldExpired):
        book.commit(lost.id, 4)
    assert numbers(book) == (0, 5, 5)


def test_a_refund_is_a_commit_of_nothing():
    book, _ = make()
    hold = book.reserve("a", 6, key="k")
    assert book.refund(hold.id).returned == 6
    assert book.refund(hold.id).returned == 6
    assert book.commit(hold.id, 0).returned == 6
    with pytest.raises(AlreadySettled):
        book.commit(hold.id, 1)
    assert numbers(book) == (0, 0, 10)
