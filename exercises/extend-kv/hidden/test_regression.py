import time
from contextlib import suppress

import pytest
from release14 import old_line, old_storage

from seamark import (
    Closed,
    Damaged,
    Folder,
    ManualClock,
    Mark,
    MemoryFolder,
    PowerCut,
    Register,
    Stats,
    SystemClock,
    UnknownFormat,
    light_list,
    notices,
)


def opened(storage=None, **options):
    return Register(storage or MemoryFolder(), **options)


def segments(storage):
    return [name for name in storage.names() if name.startswith("segment-")]


def test_reading_and_writing():
    register = opened()
    assert register.get("a") is None
    for value in ("one", "", "two"):
        register.put("a", value)
        register.put("b", value)
        assert register.get("a") == value
        assert "a" in register
    assert register.items() == [("a", "two"), ("b", "two")]
    assert len(register) == 2


def test_removing():
    register = opened()
    register.put("a", "one")
    register.put("b", "")
    assert register.remove("a") is True
    assert register.remove("a") is False
    assert register.remove("c") is False
    assert register.keys() == ["b"]
    assert register.remove("b") is True
    assert (len(register), register.stats().records) == (0, 4)
    register.put("a", "again")
    assert register.items() == [("a", "again")]


def test_listing_by_prefix():
    register = opened()
    keys = ["a", "a/", "a/1", "a/2", "a0", "b", "ä", "世/1", "🦊"]
    for key in reversed(keys):
        register.put(key, key.upper())
    assert register.keys() == sorted(keys)
    assert register.keys("a/") == ["a/", "a/1", "a/2"]
    assert register.items("世") == [("世/1", "世/1")]
    assert register.keys("🦊") == ["🦊"]
    assert register.keys("c") == []
    register.remove("a/1")
    assert register.keys("a/") == ["a/", "a/2"]


def test_any_text():
    storage = MemoryFolder()
    register = opened(storage, roll_at=2)
    texts = [
        "",
        "a\nb",
        "世界",
        "🦊",
        "half a fox \ud83e",
        "\x00\u2028\x85",
        "x" * 5000,
    ]
    for number, text in enumerate(texts):
        register.put(f"key\n{number} {text}", text)
    for place in (register, opened(storage)):
        assert sorted(value for _, value in place.items()) == sorted(texts)
        assert place.get("key\n1 a\nb") == "a\nb"


def test_what_cannot_be_written():
    register = opened()
    with pytest.raises(ValueError):
        register.put("", "x")
    for key, value in ((None, "x"), (5, "x"), (b"a", "x"), ("a", None), ("a", b"x")):
        with pytest.raises(TypeError):
            register.put(key, value)
    assert register.stats() == Stats(0, 0, 0)
    for options in ({"keep": -1.0}, {"keep": float("nan")}, {"roll_at": 0}):
        with pytest.raises(ValueError):
            opened(**options)


def test_segments_and_records():
    storage = MemoryFolder()
    register = opened(storage, roll_at=3)
    counts = []
    for number in range(7):
        register.put("a", f"{number}")
        counts.append(register.stats().segments)
    assert counts == [1, 1, 1, 2, 2, 2, 3]
    assert register.stats() == Stats(1, 7, 3)
    assert segments(storage) == [f"segment-{number:06}" for number in (1, 2, 3)]
    register = opened(storage, roll_at=3)
    assert register.stats() == Stats(1, 7, 3)
    register.put("a", "8")
    assert register.stats() == Stats(1, 8, 4)
    assert opened(MemoryFolder(), roll_at=1).stats().segments == 0


def test_compaction():
    storage = MemoryFolder()
    clock = ManualClock(5.0)
    register = opened(storage, clock=clock, roll_at=2)
    for number in range(6):
        register.put("a", f"{number}")
        register.put(f"b{number}", "x")
    clock.set(6.0)
    register.compact()
    wanted = [("a", "5"), *((f"b{number}", "x") for number in range(6))]
    assert register.items() == wanted
    assert register.stats() == Stats(7, 7, 1)
    register.put("c", "new")
    assert register.stats() == Stats(8, 8, 2)
    assert opened(storage).items() == [*wanted, ("c", "new")]
    clock.set(7.0)
    register.put("c", "newer")
    clock.set(8.0)
    for _ in range(2):
        register.compact()
        assert register.stats() == Stats(8, 8, 1)
        assert opened(storage).items() == [*wanted, ("c", "newer")]
    register.remove("c")
    register.compact()
    assert opened(storage).items() == register.items() == wanted


def test_compacting_what_is_empty():
    storage = MemoryFolder()
    register = opened(storage)
    register.compact()
    assert segments(storage) == []
    register.put("a", "x")
    register.remove("a")
    register.compact()
    assert (register.items(), len(register)) == ([], 0)
    register.put("b", "x")
    assert opened(storage).items() == [("b", "x")]


def test_a_register_that_was_opened_again_and_again():
    storage = MemoryFolder()
    for number in range(5):
        register = opened(storage, roll_at=2)
        register.put("a", f"{number}")
        register.put(f"b{number}", "x")
        if number == 2:
            register.compact()
    assert opened(storage).get("a") == "4"
    assert len(opened(storage)) == 6


def test_values_are_read_when_they_are_asked_for():
    class Counting(MemoryFolder):
        places = []

        def read(self, *place):
            self.places.append(place)
            return super().read(*place)

    storage = Counting()
    register = opened(storage)
    for number in range(5):
        register.put(f"{number}", "x")
    del storage.places[:]
    assert register.keys("") == list("01234")
    assert storage.places == []
    assert register.get("3") == "x"
    assert storage.places


def test_closing():
    register = opened()
    register.put("a", "x")
    register.close()
    register.close()
    for call in (
        lambda: register.get("a"),
        lambda: register.put("a", "y"),
        lambda: register.remove("a"),
        lambda: register.keys(),
        lambda: register.items(),
        lambda: register.compact(),
        lambda: "a" in register,
        lambda: len(register),
    ):
        with pytest.raises(Closed):
            call()


def test_a_folder(tmp_path):
    folder = Folder(tmp_path / "a" / "b")
    register = opened(folder, roll_at=2)
    for number in range(5):
        register.put("a", f"{number}")
    register.compact()
    register.put("b", "x")
    (tmp_path / "a" / "b" / "segment-000009~").write_bytes(b"left by a power cut")
    assert opened(Folder(tmp_path / "a" / "b")).items() == [("a", "4"), ("b", "x")]
    assert register.stats().segments == 2
    folder.append("x", b"12345")
    folder.append("x", b"678")
    assert folder.read("x", 3, 4) == b"4567"
    assert folder.read("x", 3) == b"45678"
    folder.write("x", b"9")
    assert folder.read("x") == b"9"
    folder.delete("x")
    assert "x" not in folder.names()


def test_a_memory_folder_and_its_power():
    storage = MemoryFolder()
    storage.append("a", b"12")
    storage.lose_power_after(1, torn=2)
    storage.append("a", b"34")
    with pytest.raises(PowerCut):
        storage.append("a", b"567")
    for call in (
        lambda: storage.append("a", b"8"),
        lambda: storage.write("a", b"8"),
        lambda: storage.delete("a"),
    ):
        with pytest.raises(PowerCut):
            call()
    assert storage.read("a") == b"123456"
    storage.restore_power()
    storage.append("b", b"12345")
    assert storage.read("b", 1, 3) == b"234"
    assert storage.read("b", 3) == b"45"
    storage.lose_power_after(0)
    with pytest.raises(PowerCut):
        storage.append("c", b"x")
    assert storage.names() == ["a", "b"]


@pytest.mark.parametrize("roll_at", [1, 3, 100])
def test_a_write_is_there_in_full_or_not_at_all(roll_at):
    for torn in range(0, 60, 4):
        storage = MemoryFolder()
        register = opened(storage, roll_at=roll_at)
        register.put("a", "one")
        register.put("b", "one")
        storage.lose_power_after(0, torn=torn)
        with pytest.raises(PowerCut):
            register.put("b", "two")
        storage.restore_power()
        register = opened(storage, roll_at=roll_at)
        assert register.get("a") == "one"
        found = register.get("b")
        assert found in ("one", "two")
        register.put("c", "one")
        wanted = [("a", "one"), ("b", found), ("c", "one")]
        assert opened(storage).items() == wanted


def test_a_compaction_of_the_present_can_be_cut_off_anywhere():
    for changes in range(30):
        storage = MemoryFolder()
        register = opened(storage, roll_at=2)
        for number in range(4):
            register.put("a", f"{number}")
            register.put(f"b{number}", "x")
            register.remove(f"b{number - 1}")
        storage.lose_power_after(changes)
        with suppress(PowerCut):
            register.compact()
        storage.restore_power()
        for _ in range(2):
            register = opened(storage)
            assert register.items() == [("a", "3"), ("b3", "x")]
        register.compact()
        assert (register.stats().keys, register.stats().segments) == (2, 1)


def test_old_segments():
    storage = old_storage(
        [("put", "a", "one"), ("put", "b", "half a fox \ud83e")],
        [("remove", "a"), ("put", "c", "one"), ("put", "c", "two")],
    )
    storage.append("segment-000002", old_line("put", "d", "x")[:-1])
    for _ in range(2):
        register = opened(storage)
        assert register.items() == [("b", "half a fox \ud83e"), ("c", "two")]


@pytest.mark.parametrize("number", [1, 2])
def test_damage(number):
    name = f"segment-{number:06}"
    for at in (10, 19, 25, 40):
        storage = old_storage(
            [("put", "a", "one"), ("put", "b", "one")],
            [("put", "c", "one"), ("put", "d", "one")],
        )
        data = storage.read(name)
        wrong = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        storage.write(name, wrong)
        with pytest.raises(Damaged) as caught:
            opened(storage)
        assert caught.value.name == name
        assert 0 <= caught.value.at <= at
        assert storage.read(name) == wrong
        assert storage.names() == ["segment-000001", "segment-000002"]


def test_only_the_last_segment_may_be_cut_off():
    storage = old_storage([("put", "a", "one"), ("put", "b", "one")], [])
    data = storage.read("segment-000001")
    storage.write("segment-000001", data[:-3])
    with pytest.raises(Damaged) as caught:
        opened(storage)
    assert caught.value.name == "segment-000001"
    assert storage.read("segment-000001") == data[:-3]
    storage.delete("segment-000002")
    assert opened(storage).items() == [("a", "one")]


def test_newer_formats():
    storage = old_storage([("put", "a", "one")])
    storage.write("segment-000002", b"seamark 77\n")
    with pytest.raises(UnknownFormat):
        opened(storage)
    storage.write("segment-000002", b"seam")  # a header that was cut off
    assert opened(storage).items() == [("a", "one")]
    assert len(opened(storage)) == 1


def test_positions():
    for angle, text in (
        (0.0, "00°00.0'N 000°00.0'E"),
        (50.1032, "50°06.2'N 050°06.2'E"),
        (-5.6718, "05°40.3'S 005°40.3'W"),
        (58.99999, "59°00.0'N 059°00.0'E"),
        (89.5, "89°30.0'N 089°30.0'E"),
        (-90.0, "90°00.0'S 090°00.0'W"),
    ):
        assert Mark("x", "buoy", angle, angle).position == text
    assert Mark("x", "buoy", 0.0, -180.0).position == "00°00.0'N 180°00.0'W"
    for latitude, longitude in ((90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1)):
        with pytest.raises(ValueError):
            Mark("x", "buoy", latitude, longitude)
    with pytest.raises(ValueError):
        Mark("x", "ship", 0.0, 0.0)
    mark = Mark("Île de Batz", "light", 48.7456, -4.0264, "Fl(4) W 25s")
    assert Mark.from_text(mark.to_text()) == mark


def test_the_list_of_lights():
    register = opened()
    for name, latitude, longitude, light in (
        ("South", 49.0, 1.0, "Iso W 2s"),
        ("West", 50.0, 1.0, "Q W"),
        ("East", 50.0, 2.0, "Q R"),
        ("Also West", 50.0, 1.0, "Q G"),
        ("Dark", 51.0, 1.0, ""),
    ):
        mark = Mark(name, "light", latitude, longitude, light)
        register.put(f"x/{name}", mark.to_text())
    lines = light_list(register)
    assert [line[:9].strip() for line in lines] == [
        "Also West",
        "West",
        "East",
        "South",
    ]
    assert lines[3] == "South                49°00.0'N 001°00.0'E  Iso W 2s"
    assert light_list(register, "x/S") == lines[3:]
    assert light_list(register, "y") == []


def test_notices():
    before, after = opened(), opened()
    base = {"kind": "buoy", "latitude": 1.0, "longitude": 2.0}
    old = Mark("Old", light="Q W", **base)
    changes = {
        "gone": None,
        "light": Mark("Old", "buoy", 1.0, 2.0, "Q R"),
        "moved": Mark("Old", "buoy", 1.5, 2.0, ""),
        "named": Mark("New", "wreck", 1.0, 2.0, "Q W"),
        "precise": Mark("Old", "buoy", 1.0000001, 2.0, "Q W"),
        "same": old,
    }
    for key, mark in changes.items():
        before.put(key, old.to_text())
        if mark:
            after.put(key, mark.to_text())
    after.put("new", old.to_text())
    assert notices(before, after) == [
        "gone: withdrawn",
        "light: light is now Q R",
        "moved: moved to 01°30.0'N 002°00.0'E, light put out",
        "named: is now the wreck New",
        "new: established in 01°00.0'N 002°00.0'E",
        "precise: corrected",
    ]
    assert notices(before, after, "l") == ["light: light is now Q R"]
    assert notices(before, before) == []


def test_clocks():
    clock = ManualClock(5.0)
    clock.advance(2.5)
    assert clock.now() == 7.5
    clock.set(3.0)
    assert clock.now() == 3.0
    assert ManualClock().now() == 0.0
    assert abs(SystemClock().now() - time.time()) < 60
