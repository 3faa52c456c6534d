import random

import pytest

from palimpsest import Batch, MemoryDisk, Store


def tables(store, *steps):
    """Flush a table for each step."""
    for step in steps:
        store.write(step)
        store.flush()


@pytest.mark.parametrize("newest", [1, 2, 3])
def test_a_deleted_prompt_stays_so_when_the_newest_tables_are_merged(newest):
    store = Store(MemoryDisk())
    tables(
        store,
        Batch().put("a", "one").put("b", "one"),
        Batch().put("c", "one"),
        Batch().put("d", "one"),
        Batch().delete("a"),
    )
    store.compact(newest)
    assert store.get("a") is None
    assert store.scan() == [("b", "one"), ("c", "one"), ("d", "one")]
    store.compact()
    assert store.get("a") is None
    assert store.stats().versions == 3


def test_hourly_merges_and_a_restart():
    disk = MemoryDisk()
    store = Store(disk)
    tables(store, Batch().put("a", "one"), Batch().put("a", "two"))
    store.compact()
    for hour in range(4):
        tables(store, Batch().delete("a"), Batch().put("b", f"{hour}"))
        store.compact(newest=2)
        assert store.get("a") is None
        store = Store(disk)
        assert store.get("a") is None
    assert store.scan() == [("b", "3")]


def test_a_deleted_prompt_stays_so_while_an_evaluation_reads_it():
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "one")
    store.put("b", "one")
    before = store.snapshot()
    store.delete("a")
    store.flush()
    store.compact()
    assert store.get("a") is None
    assert store.scan() == [("b", "one")]
    assert before.get("a") == "one"
    assert Store(disk).scan() == [("b", "one")]
    before.close()
    store.compact()
    assert store.scan() == [("b", "one")]
    assert store.stats().versions == 1


def test_a_snapshot_taken_after_the_deletion_sees_it():
    store = Store(MemoryDisk())
    store.put("a", "one")
    first = store.snapshot()
    store.delete("a")
    second = store.snapshot()
    store.put("a", "two")
    third = store.snapshot()
    store.delete("a")
    store.flush()
    for newest in (1, None):
        store.compact(newest)
        seen = [each.get("a") for each in (first, second, third)]
        assert seen == ["one", None, "two"]
        assert store.get("a") is None
        assert second.scan() == []


def test_no_trace_is_left_when_everything_is_merged():
    store = Store(MemoryDisk())
    tables(
        store,
        Batch().put("a", "one").put("b", "one"),
        Batch().delete("a").delete("never there"),
        Batch().delete("b"),
    )
    store.compact()
    assert store.stats().versions == 0
    assert store.scan() == []


def test_no_trace_is_left_while_a_snapshot_reads_other_keys():
    store = Store(MemoryDisk())
    store.put("b", "one")
    before = store.snapshot()
    tables(store, Batch().put("a", "one"), Batch().delete("a"))
    store.compact()
    assert store.stats().versions == 1
    assert before.scan() == store.scan() == [("b", "one")]


def test_legal_looks_at_the_files():
    disk = MemoryDisk()
    store = Store(disk)
    tables(
        store,
        Batch().put("secret", "one").put("b", "one"),
        Batch().delete("secret").delete("b").put("c", "one"),
    )
    store.compact()
    assert not any(b"secret" in disk.read(name) for name in disk.names())
    assert Store(disk).scan() == [("c", "one")]


def test_what_was_deleted_can_be_written_anew():
    store = Store(MemoryDisk())
    tables(store, Batch().put("a", "one"), Batch().delete("a"), Batch().put("a", "two"))
    store.compact(newest=2)
    assert store.get("a") == "two"
    store.compact()
    assert store.get("a") == "two"
    assert store.stats().versions == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_present_and_one_past_agree_with_what_was_written(seed):
    chance = random.Random(seed)
    store, present = Store(MemoryDisk()), {}
    before, past = None, {}
    for step in range(50):
        key = chance.choice("abc")
        if chance.random() < 0.5:
            store.delete(key)
            present.pop(key, None)
        else:
            store.put(key, f"{step}")
            present[key] = f"{step}"
        if chance.random() < 0.5:
            store.flush()
        if chance.random() < 0.4:
            store.compact(chance.choice([None, 1, 2, 3]))
        if before is None:
            if chance.random() < 0.3:
                before, past = store.snapshot(), dict(present)
                store.put("filler", "x")  # reads of the present have another version
                present["filler"] = "x"
        elif chance.random() < 0.2:
            before.close()
            before = None
        assert store.scan() == sorted(present.items())
        if before is not None:
            assert before.scan() == sorted(past.items())
