import asyncio
import random

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


def told(came):
    """Return what came of a call, as plain values."""
    failures = [
        (each.model, type(each.error).__name__)
        for each in getattr(came, "failures", ())
    ]
    if isinstance(came, Exception):
        return type(came).__name__, type(came.__cause__).__name__, failures
    return came.reply.text, came.model, came.degraded, failures


def both(scripts, policy):
    """Return the records of a call and of its twin."""
    clock = ManualClock()
    models = [FakeModel(clock, f"model {n}", *each) for n, each in enumerate(scripts)]
    try:
        came = call(models, PROMPT, policy, clock=clock)
    except NotImplementedError:
        raise
    except Exception as error:
        came = error
    one = told(came), clock.now(), [(m.prompts, m.asked_at, m.timeouts) for m in models]

    async def story():
        models = [AsyncFakeModel(f"model {n}", *each) for n, each in enumerate(scripts)]
        try:
            came = await call_async(models, PROMPT, policy)
        except Exception as error:
            came = error
        return told(came), now(), [(m.prompts, m.asked_at, m.timeouts) for m in models]

    return one, run(story())


@pytest.mark.parametrize(
    "scripts, settings",
    [
        ([["Yes."]], {}),
        ([[(1.5, DOWN), (2.0, "Yes.")]], {}),
        ([[DOWN], [DOWN, "Yes."]], {"attempts": 2}),
        ([[DOWN], [TimeoutError()]], {}),
        ([[DOWN, Refused(400), "Yes."], ["No."]], {}),
        ([[ValueError("a bug")], ["No."]], {}),
        ([[Overloaded(4), Overloaded(1), "Yes."]], {}),
        ([[Overloaded(90)], ["Yes."]], {}),
        ([[Overloaded(12), "Yes."]], {"cap": 8.0}),
        ([[(FOREVER, "never")], ["Yes."]], {"budget": 3.0}),
        ([[DOWN, (FOREVER, "never")], ["Yes."]], {"budget": 3.0}),
        ([[DOWN], [(2.0, DOWN)], [(1.0, "Yes.")]], {"budget": 5.0}),
        ([], {}),
    ],
)
def test_both_do_the_same(scripts, settings):
    one, other = both(scripts, Policy(**settings))
    assert one == other


def test_both_do_the_same_whatever_happens():
    chance = random.Random(7)

    def step():
        errors = [DOWN, TimeoutError(), Overloaded(chance.randint(0, 9)), Refused(404)]
        what = chance.choice([*errors[:3] * 2, errors[3], "Yes."])
        return chance.randrange(8192) / 1024, what

    for _ in range(40):
        scripts = [[step() for _ in range(5)] for _ in range(chance.randint(1, 3))]
        policy = Policy(attempts=chance.randint(1, 4), budget=chance.randint(2, 30))
        one, other = both(scripts, policy)
        assert one == other


def test_an_attempt_that_takes_too_long_is_cancelled():
    async def story():
        model = AsyncFakeModel("a", (FOREVER, "never"))
        with pytest.raises(Exhausted) as caught:
            await call_async([model], PROMPT, Policy(attempts=1, budget=4.0))
        (failure,) = caught.value.failures
        return isinstance(failure.error, TimeoutError), now(), model.running

    assert run(story()) == (True, 4.0, 0)


@pytest.mark.parametrize(
    "script, moment",
    [
        ([(FOREVER, "never")], 3.0),
        ([(5.0, "Yes.")], 3.0),
        ([DOWN, "Yes."], 3.0),
        ([(2.0, DOWN), "Yes."], 3.0),
        ([DOWN, (FOREVER, "never")], 12.0),
    ],
    ids=["attempt", "reply", "pause", "later pause", "later attempt"],
)
def test_a_call_that_is_cancelled_stops_at_once(script, moment):
    async def story():
        first, second = AsyncFakeModel("a", *script), AsyncFakeModel("b", "No.")
        policy = Policy(base=8.0, budget=100.0)
        task = asyncio.create_task(call_async([first, second], PROMPT, policy))
        await pause(moment)
        asked = len(first.asked_at)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (now(), first.running, len(asyncio.all_tasks())) == (moment, 0, 1)
        await pause(200)
        return len(first.asked_at) - asked, len(second.asked_at), task.cancelled()

    assert run(story()) == (0, 0, True)


def test_the_callers_time_limit_is_not_the_calls():
    async def story():
        first, second = AsyncFakeModel("a", (FOREVER, "never")), AsyncFakeModel("b", "")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await call_async([first, second], PROMPT, Policy(budget=9.0))
        return now(), first.running, len(first.asked_at), len(second.asked_at)

    assert run(story()) == (2.0, 0, 1, 0)


def test_a_call_can_be_cancelled_while_a_late_attempt_ends():
    class Tidy(AsyncFakeModel):
        async def ask(self, prompt, *, timeout):
            try:
                return await super().ask(prompt, timeout=timeout)
            finally:
                await pause(2.0)

    async def story():
        models = [Tidy("a", (FOREVER, "never")), AsyncFakeModel("b", "No.")]
        task = asyncio.create_task(call_async(models, PROMPT, Policy(budget=4.0)))
        await pause(5.0)
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled(), len(models[0].asked_at), len(models[1].asked_at)

    assert run(story()) == (True, 1, 0)


def test_calls_side_by_side_do_not_wait_for_one_another():
    async def story():
        models = [AsyncFakeModel("a", (n, DOWN), (n, "Yes.")) for n in range(1, 6)]
        calls = [call_async([model], PROMPT, Policy(base=1.0)) for model in models]
        outcomes = await asyncio.gather(*calls)
        return [outcome.reply.text for outcome in outcomes], now()

    assert run(story()) == (["Yes."] * 5, 11.0)
