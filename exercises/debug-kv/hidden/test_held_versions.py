import random

import pytest

from palimpsest import MemoryDisk, Store


def overwrite(store, text="new"):
    store.put("a", text)
    store.flush()
    store.compact()


def test_one_evaluation_that_ends_does_not_take_the_past_from_another():
    store = Store(MemoryDisk())
    store.put("a", "old")
    short, long = store.snapshot(), store.snapshot()
    short.close()
    overwrite(store)
    assert long.get("a") == "old"
    assert long.scan() == [("a", "old")]
    assert store.get("a") == "new"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_each_reads_on_until_it_is_closed_itself(order):
    store = Store(MemoryDisk())
    store.put("a", "old")
    evaluations = [store.snapshot() for _ in range(3)]
    left = list(order)
    for number in order:
        overwrite(store, f"new {number}")
        assert [evaluations[each].get("a") for each in left] == ["old"] * len(left)
        evaluations[number].close()
        left.remove(number)
    overwrite(store)
    assert store.stats().versions == 1


def test_closing_twice_is_closing_once():
    store = Store(MemoryDisk())
    store.put("a", "old")
    short, long = store.snapshot(), store.snapshot()
    for _ in range(3):
        short.close()
    overwrite(store)
    assert long.get("a") == "old"
    with store.snapshot() as third:
        third.close()
    assert long.get("a") == "old"


def test_a_block_that_closes_by_itself_and_by_hand():
    store = Store(MemoryDisk())
    store.put("a", "old")
    long = store.snapshot()
    with store.snapshot() as short:
        short.close()
    overwrite(store)
    assert long.get("a") == "old"


def test_reading_the_present_takes_nothing_from_a_snapshot():
    store = Store(MemoryDisk())
    store.put("a", "old")
    before = store.snapshot()
    assert store.get("a") == "old"
    assert store.scan() == [("a", "old")]
    overwrite(store)
    assert before.get("a") == "old"


def test_open_snapshots_are_counted():
    store = Store(MemoryDisk())
    store.put("a", "old")
    first, second = store.snapshot(), store.snapshot()
    assert store.stats().snapshots == 2
    first.close()
    first.close()
    assert store.stats().snapshots == 1
    second.close()
    assert store.stats().snapshots == 0


def test_what_nobody_reads_is_dropped_while_snapshots_are_open():
    store = Store(MemoryDisk())
    for number in range(5):
        store.put("a", f"old {number}")
    evaluations = [store.snapshot(), store.snapshot()]
    for number in range(20):
        store.put("a", f"new {number}")
        store.put(f"b{number % 2}", "x")
    store.flush()
    evaluations.pop().close()
    store.compact()
    assert store.stats().versions <= 4
    assert evaluations[0].get("a") == "old 4"
    evaluations[0].close()
    store.compact()
    assert store.stats().versions == 3


@pytest.mark.parametrize("seed", range(4))
def test_open_snapshots_agree_with_what_was_written(seed):
    chance = random.Random(seed)
    store, present, open_ones = Store(MemoryDisk()), {}, []
    for step in range(60):
        for _ in range(chance.randint(0, 2)):
            key = chance.choice("abc")
            store.put(key, f"{step}")
            present[key] = f"{step}"
        action = chance.randrange(6)
        if action < 2:
            open_ones.append((store.snapshot(), dict(present)))
        elif action < 4 and open_ones:
            open_ones.pop(chance.randrange(len(open_ones)))[0].close()
        else:
            store.flush()
            store.compact(chance.choice([None, 1, 2]))
        for snapshot, past in open_ones:
            assert {k: snapshot.get(k) for k in past} == past
