import math
import random

import pytest

from seamark import Closed, ManualClock, MemoryFolder, Register, TooOld


def opened(now=100.0, **options):
    clock = ManualClock(now)
    return Register(MemoryFolder(), clock=clock, **options), clock


def test_the_state_at_any_moment():
    register, clock = opened(keep=1000.0)
    register.put("a", "one")
    clock.set(110.0)
    register.put("a", "two")
    register.put("b", "one")
    clock.set(120.0)
    register.remove("a")
    clock.set(130.0)
    register.put("a", "three")
    clock.set(140.0)
    wanted = {
        99.9: {},
        100.0: {"a": "one"},
        109.9: {"a": "one"},
        110.0: {"a": "two", "b": "one"},
        119.9: {"a": "two", "b": "one"},
        120.0: {"b": "one"},
        130.0: {"a": "three", "b": "one"},
        140.0: {"a": "three", "b": "one"},
    }
    for moment, items in wanted.items():
        with register.as_of(moment) as past:
            assert dict(past.items()) == items
            assert past.keys() == sorted(items)
            assert past.get("a") == items.get("a")
            assert len(past) == len(items)
            assert ("a" in past) == ("a" in items)
            assert past.moment == moment


def test_all_writes_of_a_moment_count():
    register, clock = opened(keep=1000.0)
    for value in ("one", "two", "three"):
        register.put("a", value)
    register.put("b", "one")
    register.remove("b")
    clock.set(101.0)
    register.put("a", "four")
    with register.as_of(100.0) as past:
        assert past.items() == [("a", "three")]


def test_a_moment_that_is_yet_to_come_is_now():
    register, clock = opened(keep=10.0)
    register.put("a", "one")
    clock.set(105.0)
    for moment in (106.0, 10_000.0, math.inf):
        with register.as_of(moment) as now:
            assert now.moment == 105.0
            clock.set(105.0)
            assert now.items() == [("a", "one")]
    future = register.as_of(200.0)
    clock.set(150.0)
    register.put("a", "two")
    assert future.get("a") == "one"


def test_the_horizon_is_the_first_moment_that_can_be_read():
    register, clock = opened(keep=10.0)
    register.put("a", "one")
    clock.set(105.0)
    register.put("a", "two")
    clock.set(112.0)
    assert register.horizon == 102.0
    assert register.as_of(102.0).get("a") == "one"
    for moment in (101.9, 100.0, 0.0, -math.inf):
        with pytest.raises(TooOld):
            register.as_of(moment)
    clock.set(115.0)
    assert register.horizon == 105.0
    assert register.as_of(105.0).get("a") == "two"


def test_without_a_past_only_the_present_can_be_read():
    register, clock = opened()
    register.put("a", "one")
    assert register.horizon == 100.0
    assert register.as_of(100.0).get("a") == "one"
    clock.set(101.0)
    assert register.as_of(101.0).get("a") == "one"
    with pytest.raises(TooOld):
        register.as_of(100.0)


def test_everything_can_be_kept():
    register, clock = opened(keep=math.inf)
    register.put("a", "one")
    clock.set(1e9)
    register.put("a", "two")
    assert register.horizon == -math.inf
    assert register.as_of(100.0).get("a") == "one"
    assert register.as_of(-math.inf).keys() == []


def test_a_clock_that_is_set_back():
    storage, clock = MemoryFolder(), ManualClock(100.0)
    register = Register(storage, clock=clock, keep=1000.0)
    register.put("a", "one")
    clock.set(40.0)
    register.put("a", "two")
    register.put("b", "two")
    assert register.snapshot().moment == 100.0
    assert register.horizon == -900.0
    clock.set(90.0)
    register.remove("b")
    clock.set(110.0)
    register.put("a", "three")
    for place in (register, Register(storage, clock=clock, keep=1000.0)):
        assert place.as_of(50.0).items() == []
        assert place.as_of(99.0).items() == []
        assert place.as_of(100.0).items() == [("a", "two")]
        assert place.as_of(109.0).items() == [("a", "two")]
        assert place.as_of(110.0).items() == [("a", "three")]
    clock.set(20.0)
    register = Register(storage, clock=clock, keep=1000.0)
    register.put("c", "x")
    assert register.as_of(109.0).get("c") is None
    assert register.as_of(110.0).get("c") == "x"
    assert register.horizon == -890.0


@pytest.mark.parametrize("keep", [0.0, 1000.0, math.inf])
def test_time_does_not_run_backwards_where_nothing_is_left(keep):
    storage = MemoryFolder()
    register = Register(storage, clock=ManualClock(100.0), keep=keep)
    register.put("a", "one")
    register.remove("a")
    register.compact()
    register = Register(storage, clock=ManualClock(50.0), keep=keep)
    assert register.snapshot().moment == 100.0
    register.put("a", "two")
    register = Register(storage, clock=ManualClock(60.0), keep=1000.0)
    assert register.as_of(100.0).get("a") == "two"


def test_looking_back_at_a_closed_register():
    register, _ = opened(keep=10.0)
    register.close()
    with pytest.raises(Closed):
        register.as_of(100.0)


@pytest.mark.parametrize("seed", range(2))
def test_any_story_can_be_read_back(seed):
    chance = random.Random(seed)
    register, clock = opened(keep=1000.0, roll_at=7)
    present, past = {}, {}
    for step in range(60):
        clock.advance(chance.choice([0.0, 0.0, 0.5, 3.0]))
        key = chance.choice("abcd")
        if chance.random() < 0.4:
            assert register.remove(key) == (key in present)
            present.pop(key, None)
        else:
            register.put(key, f"{step}")
            present[key] = f"{step}"
        past[clock.now()] = dict(present)
    for moment, items in past.items():
        for later in (0.0, 0.25):
            with register.as_of(moment + later) as then:
                assert dict(then.items()) == items
