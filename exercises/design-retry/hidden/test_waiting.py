import pytest
from fakes import FakeModel

from sturdy import (
    ManualClock,
    Overloaded,
    Policy,
    Prompt,
    Unavailable,
    call,
)

DOWN = Unavailable(503)


def naps(*scripts, **settings):
    """Return the pauses of a call that ends with a reply."""
    clock = ManualClock(50.0)
    settings = {"attempts": 5, "budget": 10_000.0, **settings}
    models = [FakeModel(clock, f"model {n}", *each) for n, each in enumerate(scripts)]
    call(models, Prompt("Is it?"), Policy(**settings), clock=clock)
    return clock.naps


def test_pauses_grow_up_to_the_cap():
    policy = Policy(base=0.5, factor=2.0, cap=3.0)
    pauses = [policy.pause(number, DOWN) for number in (1, 2, 3, 4, 5)]
    assert pauses == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert Policy(base=3.0, factor=1.0, cap=3.0).pause(4, TimeoutError()) == 3.0


@pytest.mark.parametrize(
    "asked, pause", [(None, 2.0), (0, 2.0), (1.5, 2.0), (2.5, 2.5), (3600, 3600)]
)
def test_a_provider_can_ask_for_a_longer_pause_only(asked, pause):
    policy = Policy(base=0.5, factor=2.0, cap=8.0)
    assert policy.pause(3, Overloaded(asked)) == pause


def test_there_is_a_pause_between_two_attempts():
    assert naps(["Yes."]) == []
    assert naps([DOWN, DOWN, DOWN, DOWN, "Yes."]) == [0.5, 1.0, 2.0, 4.0]
    assert naps([DOWN, DOWN, DOWN, "Yes."], base=1, factor=3, cap=4) == [1, 3, 4]


def test_there_is_none_before_another_model():
    assert naps([DOWN], ["Yes."], attempts=3) == [0.5, 1.0]
    assert naps([DOWN], [DOWN], ["Yes."], attempts=1) == []
    assert naps([Overloaded(30)], ["Yes."], attempts=2) == [30]


def test_each_model_begins_with_a_short_pause():
    down = [[DOWN], [DOWN], [DOWN, DOWN, "Yes."]]
    assert naps(*down, attempts=3) == [0.5, 1.0] * 3


def test_what_the_provider_asked_for_counts_once():
    script = [Overloaded(20), DOWN, Overloaded(1), Overloaded(9), "Yes."]
    assert naps(script) == [20, 1.0, 2.0, 9]
