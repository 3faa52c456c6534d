from contextlib import suppress

import pytest
from release14 import old_storage

from seamark import ManualClock, MemoryFolder, PowerCut, Register, TooOld

MOMENTS = (105.25, 106.0, 107.5, 108.5, 109.5, 110.0)


def story(storage):
    """Write for ten seconds; return the register, at 110 and to be kept from 105 on."""
    clock = ManualClock(100.0)
    register = Register(storage, clock=clock, keep=5.0, roll_at=3)
    register.put("gone", "x")
    for second in range(1, 10):
        clock.set(100.0 + second)
        register.put("a", f"{second}")
        register.put(f"b{second % 3}", f"{second}")
    clock.set(109.25)
    register.remove("gone")
    register.remove("b1")
    clock.set(110.0)
    return register, clock


def past(register):
    return [register.as_of(moment).items() for moment in MOMENTS]


def test_a_restart_changes_nothing():
    storage = MemoryFolder()
    register, clock = story(storage)
    present, states = register.items(), past(register)
    assert present == [("a", "9"), ("b0", "9"), ("b2", "8")]
    assert [dict(state).get("a") for state in states] == ["5", "6", "7", "8", "9", "9"]
    for _ in range(3):
        register = Register(storage, clock=clock, keep=5.0, roll_at=3)
        assert register.items() == present
        assert past(register) == states
        register.compact()
        assert past(register) == states
        assert register.stats().segments == 1


@pytest.mark.parametrize("torn", [0, 30])
def test_a_compaction_may_be_cut_off_at_any_change(torn):
    first = MemoryFolder()
    register, _ = story(first)
    present, states = register.items(), past(register)
    register.compact()
    wanted = register.stats().records
    cuts = 0
    for changes in range(40):
        storage = MemoryFolder()
        register, clock = story(storage)
        storage.lose_power_after(changes, torn=torn)
        try:
            register.compact()
        except PowerCut:
            cuts += 1
        else:
            break
        storage.restore_power()
        for _ in range(2):
            register = Register(storage, clock=clock, keep=5.0, roll_at=3)
            assert register.items() == present
            assert past(register) == states
            assert register.horizon == 105.0
        register.compact()
        assert register.stats().records == wanted
        assert past(register) == states
        clock.set(111.0)
        register.put("a", "after")
        again = Register(storage, clock=clock, keep=6.0)
        assert again.items() == [("a", "after"), *present[1:]]
        assert past(again) == states
    assert cuts >= 2


def test_a_second_compaction_may_be_cut_off_as_well():
    wanted = 0
    for changes in (99, *range(9)):
        storage = MemoryFolder()
        register, clock = story(storage)
        register.compact()
        for second in range(11, 15):
            clock.set(100.0 + second)
            register.put("a", f"{second}")
            register.put("b2", f"{second}")
        clock.set(114.5)  # kept from 109.5 on: both keys have changed four times since
        before = register.stats().records
        storage.lose_power_after(changes)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        wanted = wanted or register.stats().records
        for _ in range(2):
            register = Register(storage, clock=clock, keep=5.0)
            assert register.stats().records in (before, wanted)
            assert register.horizon == 109.5
            assert register.items() == [("a", "14"), ("b0", "9"), ("b2", "14")]
            for moment, state in ((109.75, ("9", "8")), (112.5, ("12", "12"))):
                with register.as_of(moment) as then:
                    assert (then.get("a"), then.get("b2")) == state
        register.compact()
        assert register.stats().records == wanted
    assert wanted < before


@pytest.mark.parametrize("first", [2, 4, 6, 8])
def test_two_compactions_may_be_cut_off_one_after_the_other(first):
    for second in range(5):
        storage = MemoryFolder()
        register, clock = story(storage)
        states = past(register)
        storage.lose_power_after(first)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        register = Register(storage, clock=clock, keep=5.0)
        assert past(register) == states
        clock.set(110.1)
        register.put("a", "10")
        present = register.items()
        storage.lose_power_after(second)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        for _ in range(2):
            register = Register(storage, clock=clock, keep=5.0)
            assert register.items() == present
            assert past(register) == states


@pytest.mark.parametrize("keep", [0.0, 50.0])
def test_a_restart_does_not_move_the_time_of_the_register(keep):
    storage, clock = MemoryFolder(), ManualClock(100.0)
    register = Register(storage, clock=clock, keep=keep)
    register.put("a", "one")
    clock.set(300.0)
    register.compact()
    clock.set(200.0)
    before = (register.snapshot().moment, register.horizon)
    register = Register(storage, clock=clock, keep=keep)
    assert (register.snapshot().moment, register.horizon) == before


def test_the_power_may_fail_again_when_the_register_is_opened():
    storage = MemoryFolder()
    register, clock = story(storage)
    present, states = register.items(), past(register)
    storage.lose_power_after(2)
    with pytest.raises(PowerCut):
        register.compact()
    for _ in range(12):
        storage.lose_power_after(1)
        try:
            Register(storage, clock=clock, keep=5.0)
        except PowerCut:
            continue
        break
    storage.restore_power()
    register = Register(storage, clock=clock, keep=5.0)
    assert register.items() == present
    assert past(register) == states


def test_what_was_removed_does_not_return_after_a_cut_off_compaction():
    for changes in range(12):
        storage, clock = MemoryFolder(), ManualClock(100.0)
        register = Register(storage, clock=clock, roll_at=1)
        register.put("a", "one")
        register.put("b", "one")
        clock.advance(1)
        register.remove("a")
        clock.advance(1)
        storage.lose_power_after(changes)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        for _ in range(2):
            register = Register(storage, clock=clock)
            assert register.items() == [("b", "one")]
        register.compact()
        assert Register(storage, clock=clock).items() == [("b", "one")]


def test_the_horizon_of_a_compaction_outlives_a_restart():
    storage = MemoryFolder()
    register, clock = story(storage)
    register.compact()
    assert register.horizon == 105.0
    clock.set(112.0)
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.horizon == 105.0
    for moment in (104.0, 100.0, 0.0):
        with pytest.raises(TooOld):
            register.as_of(moment)
    assert register.as_of(105.5).get("a") == "5"
    clock.set(200.0)
    register.put("a", "later")
    register.compact()
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.horizon == 105.0
    assert register.as_of(150.0).get("a") == "9"


def test_keeping_less_and_then_more_again():
    storage, clock = MemoryFolder(), ManualClock(100.0)
    register = Register(storage, clock=clock, keep=100.0)
    for second in range(6):
        clock.set(100.0 + second)
        register.put("a", f"{second}")
    clock.set(106.0)
    Register(storage, clock=clock, keep=2.0).compact()
    register = Register(storage, clock=clock, keep=100.0)
    assert register.horizon == 104.0
    assert register.as_of(104.5).get("a") == "4"
    with pytest.raises(TooOld):
        register.as_of(103.5)


def test_a_horizon_without_records():
    storage, clock = MemoryFolder(), ManualClock(100.0)
    register = Register(storage, clock=clock)
    register.put("a", "one")
    clock.set(101.0)
    register.remove("a")
    clock.set(102.0)
    register.compact()
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.keys() == []
    with pytest.raises(TooOld):
        register.as_of(100.5)
    register.put("b", "one")
    assert Register(storage, clock=clock).items() == [("b", "one")]


def test_the_first_compaction_of_an_old_register_may_be_cut_off():
    records = [("put", "a", "one"), ("put", "b", "one"), ("remove", "a")]
    for changes in range(9):
        storage, clock = old_storage(records, [("put", "c", "x")]), ManualClock(100.0)
        register = Register(storage, clock=clock, keep=50.0)
        clock.set(101.0)
        register.put("b", "two")
        register.remove("c")
        clock.set(102.0)
        storage.lose_power_after(changes)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        for _ in range(2):
            register = Register(storage, clock=clock, keep=50.0)
            assert register.items() == [("b", "two")]
            with pytest.raises(TooOld):
                register.as_of(99.0)
