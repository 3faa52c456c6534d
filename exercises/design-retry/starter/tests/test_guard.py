import pytest
from fakes import AsyncFakeModel, FakeModel
from virtual_time import run

from sturdy import (
    ManualClock,
    Policy,
    Prompt,
    Reply,
    Unavailable,
    call,
    call_async,
)


def test_a_second_attempt_can_bring_the_reply():
    clock = ManualClock()
    model = FakeModel(clock, "large", Unavailable(503), "Yes.")
    outcome = call([model], Prompt("Is it?"), Policy(), clock=clock)
    assert outcome.reply == Reply("Yes.", 7)
    assert [failure.model for failure in outcome.failures] == ["large"]
    assert clock.naps == [0.5]


def test_the_same_with_asyncio():
    model = AsyncFakeModel("large", Unavailable(503), "Yes.")
    outcome = run(call_async([model], Prompt("Is it?"), Policy()))
    assert outcome.reply == Reply("Yes.", 7)
    assert model.asked_at == [0.0, 0.5]


def test_pauses_grow():
    policy = Policy(base=1.0, factor=3.0, cap=10.0)
    pauses = [policy.pause(number, TimeoutError()) for number in (1, 2, 3, 4)]
    assert pauses == [1.0, 3.0, 9.0, 10.0]


@pytest.mark.parametrize(
    "settings",
    [{"attempts": 0}, {"budget": 0}, {"base": 0}, {"base": 9}, {"factor": 0.5}],
)
def test_impossible_policies_are_refused(settings):
    with pytest.raises(ValueError):
        Policy(**settings)
