"""One group of tests for each cause that was found behind the reports."""

import itertools
import threading
from random import Random

import pytest
from disks import WatchedDisk
from interleave import interleave

from palimpsest import Batch, CorruptFile, MemoryDisk, Store


def overwrite(store, key="a"):
    """Do what makes compaction drop the versions that nobody reads."""
    store.put(key, "new")
    store.flush()
    store.compact()


def keys(items):
    return [key for key, _ in items]


# A snapshot has a hold of its own, and gives up no other.


@pytest.mark.parametrize("times", [1, 2])
def test_closing_one_snapshot_leaves_others_of_its_version_alone(times):
    store = Store(MemoryDisk())
    store.put("a", "old")
    with store.snapshot() as long, store.snapshot():
        short = store.snapshot()
        assert store.stats().snapshots == 3
        for _ in range(times):
            short.close()
        assert store.stats().snapshots == 2
    long = store.snapshot()
    with store.snapshot() as short:
        for _ in range(times):
            short.close()
    overwrite(store)
    assert long.get("a") == "old"
    long.close()
    store.compact()
    assert store.stats().versions == 1


# A deletion stays for as long as it hides something.


def test_a_deletion_outlives_the_merge_of_the_newest_tables():
    store = Store(MemoryDisk())
    for batch in (Batch().put("a", "old"), Batch().delete("a"), Batch().put("b", "x")):
        store.write(batch)
        store.flush()
    store.compact(newest=2)
    assert store.scan() == [("b", "x")]
    store.compact()
    assert store.scan() == [("b", "x")]
    assert store.stats().versions == 1


def test_a_deletion_outlives_the_merge_of_all_while_a_snapshot_reads_the_past():
    store = Store(MemoryDisk())
    store.put("a", "old")
    with store.snapshot() as before:
        store.delete("a")
        store.flush()
        store.compact()
        assert store.get("a") is None
        assert before.get("a") == "old"
    store.compact()
    assert store.stats().versions == 0


# A range ends before its end, wherever its keys stand.


def test_a_range_is_the_same_in_memory_and_on_disk():
    store = Store(MemoryDisk())
    for key in "abcdef":
        store.put(key, key)
        if key in "bd":
            store.flush()
    for start, end in itertools.product("abcdef", repeat=2):
        wanted = [key for key in "abcdef" if start <= key < end]
        assert keys(store.scan(start, end)) == wanted
        assert keys(store.scan(start, end, reverse=True)) == wanted[::-1]


# A prefix lists what begins with it, whatever follows.


@pytest.mark.parametrize("flush", [False, True])
def test_a_prefix_lists_what_begins_with_it(flush):
    chance = Random(1)
    letters = ["a", "b", "\ud7ff", "\uffff", "🦊", "\U0010ffff"]
    found = {
        "".join(chance.choices(letters, k=chance.randint(1, 4))) for _ in range(99)
    }
    store = Store(MemoryDisk())
    for key in found:
        store.put(key, "x")
    if flush:
        store.flush()
    prefixes = ["", *letters, *(one + other for one in letters for other in letters)]
    for prefix in prefixes:
        wanted = sorted(key for key in found if key.startswith(prefix))
        assert keys(store.scan_prefix(prefix)) == wanted
        assert keys(store.scan_prefix(prefix, reverse=True)) == wanted[::-1]


# The first bytes of a write that was cut off do not stay in the log.


def cut_off(disk, keep):
    """Lose the power during a write, when so many of its bytes are on disk."""

    def no_power(action, name):
        if action == "sync":
            raise OSError("no power")

    store = Store(disk)
    disk.watch = no_power
    with pytest.raises(OSError):
        store.put("b", "cut off")
    disk.watch = lambda action, name: None
    disk.crash(keep=keep)


def test_the_second_restart_after_a_power_cut_finds_everything():
    for keep in range(20):
        disk = WatchedDisk()
        Store(disk).put("a", "before")
        cut_off(disk, keep)
        Store(disk).put("c", "after")
        cut_off(disk, keep)
        Store(disk).put("d", "after")
        assert keys(Store(disk).scan()) == ["a", "c", "d"]


def test_damage_before_the_end_is_still_told():
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "before")
    store.put("b", "x")
    disk.replace("log-0", disk.read("log-0").replace(b"before", b"befoul")[:-1])
    with pytest.raises(CorruptFile):
        Store(disk)


# A snapshot never changes, and reading waits for no disk.


def test_a_snapshot_taken_while_a_write_is_synced():
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "old")
    taken = []

    def look():
        snapshot = store.snapshot()
        taken.append((snapshot, snapshot.get("a"), store.get("a")))

    def watch(action, name):
        if action == "sync":
            thread = threading.Thread(target=look, daemon=True)
            thread.start()
            thread.join(0.5)
            assert taken, "the reader waits for the disk"

    disk.watch = watch
    store.put("a", "new")
    snapshot, seen, present = taken[0]
    assert seen == present == snapshot.get("a") == "old"
    assert store.get("a") == "new"


def read_twice(store):
    with store.snapshot() as now:
        return [now.get("a"), now.get("b"), now.get("a"), now.get("b")]


def write_both(store):
    store.write(Batch().put("a", "new").put("b", "new"))


def maintain(store):
    write_both(store)
    store.flush()
    store.compact()


@pytest.mark.parametrize(
    "calls, reader",
    [((write_both, read_twice), 1), ((read_twice, maintain), 0)],
    ids=["write", "maintain"],
)
def test_a_snapshot_is_whole_wherever_threads_switch(calls, reader):
    for lines in range(60):
        store = Store(MemoryDisk())
        store.write(Batch().put("a", "old").put("b", "old"))
        results = interleave(
            *[lambda c=call, s=store: c(s) for call in calls],
            switch_after=lines,
            package="palimpsest",
        )
        assert results[reader] in (["old"] * 4, ["new"] * 4), f"after {lines} lines"
