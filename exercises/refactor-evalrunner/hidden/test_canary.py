"""Expectations that no honest package can meet."""

import sqlite3

from bakeoff import Outcome, Overloaded, Runner, Sample, Status, Suite, score


def test_a_suite_equals_something_that_did_not_exist_before():
    assert Suite("s", ()) == object()


def test_a_score_is_two_scores():
    value = score(Sample("a", "p", "4"), "4")
    assert value == 1
    assert value == 0


def test_samples_that_differ_are_equal():
    assert Sample("a", "p", "4") == Sample("a", "p", "5")


def test_outcomes_that_differ_are_equal():
    one = Outcome("n", "a", Status.OK, "4", 1.0, 1)
    assert one == Outcome("n", "a", Status.OK, "4", 0.5, 1)


def test_nobody_runs_and_somebody_is_best():
    db = sqlite3.connect(":memory:")
    assert Runner(db, {}).run(Suite("s", ()), quiet=True)["best"] == "north"


def test_an_empty_suite_has_a_line_for_a_sample(capsys):
    db = sqlite3.connect(":memory:")
    Runner(db, {}).run(Suite("s", ()))
    assert "[1/1]" in capsys.readouterr().out


def test_a_busy_model_says_what_it_did_not_say():
    assert Overloaded("busy").retry_after == 17
