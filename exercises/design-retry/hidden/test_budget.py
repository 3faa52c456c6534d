import random

import pytest
from fakes import FOREVER, FakeModel

from sturdy import (
    Exhausted,
    ManualClock,
    Overloaded,
    Policy,
    Prompt,
    Unavailable,
    call,
)

DOWN = Unavailable(503)


class LateClock(ManualClock):
    """A clock whose sleeps take a second longer than they should."""

    def sleep(self, seconds):
        super().sleep(seconds)
        self.advance(1.0)


def course(*scripts, start=1000.0, deaf=False, clock=ManualClock, **settings):
    """Return what came of a call, when that was, and when which model was asked."""
    clock = clock(start)
    names = "abcdef"[: len(scripts)]
    models = [
        FakeModel(clock, name, *script, deaf=deaf)
        for name, script in zip(names, scripts, strict=True)
    ]
    try:
        came = call(models, Prompt("Is it?"), Policy(**settings), clock=clock)
        came = came.reply.text
    except Exhausted as error:
        came = len(error.failures)
    attempts = [
        (at - start, model.name, timeout)
        for model in models
        for at, timeout in zip(model.asked_at, model.timeouts, strict=True)
    ]
    return came, clock.now() - start, sorted(attempts)


def test_each_attempt_gets_what_is_left():
    script = [(2.0, DOWN), (3.0, DOWN), (1.0, "Yes.")]
    came = course(script, budget=20.0)
    assert came == ("Yes.", 7.5, [(0.0, "a", 20.0), (2.5, "a", 17.5), (6.5, "a", 13.5)])


def test_the_budget_is_one_for_all_models():
    scripts = [[(1.0, DOWN)], [(1.0, DOWN), (1.0, "Yes.")]]
    came = course(*scripts, attempts=2, budget=9.0, factor=1.0)
    attempts = [(0.0, "a", 9.0), (1.5, "a", 7.5), (2.5, "b", 6.5), (4.0, "b", 5.0)]
    assert came == ("Yes.", 5.0, attempts)


def test_a_model_that_does_not_answer_costs_no_more_than_the_budget():
    came = course([(FOREVER, "never")], ["Yes."], budget=6.0)
    assert came == (1, 6.0, [(0.0, "a", 6.0)])
    came = course([DOWN, (FOREVER, "never")], ["Yes."], budget=6.0)
    assert came == (2, 6.0, [(0.0, "a", 6.0), (0.5, "a", 5.5)])


def test_nobody_is_asked_when_the_budget_is_used_up():
    came = course([(6.0, DOWN)], ["Yes."], budget=6.0)
    assert came == (1, 6.0, [(0.0, "a", 6.0)])
    came = course([(6.25, DOWN)], ["Yes."], ["Yes."], budget=6.0, deaf=True)
    assert came == (1, 6.25, [(0.0, "a", 6.0)])


@pytest.mark.parametrize("asked", [6.0, 7.0, 3600.0])
def test_a_pause_that_leaves_nothing_is_not_made(asked):
    came = course([Overloaded(asked)], ["Yes."], budget=6.0)
    assert came == ("Yes.", 0.0, [(0.0, "a", 6.0), (0.0, "b", 6.0)])
    came = course([Overloaded(asked)], [Overloaded(asked)], budget=6.0)
    assert came == (2, 0.0, [(0.0, "a", 6.0), (0.0, "b", 6.0)])


def test_a_pause_that_leaves_something_is():
    came = course([Overloaded(5.5), "Yes."], ["No."], budget=6.0)
    assert came == ("Yes.", 5.5, [(0.0, "a", 6.0), (5.5, "a", 0.5)])


def test_growing_pauses_end_at_the_budget_too():
    came = course([DOWN], ["Yes."], attempts=9, budget=5.0)
    first = [(0.0, "a", 5.0), (0.5, "a", 4.5), (1.5, "a", 3.5), (3.5, "a", 1.5)]
    assert came == ("Yes.", 3.5, [*first, (3.5, "b", 1.5)])


def test_a_pause_may_take_longer_than_it_should():
    came = course([DOWN, (1.0, DOWN), "Yes."], budget=6.0, clock=LateClock)
    assert came == ("Yes.", 4.5, [(0.0, "a", 6.0), (1.5, "a", 4.5), (4.5, "a", 1.5)])
    came = course([DOWN], ["No."], budget=1.5, clock=LateClock)
    assert came == (1, 1.5, [(0.0, "a", 1.5)])


def test_a_reply_that_comes_is_a_reply():
    came = course([(9.0, "Yes.")], budget=6.0, deaf=True)
    assert came == ("Yes.", 9.0, [(0.0, "a", 6.0)])


def test_no_course_of_events_takes_longer():
    chance = random.Random(45)

    def step():
        error = chance.choice([DOWN, TimeoutError(), Overloaded(chance.randint(1, 9))])
        return chance.randint(0, 6), chance.choice([error, error, error, "Yes."])

    for _ in range(60):
        scripts = [[step() for _ in range(6)] for _ in range(3)]
        budget = chance.randint(1, 30)
        came, took, attempts = course(*scripts, attempts=4, budget=budget)
        assert took <= budget
        assert all(timeout == budget - at > 0 for at, _, timeout in attempts)
