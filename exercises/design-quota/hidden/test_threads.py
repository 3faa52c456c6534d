from interleave import interleave

from tokengate import (
    AlreadySettled,
    Contract,
    Denied,
    Hold,
    ManualClock,
    QuotaBook,
    Receipt,
    Standing,
)

PLACES = [*range(1, 26), *range(27, 60, 3)]


def make(quota=10):
    contract = Contract(quota, {"a": 0, "b": 0}, period_seconds=1e9)
    return QuotaBook(contract, clock=ManualClock(1000.0), hold_seconds=60)


def kinds(results):
    return sorted(type(each).__name__ for each in results)


def everywhere(story):
    """Tell a story with each place at which one thread can overtake the other."""
    for lines in PLACES:

        def run(*calls, lines=lines):
            return interleave(*calls, package="tokengate", switch_after=lines)

        story(run)


def test_two_teams_never_get_the_same_tokens():
    def story(run):
        book = make()
        results = run(
            lambda: book.reserve("a", 6, key="1"),
            lambda: book.reserve("b", 6, key="2"),
        )
        assert kinds(results) == ["Denied", "Hold"]
        assert sum(book.standing(team).held for team in "ab") == 6
        assert book.standing("a").available == 4

    everywhere(story)


def test_one_team_never_gets_them_twice():
    def story(run):
        book = make()
        results = run(
            lambda: book.reserve("a", 6, key="1"),
            lambda: book.reserve("a", 6, key="2"),
        )
        assert kinds(results) == ["Denied", "Hold"]
        assert (book.standing("a").held, book.standing("a").available) == (6, 4)

    everywhere(story)


def test_the_same_request_twice_at_once_is_one_hold():
    def story(run):
        book = make(100)
        results = run(
            lambda: book.reserve("a", 6, key="1"),
            lambda: book.reserve("a", 6, key="1"),
        )
        assert kinds(results) == ["Hold", "Hold"]
        assert results[0].id == results[1].id
        assert book.standing("a").held == 6

    everywhere(story)


def test_holds_of_different_teams_are_different_holds():
    def story(run):
        book = make(100)
        one, other = run(
            lambda: book.reserve("a", 6, key="1"),
            lambda: book.reserve("b", 7, key="1"),
        )
        assert one.id != other.id
        assert book.commit(one.id, 6).used == 6
        assert book.commit(other.id, 7).used == 7

    everywhere(story)


def test_a_hold_is_settled_once():
    def story(run):
        book = make()
        hold = book.reserve("a", 6, key="1")
        results = run(
            lambda: book.commit(hold.id, 4),
            lambda: book.refund(hold.id),
        )
        assert kinds(results) == ["AlreadySettled", "Receipt"]
        settled = results[0] if isinstance(results[0], Receipt) else results[1]
        standing = book.standing("a")
        assert (standing.used, standing.held) == (settled.used, 0)
        assert standing.available == 10 - settled.used

    everywhere(story)


def test_nobody_sees_a_settlement_half_done():
    def story(run):
        book = make()
        hold = book.reserve("a", 6, key="1")
        seen, _ = run(lambda: book.standing("a"), lambda: book.commit(hold.id, 4))
        assert seen in (Standing("a", 0, 6, 4), Standing("a", 4, 0, 6))

    everywhere(story)


def test_any_order_leaves_the_books_in_order():
    def work(book, team, number):
        try:
            hold = book.reserve(team, 4, key=f"{number}")
        except Denied as error:
            return error
        try:
            return book.commit(hold.id, number)
        except AlreadySettled as error:
            return error

    for seed in range(4):
        book = make()
        results = interleave(
            lambda book=book: work(book, "a", 1),
            lambda book=book: work(book, "b", 2),
            lambda book=book: work(book, "a", 3),
            package="tokengate",
            seed=seed,
        )
        assert {type(each) for each in results} <= {Receipt, Denied}
        used = sum(each.used for each in results if isinstance(each, Receipt))
        a, b = book.standing("a"), book.standing("b")
        assert (a.used + b.used, a.held + b.held) == (used, 0)
        assert a.available == b.available == 10 - used
    assert isinstance(book.reserve("a", 1, key="last"), Hold)
