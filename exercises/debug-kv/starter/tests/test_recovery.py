import pytest
from disks import WatchedDisk

from palimpsest import CorruptFile, FolderDisk, MemoryDisk, Store


def test_a_store_is_found_again():
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "flushed")
    store.flush()
    store.put("b", "logged")
    store.delete("a")
    again = Store(disk)
    assert again.scan() == [("b", "logged")]
    assert again.put("c", "x") == 4


def test_a_store_in_a_folder(tmp_path):
    store = Store(FolderDisk(tmp_path / "prompts"))
    store.put("a", "flushed")
    store.flush()
    store.put("b", "logged")
    again = Store(FolderDisk(tmp_path / "prompts"))
    assert again.scan() == [("a", "flushed"), ("b", "logged")]


def test_what_was_written_survives_a_crash():
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "one")
    disk.crash()
    assert Store(disk).get("a") == "one"


def test_a_write_that_was_cut_off_did_not_happen():
    disk = WatchedDisk()
    store = Store(disk)
    store.put("a", "one")

    def power_cut(action, name):
        if action == "sync":
            raise OSError("no power")

    disk.watch = power_cut
    with pytest.raises(OSError):
        store.put("a", "two")
    disk.crash(keep=12)
    assert Store(disk).get("a") == "one"


def test_damage_is_told():
    disk = MemoryDisk()
    store = Store(disk)
    store.put("a", "one")
    store.put("a", "two")
    data = disk.read("log-0")
    disk.replace("log-0", data.replace(b"one", b"uno"))
    with pytest.raises(CorruptFile):
        Store(disk)
