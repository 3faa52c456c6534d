"""What the request asked for, a group of tests for each part of it."""

import math
import tracemalloc
from contextlib import suppress
from random import Random

import pytest
from release14 import old_line, old_storage

from seamark import Closed, ManualClock, MemoryFolder, PowerCut, Register, TooOld


def opened(storage=None, *, now=100.0, **options):
    clock = ManualClock(now)
    return Register(storage or MemoryFolder(), clock=clock, **options), clock


def records(register):
    return register.stats().records


# A snapshot never changes, and costs next to nothing.


def test_a_snapshot_is_a_register_that_stands_still():
    register, _ = opened()
    register.put("a/1", "old")
    register.put("a/2", "old")
    snapshot = register.snapshot()
    register.put("a/1", "new")
    register.remove("a/2")
    register.put("b", "new")
    assert snapshot.get("a/1") == "old"
    assert snapshot.keys("a/") == snapshot.keys() == ["a/1", "a/2"]
    assert snapshot.items("a/2") == [("a/2", "old")]
    assert "a/2" in snapshot
    assert "b" not in snapshot
    assert len(snapshot) == 2
    assert snapshot.moment == 100.0
    snapshot.close()
    with pytest.raises(Closed):
        snapshot.get("a/1")
    with pytest.raises(Closed):
        snapshot.keys()


def test_snapshots_end_with_the_register():
    register, _ = opened()
    snapshot = register.snapshot()
    register.close()
    with pytest.raises(Closed):
        snapshot.keys()


def test_a_snapshot_copies_nothing():
    register, _ = opened()
    for number in range(500):
        register.put(f"{number}", "x")
    tracemalloc.start()
    try:
        snapshots = [register.snapshot() for _ in range(30)]
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 100_000
    assert len(snapshots[-1]) == 500


# The past can be read from the horizon on.


def test_every_moment_has_its_state():
    register, clock = opened(keep=1000.0)
    chance, present, past = Random(1), {}, {}
    for step in range(50):
        clock.set(chance.choice([clock.now(), clock.now() + 1, clock.now() - 7]))
        key = chance.choice("abc")
        if chance.random() < 0.4:
            register.remove(key)
            present.pop(key, None)
        else:
            register.put(key, f"{step}")
            present[key] = f"{step}"
        with register.snapshot() as now:
            past[now.moment] = dict(present)
    clock.set(2000.0)
    assert register.horizon == 1000.0
    clock.set(100.0)
    for moment, items in past.items():
        with register.as_of(moment) as then:
            assert dict(then.items()) == items


def test_the_edges_of_the_past():
    register, clock = opened(keep=10.0)
    register.put("a", "old")
    clock.set(120.0)
    register.put("a", "new")
    assert register.as_of(110.0).get("a") == "old"
    with pytest.raises(TooOld):
        register.as_of(109.99)
    future = register.as_of(math.inf)
    assert future.moment == 120.0
    register.put("a", "newer")
    assert future.get("a") == "new"


# Compaction keeps what can be read, and nothing else.


def test_compaction_goes_by_what_was_there_at_the_horizon():
    register, clock = opened(keep=10.0)
    for moment in (100.0, 101.0, 105.0, 110.0):
        clock.set(moment)
        register.put("a", f"{moment:g}")
        register.put("b", "twice in a moment")
        register.put("b", f"{moment:g}")
    register.remove("b")
    clock.set(113.0)
    register.compact()
    with register.as_of(103.0) as past:
        assert past.items() == [("a", "101"), ("b", "101")]
    with register.as_of(110.0) as past:
        assert past.items() == [("a", "110")]
    assert records(register) == 6
    clock.set(115.0)
    register.compact()
    assert records(register) == 4
    clock.set(120.0)
    register.compact()
    assert records(register) == 1


# Nobody who reads loses anything to a compaction.


def test_open_snapshots_are_kept_and_closed_ones_are_not():
    register, clock = opened(keep=5.0)
    register.put("a", "first")
    register.put("gone", "x")
    clock.advance(1)
    first, again = register.as_of(100.5), register.as_of(100.5)
    again.close()
    again.close()
    for number in range(5):
        clock.advance(100)
        register.put("a", f"{number}")
    register.remove("gone")
    second = register.snapshot()
    clock.advance(100)
    register.put("a", "last")
    clock.advance(100)
    for _ in range(2):
        register.compact()
        assert first.items() == [("a", "first"), ("gone", "x")]
        assert second.items() == [("a", "4")]
        assert "gone" not in register
    assert records(register) == 5
    first.close()
    register.compact()
    assert second.get("a") == "4"
    assert records(register) == 2
    second.close()
    register.compact()
    assert records(register) == 1


# Old segments are read, and left as they are.


def test_the_past_of_an_old_register_begins_when_it_is_opened_first():
    storage = old_storage([("put", "a", "old"), ("remove", "a"), ("put", "b", "old")])
    storage.append("segment-000001", old_line("put", "c", "cut off")[:-4])
    register, clock = opened(storage, keep=1000.0)
    clock.set(150.0)
    register.put("b", "new")
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.horizon == 100.0
    assert register.as_of(149.0).items() == [("b", "old")]
    assert register.items() == [("b", "new")]
    with pytest.raises(TooOld):
        register.as_of(99.0)
    old = [
        name for name in storage.names() if storage.read(name).startswith(b"seamark 1")
    ]
    assert old in (["segment-000001"], [])  # there, or compacted already
    register.compact()
    assert not any(
        storage.read(name).startswith(b"seamark 1") for name in storage.names()
    )
    assert register.as_of(149.0).items() == [("b", "old")]


# A restart changes nothing, wherever the power has failed.


def test_a_compaction_that_was_cut_off_did_not_happen_or_did():
    for changes in range(9):
        storage = MemoryFolder()
        register, clock = opened(storage, keep=3.0, roll_at=2)
        register.put("b", "x")
        for second in range(6):
            clock.set(101.0 + second)
            register.put("a", f"{second}")
        register.remove("b")
        storage.lose_power_after(changes)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        register = Register(storage, clock=clock, keep=3.0)
        assert register.items() == [("a", "5")]
        assert register.as_of(103.5).items() == [("a", "2"), ("b", "x")]
        register.compact()
        assert records(register) == 6


def test_the_time_goes_on_where_nothing_is_left():
    storage = MemoryFolder()
    register, clock = opened(storage, keep=math.inf)
    register.put("a", "x")
    register.remove("a")
    register.compact()
    clock.set(50.0)
    register = Register(storage, clock=clock, keep=math.inf)
    assert register.snapshot().moment == 100.0


def test_the_present_can_be_read_whatever_the_clock_says():
    storage = MemoryFolder()
    register, clock = opened(storage, keep=10.0)
    register.put("a", "x")
    clock.set(300.0)
    register.compact()
    clock.set(200.0)
    for _ in range(2):
        assert register.horizon == 190.0
        assert register.as_of(200.0).items() == [("a", "x")]
        register = Register(storage, clock=clock, keep=10.0)


def test_what_was_dropped_is_too_old_for_good():
    storage = MemoryFolder()
    register, clock = opened(storage)
    register.put("a", "old")
    clock.set(110.0)
    register.put("a", "new")
    register.compact()
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.horizon == 110.0
    with pytest.raises(TooOld):
        register.as_of(105.0)
