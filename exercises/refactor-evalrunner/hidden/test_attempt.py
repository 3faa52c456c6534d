import sqlite3

import pytest

from bakeoff import (
    Overloaded,
    Refused,
    Retry,
    Runner,
    Sample,
    Suite,
    attempt,
    register,
)


class Script:
    def __init__(self, *lines):
        self.lines = list(lines)
        self.prompts = []

    def __call__(self, prompt):
        self.prompts.append(prompt)
        line = self.lines.pop(0)
        if isinstance(line, BaseException):
            raise line
        return line


def put(model, *, retries=2, backoff=1.0, expected="4", scorer="exact"):
    waits = []
    sample = Sample("a", "2+2?", expected, scorer)
    outcome = attempt(
        sample, "north", model, retry=Retry(retries, backoff), sleep=waits.append
    )
    assert (outcome.variant, outcome.sample) == ("north", "a")
    assert model.prompts == ["2+2?"] * outcome.attempts
    found = (str(outcome.status), outcome.answer, outcome.score, outcome.note)
    return found, outcome.attempts, waits


def test_an_answer_has_its_score(capsys):
    assert put(Script("4")) == (("ok", "4", 1.0, ""), 1, [])
    assert put(Script(" 5 ")) == (("ok", " 5 ", 0.0, ""), 1, [])
    assert put(Script("")) == (("ok", "", 0.0, ""), 1, [])
    assert capsys.readouterr().out == ""


def test_the_score_is_that_of_the_samples_scorer():
    assert put(Script("it is 4.0"), scorer="number")[0][2] == 1.0
    assert put(Script("it is 4.0"))[0][2] == 0.0


@pytest.mark.parametrize("retries, waits", [(0, []), (1, [1.0]), (3, [1.0, 2.0, 4.0])])
def test_patience_ends(retries, waits):
    model = Script(*[TimeoutError("slow")] * 9)
    note = "TimeoutError: slow"
    expected = (("error", None, None, note), retries + 1, waits)
    assert put(model, retries=retries) == expected


@pytest.mark.parametrize("error", [TimeoutError, ConnectionError, ConnectionResetError])
def test_it_tries_again(error):
    model = Script(error("x"), error("y"), "4")
    assert put(model, backoff=0.25) == (("ok", "4", 1.0, ""), 3, [0.25, 0.5])


def test_a_busy_model_says_how_long_to_wait():
    model = Script(
        Overloaded("a", 30), Overloaded("b"), TimeoutError(), Overloaded("d", 0), "4"
    )
    assert put(model, retries=4)[1:] == (5, [30, 2.0, 4.0, 0])


def test_a_busy_model_is_not_asked_for_ever():
    model = Script(Overloaded("busy", 5), Overloaded("busy", 6), "4")
    note = "Overloaded: busy"
    assert put(model, retries=1) == (("error", None, None, note), 2, [5])


def test_a_refusal_is_worth_nothing_and_not_repeated():
    assert put(Script(Refused("not me"), "4")) == (
        ("refused", None, 0.0, "not me"),
        1,
        [],
    )
    late = Script(TimeoutError(), Refused(""), "4")
    assert put(late) == (("refused", None, 0.0, ""), 2, [1.0])


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("x"), OSError(5, "disk")])
def test_any_other_error_is_noted(error):
    note = f"{type(error).__name__}: {error}"
    assert put(Script(error, "4")) == (("error", None, None, note), 1, [])
    assert put(Script(TimeoutError(), error, "4")) == (
        ("error", None, None, note),
        2,
        [1.0],
    )


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_exception_stops_it(error):
    for script in (Script(error()), Script(TimeoutError(), error(), "4")):
        with pytest.raises(error):
            put(script)


def test_what_stops_the_waiting_stops_it():
    def sleep(seconds):
        raise TimeoutError("the alarm clock")

    model = Script(TimeoutError("slow"), "4")
    sample = Sample("a", "2+2?", "4")
    with pytest.raises(TimeoutError, match="alarm"):
        attempt(sample, "north", model, retry=Retry(), sleep=sleep)
    assert len(model.prompts) == 1


@pytest.mark.parametrize("error", [ValueError, TimeoutError, Refused])
def test_a_bug_of_a_scorer_is_not_the_models(error):
    def broken(answer, sample):
        raise error("bug")

    register(f"attempt-{error.__name__}", broken)
    with pytest.raises(error, match="bug"):
        put(Script("4", "4", "4"), scorer=f"attempt-{error.__name__}")


def test_a_bug_of_a_scorer_stops_a_run():
    def broken(answer, sample):
        raise ZeroDivisionError("bug")

    register("attempt-in-a-run", broken)
    runner = Runner(sqlite3.connect(":memory:"), {"north": Script("4")})
    with pytest.raises(ZeroDivisionError):
        runner.run(Suite("s", (Sample("a", "?", "4", "attempt-in-a-run"),)))


def test_ctrl_c_stops_a_run(capsys):
    db = sqlite3.connect(":memory:")
    suite = Suite("arith", tuple(Sample(id, f"{id}?", "4") for id in "abc"))
    north = Script("4", KeyboardInterrupt(), "4")
    south = Script("5", "4", "4")
    with pytest.raises(KeyboardInterrupt):
        Runner(db, {"south": south, "north": north}).run(suite)
    rows = db.execute("SELECT sample, variant, status FROM results").fetchall()
    assert rows == [("a", "south", "ok"), ("a", "north", "ok"), ("b", "south", "ok")]
    assert "interrupt" not in capsys.readouterr().out.lower()
