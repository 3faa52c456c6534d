"""What `call` and `call_async` promise, in the order of the README."""

import asyncio

import pytest
from fakes import FOREVER, AsyncFakeModel, FakeModel, now, pause
from virtual_time import run

from sturdy import (
    Exhausted,
    ManualClock,
    Overloaded,
    Policy,
    Prompt,
    Refused,
    Unavailable,
    call,
    call_async,
)

DOWN = Unavailable(503)
PROMPT = Prompt("Is it?")


def course(*scripts, deaf=False, **settings):
    """Return what came of a call, the clock, and the models that were asked."""
    clock = ManualClock(10.0)
    models = [
        FakeModel(clock, f"model {number}", *script, deaf=deaf)
        for number, script in enumerate(scripts)
    ]
    try:
        came = call(models, PROMPT, Policy(**settings), clock=clock)
    except Exception as error:
        came = error
    return came, clock, models


# What is tried again, and what is not.


@pytest.mark.parametrize("error", [DOWN, Overloaded(), TimeoutError(), OSError()])
def test_transient_errors_are_tried_again_and_then_elsewhere(error):
    came, _, models = course([error], [error, "Yes."], ["No."], attempts=2)
    assert (came.reply.text, came.model, came.degraded) == ("Yes.", "model 1", True)
    assert [(each.model, each.error) for each in came.failures] == [
        ("model 0", error),
        ("model 0", error),
        ("model 1", error),
    ]
    assert [len(model.asked_at) for model in models] == [2, 2, 0]


@pytest.mark.parametrize("error", [Refused(400), ValueError("a bug")])
def test_other_errors_are_the_callers(error):
    came, _, models = course([DOWN, error], ["No."])
    assert came is error
    assert [len(model.asked_at) for model in models] == [2, 0]


def test_a_reply_of_the_first_model_is_not_degraded():
    came, clock, _ = course([DOWN, "Yes."])
    assert (came.model, came.degraded, clock.naps) == ("model 0", False, [0.5])


def test_no_reply_at_all():
    last = TimeoutError()
    came, _, _ = course([DOWN], [DOWN, last], attempts=2)
    assert isinstance(came, Exhausted)
    assert [each.error for each in came.failures] == [DOWN, DOWN, DOWN, last]
    assert came.__cause__ is last


def test_no_model_at_all():
    assert isinstance(course()[0], ValueError)


# Pauses.


def test_pauses_grow_and_begin_anew_with_each_model():
    _, clock, _ = course([DOWN], [DOWN], attempts=4, budget=99.0, cap=1.5)
    assert clock.naps == [0.5, 1.0, 1.5] * 2


def test_a_provider_can_lengthen_a_pause_beyond_the_cap():
    script = [Overloaded(0.25), Overloaded(30), Overloaded(None), DOWN, "Yes."]
    _, clock, _ = course(script, attempts=5, budget=99.0, cap=3.0)
    assert clock.naps == [0.5, 30, 2.0, 3.0]


# The budget.


def test_each_attempt_gets_what_is_left():
    _, clock, (first, second) = course(
        [(2.0, DOWN)], [(3.0, DOWN), (FOREVER, "never")], attempts=2, budget=12.0
    )
    assert first.timeouts == [12.0, 9.5]
    assert second.timeouts == [7.5, 4.0]
    assert clock.now() == 22.0


@pytest.mark.parametrize(
    "asked, text", [(7.75, "first"), (8.0, "second"), (9, "second")]
)
def test_a_pause_that_leaves_nothing_is_not_made(asked, text):
    came, clock, _ = course([Overloaded(asked), "first"], ["second"], budget=8.0)
    assert came.reply.text == text
    assert clock.naps == ([asked] if text == "first" else [])


def test_a_pause_may_take_longer_than_planned():
    class LateClock(ManualClock):
        def sleep(self, seconds):
            super().sleep(seconds + 1.0)

    clock = LateClock()
    model = FakeModel(clock, "a", DOWN)
    with pytest.raises(Exhausted):
        call([model], PROMPT, Policy(budget=4.0), clock=clock)
    assert model.timeouts == [4.0, 2.5, 0.5]


@pytest.mark.parametrize("seconds", [5.0, 6.0])
def test_nobody_is_asked_without_time(seconds):
    came, _, models = course([(seconds, DOWN)], ["No."], ["No."], deaf=True, budget=5.0)
    assert isinstance(came, Exhausted)
    assert [len(model.asked_at) for model in models] == [1, 0, 0]


def test_a_late_reply_is_a_reply():
    came, _, _ = course([(6.0, "Yes.")], deaf=True, budget=5.0)
    assert came.reply.text == "Yes."


# The same for asyncio.


@pytest.mark.parametrize(
    "scripts",
    [
        [[DOWN, (1.0, "Yes.")]],
        [[(2.0, DOWN)], [Overloaded(12), "Yes."]],
        [[Overloaded(90)], [DOWN, Refused(400)]],
        [[TimeoutError()], [DOWN], [DOWN]],
        [[DOWN, (FOREVER, "never")], ["No."]],
    ],
)
def test_both_ways_agree(scripts):
    async def story():
        models = [AsyncFakeModel(f"model {n}", *each) for n, each in enumerate(scripts)]
        try:
            came = await call_async(models, PROMPT, Policy())
        except Exception as error:
            came = error
        return came, now(), models

    one, clock, models = course(*scripts)
    other, end, twins = run(story())
    assert clock.now() - 10 == end
    assert type(one) is type(other)
    assert getattr(one, "reply", None) == getattr(other, "reply", None)
    assert [model.timeouts for model in models] == [twin.timeouts for twin in twins]


def test_what_takes_too_long_is_cancelled():
    async def story():
        model = AsyncFakeModel("a", (FOREVER, "never"))
        with pytest.raises(Exhausted) as caught:
            await call_async([model], PROMPT, Policy(budget=4.0))
        assert isinstance(caught.value.__cause__, TimeoutError)
        return now(), model.running

    assert run(story()) == (4.0, 0)


@pytest.mark.parametrize("script", [[(FOREVER, "never")], [DOWN, "No."]])
def test_a_cancelled_call_stops_at_once(script):
    async def story():
        models = [AsyncFakeModel("a", *script), AsyncFakeModel("b", "No.")]
        call_under_way = call_async(models, PROMPT, Policy(base=8.0))
        task = asyncio.create_task(call_under_way)
        await pause(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return now(), [len(model.asked_at) for model in models]

    assert run(story()) == (1.0, [1, 0])


def test_a_pause_stays_at_its_cap_however_often_a_model_has_failed():
    assert Policy(cap=8.0).pause(5000, TimeoutError()) == 8.0
