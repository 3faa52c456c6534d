import pytest
from release14 import old_storage

from seamark import Damaged, MemoryFolder, PowerCut, Register, UnknownFormat


@pytest.mark.parametrize("torn", [0, 3, 11, 25])
def test_a_write_that_was_cut_off_did_not_happen(torn):
    storage = MemoryFolder()
    register = Register(storage)
    register.put("a", "one")
    storage.lose_power_after(0, torn=torn)
    with pytest.raises(PowerCut):
        register.put("a", "two")
    storage.restore_power()
    register = Register(storage)
    assert register.get("a") == "one"
    register.put("b", "one")
    assert Register(storage).items() == [("a", "one"), ("b", "one")]


def test_a_compaction_can_be_cut_off_anywhere():
    for changes in range(20):
        storage = MemoryFolder()
        register = Register(storage, roll_at=2)
        for number in range(5):
            register.put("a", f"{number}")
            register.put("b", f"{number}")
        register.remove("b")
        storage.lose_power_after(changes)
        try:
            register.compact()
        except PowerCut:
            storage.restore_power()
            register = Register(storage)
            assert register.items() == [("a", "4")]
            register.compact()
            assert register.stats().records == 1
        else:
            break
    assert changes > 1


def test_damage_is_told():
    storage = old_storage([("put", "a", "one"), ("put", "b", "one")])
    data = storage.read("segment-000001").replace(b"one", b"two")
    storage.write("segment-000001", data)
    with pytest.raises(Damaged):
        Register(storage)


def test_what_a_newer_release_has_written_is_left_alone():
    storage = MemoryFolder()
    storage.write("segment-000001", b"seamark 9\nwho knows\n")
    with pytest.raises(UnknownFormat):
        Register(storage)


def test_a_register_of_release_1_4():
    storage = old_storage(
        [("put", "a", "one"), ("put", "b", "one")],
        [("remove", "a"), ("put", "c", "two")],
    )
    assert Register(storage).items() == [("b", "one"), ("c", "two")]
