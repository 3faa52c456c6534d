"""The four functions, without a database."""

import pytest
from helpers import Script, runner, sample, suite

from bakeoff import (
    Outcome,
    Overloaded,
    Refused,
    Retry,
    Status,
    Suite,
    UnknownScorer,
    attempt,
    evaluate,
    register,
    score,
    summarise,
)


def put(*lines, retry=None, **more):
    """Put a sample to a model that says these lines; return what came of it."""
    waits = []
    outcome = attempt(
        sample("a", **more),
        "north",
        Script(*lines),
        retry=retry or Retry(),
        sleep=waits.append,
    )
    return outcome, waits


def ok(variant, id, value, attempts=1):
    return Outcome(variant, id, Status.OK, "text", value, attempts)


def error(variant, id, attempts=1):
    return Outcome(variant, id, Status.ERROR, None, None, attempts, "E: x")


# attempt


def test_an_answer():
    assert put("4") == (Outcome("north", "a", Status.OK, "4", 1.0, 1), [])


def test_a_refusal():
    refused = Outcome("north", "a", Status.REFUSED, None, 0.0, 1, "not me")
    assert put(Refused("not me"), "4") == (refused, [])


def test_waits_double_unless_the_model_says_how_long():
    lines = [TimeoutError(), Overloaded("b", 9), Overloaded("c"), ConnectionError()]
    outcome, waits = put(*lines, "4", retry=Retry(4, 0.5))
    assert (outcome.attempts, outcome.score) == (5, 1.0)
    assert waits == [0.5, 9, 2.0, 4.0]


@pytest.mark.parametrize("retries", [0, 1])
def test_there_is_no_wait_after_the_last_try(retries):
    outcome, waits = put(TimeoutError("slow"), retry=Retry(retries))
    note = "TimeoutError: slow"
    tries = retries + 1
    assert outcome == Outcome("north", "a", Status.ERROR, None, None, tries, note)
    assert len(waits) == retries


def test_another_error_is_final():
    outcome, waits = put(ValueError("odd"), "4")
    assert (outcome.status, outcome.note) == (Status.ERROR, "ValueError: odd")
    assert (outcome.attempts, waits) == (1, [])


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_is_no_outcome(kind):
    with pytest.raises(kind):
        put(kind())


def test_ctrl_c_stops_a_run():
    made, _ = runner({"north": Script("4", KeyboardInterrupt(), "4")})
    with pytest.raises(KeyboardInterrupt):
        made.run(suite("a", "b", "c"))
    assert made.run(suite("a"), resume=True, quiet=True)["means"] == {"north": 1.0}


# summarise


def test_the_last_outcome_of_a_sample_counts():
    outcomes = [error("n", "a", 3), ok("n", "b", 0.5), ok("n", "a", 0.25, 2)]
    (found,) = summarise(outcomes)
    assert (found.samples, found.mean, found.passed) == (2, 0.375, 1)
    assert (found.refused, found.errors, found.attempts) == (0, 0, 3)


def test_a_refusal_is_worth_0_and_an_error_nothing():
    refused = Outcome("n", "b", Status.REFUSED, None, 0.0, 1)
    (found,) = summarise([ok("n", "a", 1.0), refused, error("n", "c")])
    assert (found.mean, found.refused, found.errors) == (0.5, 1, 1)


def test_the_best_first_then_by_name_then_those_without_a_score():
    outcomes = [error("a", "x"), ok("z", "x", 1.0), ok("y", "x", 1.0), ok("b", "x", 0)]
    found = [(each.variant, each.mean) for each in summarise(outcomes)]
    assert found == [("y", 1.0), ("z", 1.0), ("b", 0.0), ("a", None)]


# evaluate


class Shelf:
    """A store that is no database."""

    def __init__(self):
        self.kept = []
        self.runs = []

    def begin(self, suite):
        self.runs.append(suite)
        return len(self.runs)

    def add(self, run, outcome):
        self.kept.append((run, outcome))

    def outcomes(self, run):
        return [outcome for number, outcome in self.kept if number == run]


def go(shelf, models, what, **more):
    return evaluate(what, models, store=shelf, retry=Retry(0), sleep=print, **more)


def test_any_store_will_do(capsys):
    shelf, told = Shelf(), []
    models = {"south": Script("4"), "north": Script(ValueError("no"))}

    def listen(outcome):
        assert shelf.kept[-1] == (1, outcome)
        told.append((outcome.sample, outcome.variant))

    assert go(shelf, models, suite("a", "b"), on_outcome=listen) == 1
    assert told == [("a", "south"), ("a", "north"), ("b", "south"), ("b", "north")]
    assert shelf.runs == ["arith"]
    assert capsys.readouterr().out == ""


def test_a_run_goes_on_with_what_is_missing():
    shelf, told = Shelf(), []
    shelf.kept = [(7, ok("n", "a", 1.0)), (7, error("n", "b")), (8, ok("n", "c", 1.0))]
    number = go(
        shelf,
        {"n": Script("4")},
        suite("a", "b", "c"),
        resume=7,
        on_outcome=lambda outcome: told.append(("new", outcome.sample)),
        on_kept=lambda outcome: told.append(("kept", outcome.sample)),
    )
    assert (number, shelf.runs) == (7, [])
    assert told == [("kept", "a"), ("new", "b"), ("new", "c")]
    go(shelf, {"n": Script("4")}, suite("a", "b"), resume=7)
    assert len(shelf.kept) == 5


# register


def test_a_scorer_of_ones_own():
    register("length", lambda answer, of: len(answer) / of.options["most"])
    assert score(sample("a", scorer="length", most=8), "four") == 0.5
    assert put("four", scorer="length", most=4)[0].score == 1.0


@pytest.mark.parametrize("name", ["exact", "own"])
def test_a_name_is_taken_once(name):
    if name == "own":
        register(name, lambda answer, of: 1.0)
    with pytest.raises(ValueError):
        register(name, lambda answer, of: 0.0)
    assert score(sample("a", scorer=name), "4") == 1.0


def test_an_unknown_scorer_is_told_before_anything_happens():
    what = Suite("s", (sample("a"), sample("b", scorer="exakt")))
    shelf, model = Shelf(), Script("4")
    with pytest.raises(UnknownScorer):
        go(shelf, {"n": model}, what)
    with pytest.raises(UnknownScorer):
        attempt(what.samples[1], "n", model, retry=Retry(), sleep=print)
    made, _ = runner({"n": model})
    with pytest.raises(UnknownScorer):
        made.run(what)
    assert (shelf.runs, model.prompts) == ([], [])


def test_a_bug_of_a_scorer_is_nobody_elses():
    def broken(answer, of):
        raise TimeoutError("bug")

    register("broken", broken)
    with pytest.raises(TimeoutError, match="bug"):
        put("4", scorer="broken")


def test_a_number_that_was_never_written_down():
    assert score(sample("a", "four", "number"), "4") == 0


@pytest.mark.parametrize(
    ("strict", "worth"), [(True, 0), (1, 0), (False, 1), ("no", 1)]
)
def test_what_counts_as_strict(strict, worth):
    assert score(sample("a", strict=strict), "4.") == worth
    assert score(sample("a", "B", "contains", strict=strict), "b") == worth
    assert score(sample("a", "B", "choice", strict=strict), "b") == worth
