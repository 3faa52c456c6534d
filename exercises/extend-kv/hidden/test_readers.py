import random

import pytest
from release14 import old_storage

from seamark import ManualClock, MemoryFolder, Register


def opened(now=100.0, storage=None, **options):
    clock = ManualClock(now)
    return Register(storage or MemoryFolder(), clock=clock, **options), clock


def overwrite(register, clock, times=1):
    for number in range(times):
        clock.advance(1)
        register.put("a", f"new {number}")
    clock.advance(1)
    register.compact()


def test_an_open_snapshot_is_kept_through_compactions():
    register, clock = opened(roll_at=2)
    register.put("a", "old")
    register.put("b", "old")
    clock.advance(1)
    snapshot = register.snapshot()
    for _ in range(3):
        overwrite(register, clock, times=3)
        assert snapshot.items() == [("a", "old"), ("b", "old")]
        assert snapshot.get("a") == "old"
        assert register.items() == [("a", "new 2"), ("b", "old")]
        assert register.stats().records == 3
    snapshot.close()
    register.compact()
    assert register.stats().records == 2


def test_a_snapshot_of_the_past_is_kept_when_it_is_behind_the_horizon():
    register, clock = opened(keep=10.0)
    register.put("a", "old")
    clock.set(105.0)
    register.put("a", "middle")
    clock.set(108.0)
    past = register.as_of(102.0)
    for _ in range(3):
        clock.advance(100)
        overwrite(register, clock)
        assert past.get("a") == "old"
    clock.advance(100)
    register.compact()
    assert register.stats().records == 2
    past.close()
    register.compact()
    assert register.stats().records == 1


def test_each_of_many_snapshots_is_kept():
    register, clock = opened()
    snapshots = []
    for number in range(6):
        register.put("a", f"{number}")
        clock.advance(1)
        snapshots.append(register.snapshot())
        clock.advance(1)
    for closed in (3, 0, 5, 1):
        overwrite(register, clock, times=2)
        snapshots[closed].close()
        clock.advance(1)
        register.compact()
        left = [n for n in range(6) if n == 2 or n == 4]
        assert [snapshots[n].get("a") for n in left] == ["2", "4"]
    assert register.stats().records == 3


@pytest.mark.parametrize("moment", [None, 100.5])
def test_two_readers_of_one_state_are_two_readers(moment):
    register, clock = opened(keep=10.0)
    register.put("a", "old")
    clock.advance(1)

    def look():
        return register.snapshot() if moment is None else register.as_of(moment)

    first, second = look(), look()
    first.close()
    first.close()
    clock.advance(100)
    overwrite(register, clock)
    clock.advance(100)
    register.compact()
    assert second.get("a") == "old"
    second.close()
    register.compact()
    assert register.stats().records == 1


def test_a_reader_of_old_segments():
    storage = old_storage([("put", "a", "old"), ("put", "b", "old")])
    register, clock = opened(storage=storage)
    snapshot = register.snapshot()
    for _ in range(2):
        overwrite(register, clock, times=2)
        assert snapshot.items() == [("a", "old"), ("b", "old")]
        assert register.get("a") == "new 1"


def test_what_is_read_stays_on_disk():
    class CountingFolder(MemoryFolder):
        reads = 0

        def read(self, *place):
            self.reads += 1
            return super().read(*place)

    storage = CountingFolder()
    register, clock = opened(storage=storage)
    register.put("a", "old")
    snapshot = register.snapshot()
    overwrite(register, clock)
    storage.reads = 0
    assert snapshot.get("a") == "old"
    assert storage.reads > 0


def test_writes_between_two_readers_are_dropped():
    register, clock = opened()
    register.put("a", "first")
    clock.advance(1)
    first = register.snapshot()
    for number in range(20):
        clock.advance(1)
        register.put("a", f"{number}")
    clock.advance(1)
    second = register.snapshot()
    overwrite(register, clock, times=20)
    assert register.stats().records == 3
    assert (first.get("a"), second.get("a")) == ("first", "19")


def test_what_is_removed_stays_so_while_somebody_reads_it():
    storage = MemoryFolder()
    register, clock = opened(storage=storage)
    register.put("a", "old")
    register.put("b", "old")
    clock.advance(1)
    snapshot = register.snapshot()
    clock.advance(1)
    register.remove("a")
    clock.advance(1)
    for _ in range(2):
        register.compact()
        assert snapshot.items() == [("a", "old"), ("b", "old")]
        assert register.items() == [("b", "old")]
        assert Register(storage, clock=clock).items() == [("b", "old")]
    snapshot.close()
    register.compact()
    assert Register(storage, clock=clock).items() == [("b", "old")]


@pytest.mark.parametrize("seed", range(3))
def test_readers_come_and_go(seed):
    chance = random.Random(seed)
    register, clock = opened(keep=5.0, roll_at=4)
    present, past, readers = {}, {100.0: {}}, []
    for step in range(60):
        clock.advance(chance.choice([1.0, 2.0]))
        key = chance.choice("abc")
        if chance.random() < 0.3:
            register.remove(key)
            present.pop(key, None)
        else:
            register.put(key, f"{step}")
            present[key] = f"{step}"
        past[clock.now()] = dict(present)
        clock.advance(0.5)
        action = chance.randrange(6)
        if action == 0:
            readers.append((register.snapshot(), dict(present)))
        elif action == 1 and clock.now() > 106:
            moment = clock.now() - 4.75
            wanted = past[max(each for each in past if each <= moment)]
            readers.append((register.as_of(moment), wanted))
        elif action == 2 and readers:
            readers.pop(chance.randrange(len(readers)))[0].close()
        elif action > 3:
            register.compact()
        for reader, wanted in readers:
            assert dict(reader.items()) == wanted
