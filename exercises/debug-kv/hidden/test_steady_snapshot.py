import threading

from disks import WatchedDisk
from interleave import interleave

from palimpsest import Batch, MemoryDisk, Store


def in_a_thread(call):
    """Return what a call returns; one that has not ended soon has to wait for us."""
    results = []
    thread = threading.Thread(target=lambda: results.append(call()), daemon=True)
    thread.start()
    thread.join(1)
    assert results, "the call waits or has failed"
    return results[0]


def during(disk, wanted, write, meanwhile):
    """Run a call in another thread just before the disk does something of a write."""
    found = []

    def watch(action, name):
        if action == wanted and not found:
            found.append(in_a_thread(meanwhile))

    disk.watch = watch
    write()
    disk.watch = lambda action, name: None
    return found[0]


def test_a_snapshot_taken_during_a_write_does_not_change_afterwards():
    for action in ("append", "sync"):
        disk = WatchedDisk()
        store = Store(disk)
        store.write(Batch().put("a", "old").put("b", "old"))

        def look(store=store):
            snapshot = store.snapshot()
            return snapshot, snapshot.scan()

        def write(store=store):
            store.write(Batch().put("a", "new").delete("b").put("c", "new"))

        snapshot, seen = during(disk, action, write, look)
        assert snapshot.scan() == seen == [("a", "old"), ("b", "old")]
        assert [snapshot.get(key) for key in "abc"] == ["old", "old", None]
        assert store.scan() == [("a", "new"), ("c", "new")]


def test_nobody_who_reads_waits_for_the_disk():
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "old")
    before = store.snapshot()

    def look():
        with store.snapshot() as now:
            seen = [now.get("a"), store.get("a"), store.scan(), store.scan_prefix("a")]
        return [*seen, before.get("a")]

    wanted = ["old", "old", [("a", "old")], [("a", "old")], "old"]
    for action in ("append", "sync"):
        seen = during(disk, action, lambda: store.put("b", "new"), look)
        assert seen == wanted
        store.delete("b")
    assert during(disk, "replace", store.flush, look) == wanted
    store.put("a", "old")
    store.flush()
    assert during(disk, "replace", store.compact, look) == wanted


def test_a_write_does_not_wait_for_a_compaction():
    disk = WatchedDisk()
    store = Store(disk)
    for number in range(3):
        store.put("a", f"{number}")
        store.flush()
    assert during(disk, "replace", store.compact, lambda: store.put("b", "x")) == 4
    assert store.scan() == [("a", "2"), ("b", "x")]
    assert Store(disk).scan() == [("a", "2"), ("b", "x")]


def in_turns(*calls, **order):
    """Run calls on a store in turns; return their results."""
    store = Store(MemoryDisk())
    store.write(Batch().put("a", "old").put("b", "old"))
    return interleave(*[lambda c=call: c(store) for call in calls], package="palimpsest", **order)


def cut_in(first, second, step=1):
    """Let the second call cut in at each line of the first; yield what both return.

    It ends with the first call that is over before the other begins, so that longer
    code is tried at more places.
    """
    for lines in range(0, 400, step):
        over, late = [], []

        def whole(store, over=over):
            result = first(store)
            over.append(True)
            return result

        def between(store, over=over, late=late):
            late.extend(over)
            return second(store)

        yield lines, *in_turns(whole, between, switch_after=lines)
        if late:
            return


def twice(store):
    """Read both keys in one snapshot, twice, and give time in between."""
    with store.snapshot() as now:
        return [now.get("a"), now.get("b"), now.get("a"), now.get("b")]


def once(store):
    with store.snapshot() as now:
        return [now.get("a"), now.get("b")]


def replace_all(store):
    store.write(Batch().put("a", "new").put("b", "new"))


def maintain(store):
    replace_all(store)
    store.flush()
    store.compact()


def test_a_batch_is_seen_in_full_wherever_a_reader_cuts_in():
    for lines, _, seen in cut_in(replace_all, twice):
        assert seen in (["old"] * 4, ["new"] * 4), f"after {lines} lines"


def test_a_new_snapshot_finds_its_versions_wherever_maintenance_cuts_in():
    for lines, seen, _ in cut_in(once, maintain):
        assert seen in (["old"] * 2, ["new"] * 2), f"after {lines} lines"


def test_the_present_is_always_there_wherever_maintenance_cuts_in():
    for lines, seen, _ in cut_in(lambda store: store.get("a"), maintain):
        assert seen in ("old", "new"), f"after {lines} lines"
    for lines, seen, _ in cut_in(lambda store: store.scan(), maintain, step=6):
        values = [value for _, value in seen]
        assert values in (["old"] * 2, ["new"] * 2), f"after {lines} lines"


def test_readers_and_maintenance_in_any_order():
    for seed in range(4):
        seen, _, _ = in_turns(twice, replace_all, maintain, seed=seed)
        assert seen in (["old"] * 4, ["new"] * 4), f"seed {seed}"
