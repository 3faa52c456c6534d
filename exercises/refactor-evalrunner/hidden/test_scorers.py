import re
import sqlite3

import pytest

from bakeoff import (
    Retry,
    Runner,
    Sample,
    Suite,
    UnknownScorer,
    attempt,
    register,
    score,
)


def sample(scorer, id="a", **options):
    return Sample(id, "2+2?", "four", scorer, options)


def length(answer, sample):
    return min(1.0, len(answer) / len(sample.expected)) * sample.options.get("times", 1)


def test_a_scorer_of_ones_own_is_called_with_answer_and_sample():
    seen = []

    def scorer(answer, of):
        seen.append((answer, of.id, of.expected))
        return 0.25

    register("own-call", scorer)
    assert score(sample("own-call", "x"), " An Answer. ") == 0.25
    assert seen == [(" An Answer. ", "x", "four")]


def test_it_has_the_samples_options():
    register("own-options", length)
    assert score(sample("own-options"), "ab") == 0.5
    assert score(sample("own-options", times=0.5), "ab") == 0.25


def test_attempts_and_runs_know_it(capsys):
    register("own-run", length)
    one = attempt(
        sample("own-run"), "north", lambda prompt: "abc", retry=Retry(), sleep=print
    )
    assert one.score == 0.75
    db = sqlite3.connect(":memory:")
    suite = Suite("s", (sample("own-run"),))
    result = Runner(db, {"north": lambda prompt: "abc"}).run(suite)
    assert result["means"] == {"north": 0.75}
    assert "[1/1] a north ok 0.75\n" in capsys.readouterr().out


def test_a_name_is_taken_once():
    register("own-twice", length)
    with pytest.raises(ValueError):
        register("own-twice", lambda answer, sample: 0.125)
    assert score(sample("own-twice"), "ab") == 0.5


def test_our_own_names_are_taken():
    def almost_ours(answer, of):  # were it taken, other tests would not mind
        if of.id == "taken":
            return 0.125
        strict = of.options.get("strict", False)
        found = re.findall(r"\b([A-E])\b" if strict else r"\b([A-Ea-e])\b", answer)
        return float(
            found[:1] != [] and found[0].upper() == of.expected.strip().upper()
        )

    with pytest.raises(ValueError):
        register("choice", almost_ours)
    assert score(Sample("taken", "?", "A", "choice"), "A") == 1


def test_a_scorer_that_nobody_knows_has_no_score():
    for name in ("exakt", "", "Exact", "own-unknown"):
        with pytest.raises(UnknownScorer):
            score(sample(name), "four")


def test_it_is_known_from_then_on():
    with pytest.raises(UnknownScorer):
        score(sample("own-later"), "four")
    register("own-later", length)
    assert score(sample("own-later"), "four") == 1.0


def test_no_model_is_asked_in_vain():
    asked = []
    with pytest.raises(UnknownScorer):
        attempt(sample("exakt"), "north", asked.append, retry=Retry(), sleep=print)
    db = sqlite3.connect(":memory:")
    suite = Suite("s", (sample("exact"), sample("exakt", "b")))
    for quiet in (True, False):
        with pytest.raises(UnknownScorer):
            Runner(db, {"north": asked.append}).run(suite, quiet=quiet)
    assert asked == []


def test_samples_that_are_left_out_need_no_scorer(capsys):
    suite = Suite("s", (sample("exact"), sample("exakt", "b"), sample("exact", "c")))
    runner = Runner(sqlite3.connect(":memory:"), {"north": lambda prompt: "four"})
    assert runner.run(suite, limit=1)["means"] == {"north": 1.0}
    assert runner.run(suite, skip=["b"])["means"] == {"north": 1.0}
    with pytest.raises(UnknownScorer):
        runner.run(suite, limit=2)


def test_a_bug_of_a_scorer_reaches_the_caller():
    def broken(answer, sample):
        raise ZeroDivisionError("bug")

    register("own-bug", broken)
    with pytest.raises(ZeroDivisionError):
        score(sample("own-bug"), "four")
