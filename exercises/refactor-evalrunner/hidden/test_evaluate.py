import pytest

from bakeoff import Outcome, Retry, Sample, Status, Suite, UnknownScorer, evaluate


class Shelf:
    """A store that notes what is done to it."""

    def __init__(self, kept=()):
        self.kept = list(kept)
        self.events = []

    def begin(self, suite):
        self.events.append(("begin", suite))
        return 41

    def add(self, run, outcome):
        self.events.append(("add", run, outcome.sample, outcome.variant))
        self.kept.append((run, outcome))

    def outcomes(self, run):
        return [outcome for number, outcome in self.kept if number == run]


def suite(ids="ab", scorer="exact"):
    return Suite("arith", tuple(Sample(id, f"{id}?", "4", scorer) for id in ids))


def answering(events, name, answer="4"):
    def model(prompt):
        events.append(("ask", prompt, name))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return model


def outcome(variant, sample, status="ok"):
    value = {"ok": 1.0, "refused": 0.0, "error": None}[status]
    return Outcome(variant, sample, Status(status), None, value, 1)


def run(shelf, models, what=None, **more):
    waits = []
    number = evaluate(
        what or suite(),
        models,
        store=shelf,
        retry=more.pop("retry", Retry()),
        sleep=waits.append,
        **more,
    )
    return number, waits


def test_each_sample_goes_to_each_model_in_order(capsys):
    shelf = Shelf()
    models = {name: answering(shelf.events, name) for name in ("south", "north")}
    assert run(shelf, models) == (41, [])
    expected = [("begin", "arith")]
    for id in "ab":
        for name in ("south", "north"):
            expected += [("ask", f"{id}?", name), ("add", 41, id, name)]
    assert shelf.events == expected
    assert capsys.readouterr().out == ""


def test_what_is_kept_is_what_came_of_it():
    shelf = Shelf()
    models = {
        "north": answering([], "n", "5"),
        "south": answering([], "s", TimeoutError("slow")),
    }
    _, waits = run(shelf, models, suite("a"), retry=Retry(1, 0.5))
    found = [
        (each.variant, str(each.status), each.answer, each.score, each.attempts)
        for each in shelf.outcomes(41)
    ]
    assert found == [("north", "ok", "5", 0.0, 1), ("south", "error", None, None, 2)]
    assert shelf.outcomes(41)[1].note == "TimeoutError: slow"
    assert waits == [0.5]


def test_listeners_hear_of_an_outcome_when_it_is_kept():
    shelf = Shelf()

    def told(each):
        shelf.events.append(("told", each.sample, each.variant, str(each.status)))

    run(
        shelf,
        {"north": answering(shelf.events, "north")},
        on_outcome=told,
        on_kept=pytest.fail,
    )
    assert shelf.events == [
        ("begin", "arith"),
        ("ask", "a?", "north"),
        ("add", 41, "a", "north"),
        ("told", "a", "north", "ok"),
        ("ask", "b?", "north"),
        ("add", 41, "b", "north"),
        ("told", "b", "north", "ok"),
    ]


def test_nothing_to_do_is_a_run_as_well():
    shelf = Shelf()
    assert run(shelf, {}) == (41, [])
    assert run(shelf, {"north": pytest.fail}, suite("")) == (41, [])
    assert shelf.events == [("begin", "arith")] * 2


def test_a_run_goes_on():
    kept = [
        (7, outcome("north", "a")),
        (7, outcome("south", "a", "error")),
        (7, outcome("south", "b", "refused")),
        (7, outcome("north", "c", "error")),
        (7, outcome("north", "c")),
        (8, outcome("north", "b")),
        (8, outcome("south", "c")),
    ]
    shelf = Shelf(kept)
    models = {name: answering([], name) for name in ("north", "south")}
    told = []
    number, _ = run(
        shelf,
        models,
        suite("abc"),
        resume=7,
        on_outcome=lambda each: told.append(("new", each.sample, each.variant)),
        on_kept=lambda each: told.append(("kept", each.sample, each.variant)),
    )
    assert number == 7
    assert told == [
        ("kept", "a", "north"),
        ("new", "a", "south"),
        ("new", "b", "north"),
        ("kept", "b", "south"),
        ("kept", "c", "north"),
        ("new", "c", "south"),
    ]
    assert shelf.events == [
        ("add", 7, "a", "south"),
        ("add", 7, "b", "north"),
        ("add", 7, "c", "south"),
    ]


def test_a_run_goes_on_without_anybody_listening():
    shelf = Shelf([(0, outcome("north", "a"))])
    assert run(shelf, {"north": answering(shelf.events, "n")}, resume=0)[0] == 0
    assert shelf.events == [("ask", "b?", "n"), ("add", 0, "b", "north")]


def test_what_came_before_an_interruption_is_kept():
    shelf = Shelf()
    models = {name: answering(shelf.events, name) for name in ("north", "south")}

    def told(each):
        if (each.sample, each.variant) == ("a", "south"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(shelf, models, on_outcome=told)
    assert [each.variant for each in shelf.outcomes(41)] == ["north", "south"]
    assert len(shelf.events) == 5


def test_a_scorer_that_nobody_knows_is_told_before_anything_begins():
    shelf = Shelf()
    good, bad = suite("a"), suite("b", scorer="evaluate-unknown")
    both = Suite("arith", good.samples + bad.samples)
    for resume in (None, 7):
        with pytest.raises(UnknownScorer):
            run(shelf, {"n": answering(shelf.events, "n")}, both, resume=resume)
    assert shelf.events == []
