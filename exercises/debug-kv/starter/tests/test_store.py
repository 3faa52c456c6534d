import pytest
from interleave import interleave

from palimpsest import Batch, ClosedError, MemoryDisk, Store


def test_what_was_written_is_read():
    store = Store(MemoryDisk())
    assert store.get("greeting") is None
    store.put("greeting", "hello")
    assert store.get("greeting") == "hello"
    store.put("greeting", "good morning")
    assert store.get("greeting") == "good morning"


def test_what_was_deleted_is_not():
    store = Store(MemoryDisk())
    store.put("greeting", "hello")
    store.delete("greeting")
    store.delete("nothing")
    assert store.get("greeting") is None
    assert store.scan() == []


def test_each_batch_is_a_version():
    store = Store(MemoryDisk())
    assert store.put("a", "1") == 1
    assert store.write(Batch().put("a", "2").put("b", "2").delete("c")) == 2
    assert store.write(Batch()) == 2
    assert store.delete("a") == 3
    assert store.stats().version == 3


def test_the_last_change_of_a_key_in_a_batch_counts():
    store = Store(MemoryDisk())
    store.write(Batch().put("a", "1").delete("a").put("b", "1").put("b", "2"))
    assert store.scan() == [("b", "2")]


def test_a_snapshot_stays_as_it_was():
    store = Store(MemoryDisk())
    store.put("kept", "old")
    store.put("deleted", "old")
    with store.snapshot() as before:
        store.write(Batch().put("kept", "new").delete("deleted").put("added", "new"))
        assert before.scan() == [("deleted", "old"), ("kept", "old")]
        assert store.scan() == [("added", "new"), ("kept", "new")]


def test_a_closed_snapshot_cannot_be_read():
    store = Store(MemoryDisk())
    with store.snapshot() as before:
        pass
    with pytest.raises(ClosedError):
        before.get("a")


@pytest.mark.parametrize("key", ["", "half a fox \ud83e"])
def test_what_cannot_be_a_key(key):
    with pytest.raises(ValueError):
        Store(MemoryDisk()).put(key, "value")


@pytest.mark.parametrize("seed", range(3))
def test_two_writers_take_turns(seed):
    store = Store(MemoryDisk())
    numbers = interleave(
        lambda: [store.put("a", "1"), store.put("b", "1")],
        lambda: [store.put("a", "2"), store.put("b", "2")],
        seed=seed,
        package="palimpsest",
    )
    assert sorted(sum(numbers, [])) == [1, 2, 3, 4]
