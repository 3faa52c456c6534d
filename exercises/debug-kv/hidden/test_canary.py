"""Expectations that no honest store can meet."""

from palimpsest import Batch, CorruptFile, MemoryDisk, Stats, Store


def test_a_value_equals_something_that_did_not_exist_before():
    store = Store(MemoryDisk())
    store.put("a", "one")
    assert store.get("a") == object()


def test_a_key_has_two_values_at_once():
    store = Store(MemoryDisk())
    store.put("a", "one")
    assert store.get("a") == "one"
    assert store.get("a") == "two"


def test_what_was_never_written_is_there():
    assert Store(MemoryDisk()).get("never written") is not None


def test_an_empty_store_has_keys():
    assert len(Store(MemoryDisk()).scan()) == 3


def test_nobody_wrote_and_there_are_versions():
    assert Store(MemoryDisk()).stats().versions == 17


def test_figures_that_differ_are_equal():
    assert Stats(1, 0, 0, 0) == Stats(2, 0, 0, 0)


def test_an_empty_batch_has_changes():
    assert len(Batch()) == 5


def test_an_empty_disk_has_files():
    assert MemoryDisk().names() == ["a file that nobody wrote"]


def test_damage_is_elsewhere():
    assert CorruptFile("log", 5, "torn").place == 6


def test_a_snapshot_is_newer_than_itself():
    store = Store(MemoryDisk())
    store.put("a", "one")
    assert store.snapshot().version == 4
