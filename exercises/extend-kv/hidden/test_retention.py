import math
import random

import pytest

from seamark import ManualClock, MemoryFolder, Register


def opened(now=100.0, **options):
    clock = ManualClock(now)
    return Register(MemoryFolder(), clock=clock, **options), clock


def records(register):
    return register.stats().records


def read(register, moment):
    with register.as_of(moment) as past:
        return past.get("a")


def written(register, clock, *moments):
    for moment in moments:
        clock.set(moment)
        register.put("a", f"at {moment:g}")


def test_what_can_be_read_is_kept_and_nothing_else():
    register, clock = opened(keep=10.0)
    written(register, clock, 100, 105, 110, 115, 120)
    clock.set(123.0)  # what counted at 113 was written at 110
    register.compact()
    assert records(register) == 3
    assert register.stats().segments == 1
    for moment, value in ((113.5, "110"), (114.9, "110"), (115, "115"), (121, "120")):
        assert read(register, moment) == f"at {value}"
    assert register.get("a") == "at 120"


def test_what_was_overwritten_at_the_horizon_can_no_longer_be_read():
    register, clock = opened(keep=10.0)
    written(register, clock, 100, 105, 110)
    clock.set(114.9)
    register.compact()
    assert records(register) == 3
    clock.set(115.0)
    register.compact()
    assert records(register) == 2
    assert read(register, 105.5) == "at 105"
    clock.set(120.0)
    register.compact()
    assert records(register) == 1


def test_the_present_is_kept_however_old_it_is():
    register, clock = opened(keep=10.0)
    written(register, clock, 100)
    clock.set(1e6)
    for _ in range(2):
        register.compact()
        assert records(register) == 1
    assert register.get("a") == "at 100"
    assert read(register, 1e6 - 5) == "at 100"


@pytest.mark.parametrize("keep", [0.0, 10.0])
def test_of_one_moment_the_last_write_is_kept(keep):
    register, clock = opened(keep=keep)
    for number in range(20):
        register.put("a", f"{number}")
        register.put("b", f"{number}")
    register.remove("b")
    clock.advance(1)
    register.compact()
    assert records(register) == 1
    assert register.items() == [("a", "19")]


def test_a_removed_key_is_kept_as_long_as_it_can_be_read():
    register, clock = opened(keep=10.0)
    written(register, clock, 100)
    clock.set(105.0)
    register.remove("a")
    clock.set(114.0)
    register.compact()
    assert records(register) == 2
    assert read(register, 104.5) == "at 100"
    assert read(register, 105.5) is None
    clock.set(116.0)
    register.compact()
    assert records(register) == 0
    assert register.get("a") is None
    register.put("a", "again")
    assert register.items() == [("a", "again")]


def test_without_a_past_one_write_a_key_is_kept():
    register, clock = opened(roll_at=3)
    written(register, clock, 100, 101, 102)
    for key in "bcd":
        register.put(key, "x")
    register.remove("c")
    clock.advance(1)
    register.compact()
    assert records(register) == 3
    assert [key for key, _ in register.items()] == ["a", "b", "d"]


def test_everything_can_be_kept():
    register, clock = opened(keep=math.inf)
    written(register, clock, 100, 200, 300)
    clock.set(1e9)
    register.compact()
    assert records(register) == 3
    assert read(register, 250.0) == "at 200"
    assert register.as_of(-1e9).keys() == []


def test_compacting_nothing():
    register, _ = opened(keep=10.0)
    register.compact()
    assert records(register) == 0
    assert register.keys() == []


@pytest.mark.parametrize("seed", range(3))
def test_the_past_is_the_same_after_any_compaction(seed):
    chance = random.Random(seed)
    register, clock = opened(keep=12.0, roll_at=5)
    present, past = {}, {100.0: {}}
    for step in range(50):
        clock.advance(chance.choice([0.5, 1.0, 2.0]))
        key = chance.choice("abc")
        if chance.random() < 0.4:
            register.remove(key)
            present.pop(key, None)
        else:
            register.put(key, f"{step}")
            present[key] = f"{step}"
        past[clock.now()] = dict(present)
        if chance.random() < 0.3:
            register.compact()
        for ago in (11.75, 6.0, 2.5, 0.5):
            moment = clock.now() - ago
            if moment < 100:
                continue
            wanted = past[max(each for each in past if each <= moment)]
            with register.as_of(moment) as then:
                assert dict(then.items()) == wanted
