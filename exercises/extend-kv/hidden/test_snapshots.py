import tracemalloc

import pytest

from seamark import (
    Closed,
    ManualClock,
    Mark,
    MemoryFolder,
    Register,
    light_list,
    notices,
)


def opened(now=100.0, **options):
    clock = ManualClock(now)
    return Register(MemoryFolder(), clock=clock, **options), clock


def test_a_snapshot_never_changes():
    register, clock = opened()
    register.put("a", "one")
    register.put("b/1", "one")
    register.put("b/2", "one")
    clock.advance(1)
    snapshot = register.snapshot()
    clock.advance(1)
    register.put("a", "two")
    register.remove("b/1")
    register.put("b/3", "two")
    assert [snapshot.get(key) for key in ("a", "b/1", "b/3")] == ["one", "one", None]
    assert snapshot.keys() == ["a", "b/1", "b/2"]
    assert snapshot.keys("b/") == ["b/1", "b/2"]
    assert snapshot.items("b/1") == [("b/1", "one")]
    assert len(snapshot.items()) == len(snapshot) == 3
    assert "b/1" in snapshot
    assert "b/3" not in snapshot
    assert register.items() == [("a", "two"), ("b/2", "one"), ("b/3", "two")]
    assert snapshot.moment == 101.0


def test_writes_of_the_same_moment_do_not_get_in():
    register, _ = opened(keep=50.0)
    register.put("a", "one")
    first = register.snapshot()
    register.put("a", "two")
    second = register.as_of(100.0)
    register.remove("a")
    third = register.snapshot()
    register.put("a", "three")
    register.put("b", "three")
    assert [each.get("a") for each in (first, second, third)] == ["one", "two", None]
    assert [len(each) for each in (first, second, third)] == [1, 1, 0]
    assert register.get("a") == "three"


def test_a_snapshot_of_nothing():
    register, _ = opened()
    snapshot = register.snapshot()
    register.put("a", "one")
    assert (snapshot.get("a"), snapshot.keys(), len(snapshot)) == (None, [], 0)


def test_a_closed_snapshot_refuses():
    register, _ = opened()
    register.put("a", "one")
    with register.snapshot() as snapshot:
        assert snapshot.get("a") == "one"
    snapshot.close()
    for call in (
        lambda: snapshot.get("a"),
        lambda: snapshot.keys(),
        lambda: snapshot.items(),
        lambda: len(snapshot),
        lambda: "a" in snapshot,
    ):
        with pytest.raises(Closed):
            call()
    assert register.get("a") == "one"


def test_a_closed_register_closes_its_snapshots():
    register, _ = opened()
    register.put("a", "one")
    snapshot = register.snapshot()
    register.close()
    with pytest.raises(Closed):
        snapshot.get("a")
    with pytest.raises(Closed):
        snapshot.keys()
    with pytest.raises(Closed):
        register.snapshot()
    snapshot.close()


def test_notices_between_a_snapshot_and_the_present():
    register, _ = opened()
    rock = Mark("Kettle Rock", "light", 50.0, -5.0, "Fl(3) W 15s")
    register.put("rock", rock.to_text())
    register.put("man", Mark("Drowned Man", "buoy", 50.2, -5.5).to_text())
    with register.snapshot() as before:
        register.put("rock", Mark("Kettle Rock", "light", 50.0, -5.0).to_text())
        register.remove("man")
        assert notices(before, register) == ["man: withdrawn", "rock: light put out"]
        assert len(light_list(before)) == 1
        assert light_list(register) == []


class CountingFolder(MemoryFolder):
    reads = 0

    def read(self, *place):
        self.reads += 1
        return super().read(*place)


def test_taking_a_snapshot_costs_the_same_however_much_there_is():
    storage = CountingFolder()
    clock = ManualClock(100.0)
    register = Register(storage, clock=clock, keep=1000.0, roll_at=50)
    for number in range(1000):
        register.put(f"{number}", "x")
    storage.reads = 0
    kept = []
    tracemalloc.start()
    try:
        for number in range(30):
            kept.append(register.snapshot())
            clock.advance(1)
            register.put("0", f"{number}")
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert storage.reads == 0
    assert grown < 120_000  # a pointer for each key would be twice as much
    assert [each.get("0") for each in kept[:3]] == ["x", "0", "1"]
    assert {len(each) for each in kept} == {1000}


def test_a_snapshot_stays_though_the_clock_is_set_back():
    register, clock = opened(keep=1000.0)
    register.put("a", "one")
    clock.set(300.0)
    snapshots = [register.snapshot(), register.as_of(250.0), register.as_of(300.0)]
    clock.set(200.0)
    register.put("a", "two")
    register.put("b", "two")
    for _ in range(2):
        assert [each.items() for each in snapshots] == [[("a", "one")]] * 3
        clock.advance(1)
        register.compact()
