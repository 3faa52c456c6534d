from palimpsest import MemoryDisk, Store


def test_old_versions_go_when_tables_are_merged():
    store = Store(MemoryDisk())
    for text in ("one", "two", "three"):
        store.put("a", text)
        store.flush()
    assert (store.stats().tables, store.stats().versions) == (3, 3)
    store.compact()
    assert (store.stats().tables, store.stats().versions) == (1, 1)
    assert store.get("a") == "three"


def test_a_snapshot_keeps_what_it_reads():
    store = Store(MemoryDisk())
    store.put("a", "one")
    before = store.snapshot()
    for text in ("two", "three"):
        store.put("a", text)
    store.flush()
    store.compact()
    assert before.get("a") == "one"
    assert store.stats().versions <= 2
    before.close()
    store.compact()
    assert store.stats().versions == 1


def test_nothing_is_left_of_a_deleted_key():
    store = Store(MemoryDisk())
    store.put("a", "one")
    store.delete("a")
    store.flush()
    store.compact()
    assert store.get("a") is None
    assert (store.stats().tables, store.stats().versions) == (0, 0)


def test_the_newest_tables_can_be_merged_by_themselves():
    store = Store(MemoryDisk())
    for text in ("one", "two", "three"):
        store.put("a", text)
        store.flush()
    store.compact(newest=2)
    assert (store.stats().tables, store.stats().versions) == (2, 2)


def test_what_was_deleted_is_gone_after_the_newest_tables_are_merged():
    store = Store(MemoryDisk())
    store.put("a", "one")
    store.flush()
    store.delete("a")
    store.flush()
    store.put("b", "one")
    store.flush()
    store.compact(newest=2)
    assert store.get("a") is None


def test_a_full_memtable_is_flushed():
    store = Store(MemoryDisk(), flush_at=3)
    for key in "abcd":
        store.put(key, "x")
    assert store.stats().tables == 1
    assert [key for key, _ in store.scan()] == list("abcd")
