import pytest

from seamark import Closed, Folder, MemoryFolder, Register, Stats


def test_what_was_written_is_read():
    register = Register(MemoryFolder())
    assert register.get("a") is None
    register.put("a", "one")
    register.put("a", "two")
    assert register.get("a") == "two"
    assert "a" in register
    assert len(register) == 1


def test_what_was_removed_is_gone():
    register = Register(MemoryFolder())
    register.put("a", "one")
    assert register.remove("a")
    assert not register.remove("a")
    assert "a" not in register
    assert register.keys() == []


def test_keys_with_a_prefix_come_in_order():
    register = Register(MemoryFolder())
    for key in ("west/b", "east/a", "west/a", "westward"):
        register.put(key, key.upper())
    assert register.keys("west/") == ["west/a", "west/b"]
    assert register.items("east") == [("east/a", "EAST/A")]
    assert len(register.keys()) == 4


def test_segments_are_closed_when_they_are_full():
    register = Register(MemoryFolder(), roll_at=2)
    for number in range(5):
        register.put("a", f"{number}")
    assert register.stats() == Stats(keys=1, records=5, segments=3)


def test_compaction_drops_what_nobody_can_read():
    register = Register(MemoryFolder(), roll_at=2)
    for number in range(5):
        register.put("a", f"{number}")
        register.put(f"b{number}", "x")
    register.remove("b0")
    register.compact()
    assert register.stats() == Stats(keys=5, records=5, segments=1)
    assert register.get("a") == "4"
    assert register.get("b0") is None


def test_a_register_is_found_again(tmp_path):
    register = Register(Folder(tmp_path))
    register.put("a", "one")
    register.put("b", "one")
    register.compact()
    register.put("a", "two")
    register.remove("b")
    assert Register(Folder(tmp_path)).items() == [("a", "two")]


def test_impossible_values_are_refused():
    register = Register(MemoryFolder())
    with pytest.raises(ValueError):
        register.put("", "x")
    with pytest.raises(TypeError):
        register.put("a", None)
    with pytest.raises(ValueError):
        Register(MemoryFolder(), keep=-1)


def test_a_closed_register_refuses():
    register = Register(MemoryFolder())
    register.close()
    with pytest.raises(Closed):
        register.get("a")
    with pytest.raises(Closed):
        register.put("a", "x")
