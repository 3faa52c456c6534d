import contextlib

import pytest
from disks import WatchedDisk

from palimpsest import Batch, CorruptFile, Store


def power_fails_during(disk, write, keep):
    """Let the power fail while a write waits for its sync."""

    def fail(action, name):
        if action == "sync":
            raise OSError("no power")

    disk.watch = fail
    with pytest.raises(OSError):
        write()
    disk.watch = lambda action, name: None
    disk.crash(keep=keep)


def read(disk):
    return dict(Store(disk).scan())


@pytest.mark.parametrize("keep", range(36))
def test_what_is_written_after_a_power_cut_survives_the_next_restart(keep):
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "before")
    power_fails_during(disk, lambda: store.put("b", "cut off"), keep)
    store = Store(disk)
    assert store.get("a") == "before"
    cut = {"b": store.get("b")} if store.get("b") else {}
    assert cut in ({}, {"b": "cut off"})
    for number in range(4):
        store.put(f"c{number}", "after")
        wanted = {"a": "before", **cut, **{f"c{n}": "after" for n in range(number + 1)}}
        assert read(disk) == wanted


@pytest.mark.parametrize("keep", [1, 7, 8, 9, 30])
def test_one_power_cut_after_another(keep):
    disk = WatchedDisk()
    wanted = {}
    for number in range(4):
        store = Store(disk)
        store.put(f"a{number}", "safe")
        wanted[f"a{number}"] = "safe"
        long = "long enough to be cut off"
        power_fails_during(disk, lambda s=store, v=long: s.put("cut", v), keep)
        assert read(disk) == wanted


@pytest.mark.parametrize("keep", [0, 3, 8, 20, 50, 70])
def test_of_a_batch_there_is_nothing_or_all(keep):
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "before")
    batch = Batch().put("a", "cut").put("b", "cut").put("c", "cut").delete("d")
    power_fails_during(disk, lambda: store.write(batch), keep)
    whole = {"a": "cut", "b": "cut", "c": "cut"}
    found = read(disk)
    assert found in ({"a": "before"}, whole)
    Store(disk).put("e", "after")
    assert read(disk) == {**found, "e": "after"}


@pytest.mark.parametrize("flush", [False, True])
def test_the_first_write_of_a_log_may_be_the_one(flush):
    for keep in (1, 5, 8, 12):
        disk = WatchedDisk()
        store = Store(disk)
        if flush:
            store.put("a", "before")
            store.flush()
        power_fails_during(disk, lambda s=store: s.put("b", "cut off"), keep)
        store = Store(disk)
        store.put("c", "after")
        disk.crash()
        assert read(disk) == {**({"a": "before"} if flush else {}), "c": "after"}
        store.flush()
        assert read(disk) == {**({"a": "before"} if flush else {}), "c": "after"}


def test_the_power_may_fail_again_while_the_store_opens():
    for place in range(20):
        disk, done = WatchedDisk(), []
        store = Store(disk)
        store.put("a", "before")
        power_fails_during(disk, lambda s=store: s.put("b", "cut off"), 12)

        def power_cut(action, name, done=done, place=place):
            if len(done) == place:
                raise OSError("no power")
            done.append(action)

        disk.watch = power_cut
        with contextlib.suppress(OSError):
            Store(disk)
        disk.watch = lambda action, name: None
        disk.crash()
        assert read(disk) == {"a": "before"}
        if len(done) < place:
            break


def test_numbers_go_on_after_the_last_whole_batch():
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "before")
    power_fails_during(disk, lambda: store.put("b", "cut off"), 15)
    assert Store(disk).put("c", "after") == 2
    assert Store(disk).stats().version == 2


@pytest.mark.parametrize("keep", [0, 15])
def test_damage_is_not_taken_for_the_end_of_the_log(keep):
    disk = WatchedDisk()
    store = Store(disk)
    for key in "abc":
        store.put(key, "before")
    power_fails_during(disk, lambda: store.put("d", "cut off"), keep)
    log = next(name for name in disk.names() if b"before" in disk.read(name))
    at = disk.read(log).index(b"before")
    damaged = disk.read(log)[:at] + b"B" + disk.read(log)[at + 1 :]
    disk.replace(log, damaged)
    with pytest.raises(CorruptFile):
        Store(disk)
    assert disk.read(log) == damaged
