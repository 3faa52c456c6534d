import pytest
from disks import WatchedDisk

from palimpsest import (
    Batch,
    ClosedError,
    CorruptFile,
    FolderDisk,
    MemoryDisk,
    Store,
    StoreError,
)


def keys(items):
    return [key for key, _ in items]


def test_reading_and_writing():
    store = Store(MemoryDisk())
    assert store.get("a") is None
    store.put("a", "one")
    store.put("b", "")
    store.put("a", "two")
    assert [store.get(key) for key in "abc"] == ["two", "", None]
    store.delete("a")
    store.delete("z")
    assert store.scan() == [("b", "")]


def test_any_text_is_a_value():
    disk = MemoryDisk()
    store = Store(disk)
    texts = ["世界", "🦊", "half a fox \ud83e", "\x00", "a\nb", '"', "x" * 1000]
    for number, text in enumerate(texts):
        store.put(f"日本 {number}", text)
    for place in (store, Store(disk)):
        assert [place.get(f"日本 {n}") for n in range(len(texts))] == texts
    store.flush()
    assert [value for _, value in Store(disk).scan()] == texts


def test_batches_and_their_numbers():
    disk = MemoryDisk()
    store = Store(disk)
    assert store.stats().version == 0
    assert store.put("a", "1") == 1
    batch = Batch().put("a", "2").put("b", "2").delete("a").put("c", "2").put("c", "3")
    assert len(batch) == 3
    assert dict(batch) == {"a": None, "b": "2", "c": "3"}
    assert store.write(batch) == 2
    assert store.write(Batch()) == 2
    assert store.scan() == [("b", "2"), ("c", "3")]
    assert store.stats().versions == 4
    store.flush()
    assert store.put("d", "4") == 3
    again = Store(disk)
    assert again.stats().version == 3
    assert again.delete("d") == 4


def test_what_cannot_be_written():
    store = Store(MemoryDisk())
    for key in ("", "\ud83e", "a\udc00"):
        with pytest.raises(ValueError):
            store.put(key, "x")
        with pytest.raises(ValueError):
            store.delete(key)
    for key in (None, 5, b"a"):
        with pytest.raises(TypeError):
            store.put(key, "x")
    for value in (None, 5, b"a"):
        with pytest.raises(TypeError):
            store.put("a", value)
    assert store.stats().version == 0
    with pytest.raises(ValueError):
        Store(MemoryDisk(), flush_at=0)
    with pytest.raises(ValueError):
        store.compact(0)


def test_snapshots_see_their_version():
    store = Store(MemoryDisk())
    snapshots = [store.snapshot()]
    for number in range(1, 5):
        store.write(Batch().put("a", f"{number}").put(f"b{number}", "x"))
        if number == 3:
            store.delete("a")
        snapshots.append(store.snapshot())
        if number % 2:
            store.flush()
    assert [each.version for each in snapshots] == [0, 1, 2, 4, 5]
    assert [each.get("a") for each in snapshots] == [None, "1", "2", None, "4"]
    assert [len(each.scan()) for each in snapshots] == [0, 2, 3, 3, 5]


def test_a_snapshot_of_its_own_version_outlives_compaction():
    store = Store(MemoryDisk())
    snapshots = []
    for number in range(4):
        store.put("a", f"{number}")
        store.put("b", f"{number}")
        snapshots.append(store.snapshot())
        store.flush()
    store.put("a", "last")
    store.flush()
    store.compact(2)
    store.compact()
    assert [each.get("a") for each in snapshots] == list("0123")
    for each in snapshots[1:]:
        each.close()
    store.compact()
    assert snapshots[0].get("b") == "0"
    assert store.stats().versions <= 4
    assert (store.get("a"), store.get("b")) == ("last", "3")


def test_merging_some_tables_leaves_the_others():
    disk = MemoryDisk()
    store = Store(disk)
    for number in range(6):
        store.put("a", f"{number}")
        store.put(f"b{number}", "x")
        store.flush()
    counts = []
    for newest in (1, 2, 3, 9):
        store.compact(newest)
        counts.append((store.stats().tables, store.stats().versions))
        assert store.get("a") == "5"
        assert Store(disk).get("a") == "5"
    assert counts == [(6, 12), (5, 11), (3, 9), (1, 7)]
    store.compact()
    store.compact(1)
    assert store.stats().tables == 1
    assert len(store.scan()) == 7


def test_nothing_to_flush_and_nothing_to_merge():
    disk = MemoryDisk()
    store = Store(disk)
    store.flush()
    store.compact()
    store.compact(3)
    assert store.stats().tables == 0
    store.put("a", "1")
    store.flush()
    files = disk.names()
    store.flush()
    assert disk.names() == files
    assert store.stats().tables == 1


def test_the_memtable_is_flushed_when_it_is_full():
    disk = MemoryDisk()
    store = Store(disk, flush_at=4)
    tables = []
    for number in range(9):
        store.put("a", f"{number}")
        tables.append(store.stats().tables)
    assert tables == [0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert Store(disk).get("a") == "8"
    assert Store(disk).stats().versions == 9
    once = Store(MemoryDisk(), flush_at=1)
    once.put("a", "1")
    assert once.stats().tables == 1


def test_ranges_of_what_is_not_flushed():
    store = Store(MemoryDisk())
    for key in "dbac":
        store.put(key, key.upper())
    assert store.scan("b", "d") == [("b", "B"), ("c", "C")]
    assert keys(store.scan("b")) == ["b", "c", "d"]
    assert keys(store.scan("bb", "cc")) == ["c"]
    assert keys(store.scan(reverse=True)) == ["d", "c", "b", "a"]
    assert keys(store.scan("b", "d", reverse=True)) == ["c", "b"]
    assert keys(store.scan(limit=3)) == ["a", "b", "c"]
    assert store.scan(limit=0) == []
    assert keys(store.scan("b", reverse=True, limit=2)) == ["d", "c"]
    assert store.scan("c", "c") == store.scan("d", "a") == []


def test_the_newest_value_of_a_key_in_many_tables():
    store = Store(MemoryDisk())
    for number in range(3):
        for key in "abc"[number:]:
            store.put(key, f"{number}")
        store.flush()
    store.put("c", "now")
    assert store.scan() == [("a", "0"), ("b", "1"), ("c", "now")]
    assert store.scan(limit=2) == [("a", "0"), ("b", "1")]
    store.delete("b")
    assert store.scan(limit=2) == [("a", "0"), ("c", "now")]


def test_plain_prefixes():
    store = Store(MemoryDisk())
    for key in ("a", "a/1", "a/2", "a/b/3", "ab", "b/1"):
        store.put(key, "x")
    store.flush()
    assert keys(store.scan_prefix("a/")) == ["a/1", "a/2", "a/b/3"]
    assert keys(store.scan_prefix("a/", limit=1)) == ["a/1"]
    assert keys(store.scan_prefix("a/", reverse=True, limit=1)) == ["a/b/3"]
    assert keys(store.scan_prefix("b")) == ["b/1"]
    assert store.scan_prefix("c") == []
    assert len(store.scan_prefix("")) == 6


def test_what_is_closed():
    store = Store(MemoryDisk())
    store.put("a", "1")
    first, second = store.snapshot(), store.snapshot()
    first.close()
    for call in (
        lambda: first.get("a"),
        lambda: first.scan(),
        lambda: first.scan_prefix("a"),
    ):
        with pytest.raises(ClosedError):
            call()
    with second:
        assert second.get("a") == "1"
    with pytest.raises(ClosedError):
        second.get("a")
    third = store.snapshot()
    store.close()
    store.close()
    for call in (
        lambda: store.get("a"),
        lambda: store.put("a", "2"),
        lambda: store.scan(),
        lambda: store.snapshot(),
        lambda: store.flush(),
        lambda: store.compact(),
        lambda: third.get("a"),
    ):
        with pytest.raises(ClosedError):
            call()
    third.close()


def test_a_folder(tmp_path):
    disk = FolderDisk(tmp_path / "some" / "where")
    store = Store(disk)
    for number in range(3):
        store.put("a", f"{number}")
        store.flush()
    store.put("b", "logged")
    store.compact()
    (tmp_path / "some" / "where" / "table-9.tmp").write_bytes(b"left by a crash")
    again = Store(FolderDisk(tmp_path / "some" / "where"))
    assert again.scan() == [("a", "2"), ("b", "logged")]
    kinds = [name.partition("-")[0] for name in disk.names()]
    assert kinds == ["MANIFEST", "log", "table"]


def test_a_memory_disk_loses_what_was_not_synced():
    disk = MemoryDisk()
    disk.append("a", b"12345")
    disk.sync("a")
    disk.append("a", b"678")
    disk.append("b", b"xyz")
    disk.replace("c", b"whole")
    disk.crash(keep=1)
    assert [disk.read(name) for name in disk.names()] == [b"123456", b"x", b"whole"]
    disk.append("a", b"7")
    disk.crash()
    assert disk.read("a") == b"123456"
    disk.remove("a")
    with pytest.raises(FileNotFoundError):
        disk.read("a")


def story(store):
    """Do a bit of everything; leave off where the disk does."""
    store.put("a", "1")
    store.put("b", "1")
    store.flush()
    store.write(Batch().put("a", "2").put("c", "2"))
    store.flush()
    store.compact()
    store.put("c", "3")
    store.flush()
    store.compact()


STATES = [
    {},
    {"a": "1"},
    {"a": "1", "b": "1"},
    {"a": "2", "b": "1", "c": "2"},
    {"a": "2", "b": "1", "c": "3"},
]


def test_a_crash_at_any_point_leaves_what_was_written():
    reached = []
    for place in range(60):
        disk, done = WatchedDisk(), []

        def power_cut(action, name, done=done, place=place):
            if len(done) == place:
                raise OSError("no power")
            done.append(action)

        store = None
        try:
            disk.watch = power_cut
            store = Store(disk)
            story(store)
        except OSError:
            written = len(STATES) - 1 if store is None else store.stats().version
        else:
            break
        disk.watch = lambda action, name: None
        disk.crash()
        again = Store(disk)
        found = dict(again.scan())
        assert found in STATES
        if store is not None:
            assert STATES.index(found) in (written, written - 1)
        reached.append(STATES.index(found))
        assert again.put("z", "after") == reached[-1] + 1
        assert dict(Store(disk).scan()) == {**found, "z": "after"}
        names = [name for name in disk.names() if name != "MANIFEST"]
        assert sum(name.startswith("log") for name in names) == 1
        assert sum(name.startswith("table") for name in names) == again.stats().tables
    assert reached == sorted(reached)
    assert {1, 2, 3, 4} <= set(reached)


def test_after_a_failed_write_there_are_no_more():
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "1")

    def full(action, name):
        raise OSError("the disk is full")

    disk.watch = full
    with pytest.raises(OSError, match="full"):
        store.put("a", "2")
    disk.watch = lambda action, name: None
    with pytest.raises(StoreError):
        store.put("a", "3")
    assert store.get("a") == "1"
    assert Store(disk).put("a", "4") == 2


@pytest.mark.parametrize("where", ["append", "sync"])
def test_after_a_failed_write_a_flush_begins_anew(where):
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "1")

    def full(action, name):
        if action == where:
            raise OSError("the disk is full")

    disk.watch = full
    with pytest.raises(OSError, match="full"):
        store.put("b", "2")
    disk.watch = lambda action, name: None
    store.flush()
    store.put("c", "3")
    for reader in (store, Store(disk)):
        assert reader.scan() == [("a", "1"), ("c", "3")]


@pytest.mark.parametrize("kind", ["log", "table", "MANIFEST"])
def test_damage_is_told_and_left_alone(kind):
    disk = MemoryDisk()
    store = Store(disk)
    for value in ("flushed one", "flushed two", "logged one", "logged two"):
        store.put(value, value)
        if value == "flushed two":
            store.flush()
    name = next(name for name in disk.names() if name.startswith(kind))
    data = disk.read(name)
    for place in (4, 8, 12, len(data) - 1):
        wrong = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        disk.replace(name, wrong)
        files = disk.names()
        with pytest.raises(CorruptFile) as caught:
            Store(disk)
        assert caught.value.name == name
        assert 0 <= caught.value.place < len(data)
        assert (disk.read(name), disk.names()) == (wrong, files)
    disk.replace(name, data)
    assert len(Store(disk).scan()) == 4


@pytest.mark.parametrize("kind", ["table", "MANIFEST"])
def test_only_the_log_may_be_cut_off(kind):
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "1")
    store.put("b", "1")
    store.flush()
    name = next(name for name in disk.names() if name.startswith(kind))
    data = disk.read(name)
    for size in (0, 7, len(data) // 2, len(data) - 1):
        disk.replace(name, data[:size])
        with pytest.raises(CorruptFile):
            Store(disk)
