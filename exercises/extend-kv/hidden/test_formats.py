from contextlib import suppress

import pytest
from release14 import old_line, old_storage

from seamark import ManualClock, MemoryFolder, PowerCut, Register, TooOld, UnknownFormat


def tide(*, torn=b""):
    """A storage that release 1.4 has left behind."""
    storage = old_storage(
        [("put", "a", "one"), ("put", "b", "one"), ("remove", "b")],
        [("put", "c", "世界"), ("put", "a", "two"), ("put", "d", "old")],
    )
    if torn:
        storage.append("segment-000002", torn)
    return storage


STATE = [("a", "two"), ("c", "世界"), ("d", "old")]


def segments(storage):
    names = [name for name in storage.names() if name.startswith("segment-")]
    return {name: storage.read(name) for name in names}


def check_segments(storage, before):
    """No segment of the old format may hold anything but what it has held before."""
    for name, data in segments(storage).items():
        if data.startswith(b"seamark 1"):
            assert data == before[name]
        else:
            assert data.startswith(b"seamark 2")


@pytest.mark.parametrize("keep", [0.0, 1000.0])
def test_an_old_register_is_read_and_written(keep):
    storage, clock = tide(), ManualClock(100.0)
    before = segments(storage)
    register = Register(storage, clock=clock, keep=keep)
    assert register.items() == STATE
    check_segments(storage, before)
    clock.set(101.0)
    register.put("a", "three")
    register.remove("d")
    check_segments(storage, before)
    assert register.items() == [("a", "three"), ("c", "世界")]
    register = Register(storage, clock=clock, keep=keep)
    assert register.items() == [("a", "three"), ("c", "世界")]
    assert "b" not in register
    check_segments(storage, before)


def test_a_new_register_says_that_it_is_new():
    storage = MemoryFolder()
    register = Register(storage, clock=ManualClock(100.0), keep=10.0, roll_at=2)
    for number in range(5):
        register.put("a", f"{number}")
    register.snapshot()
    register.compact()
    register.put("a", "last")
    assert all(data.startswith(b"seamark 2") for data in segments(storage).values())


def test_compaction_leaves_nothing_of_the_old_format():
    storage, clock = tide(), ManualClock(100.0)
    register = Register(storage, clock=clock, keep=1000.0)
    clock.set(101.0)
    register.put("a", "three")
    clock.set(102.0)
    register.compact()
    assert all(data.startswith(b"seamark 2") for data in segments(storage).values())
    assert register.items() == [("a", "three"), ("c", "世界"), ("d", "old")]
    assert register.as_of(100.5).items() == STATE
    assert Register(storage, clock=clock).items() == register.items()
    register.compact()
    assert register.as_of(100.5).items() == STATE


def test_the_past_begins_when_an_old_register_is_opened_first():
    storage, clock = tide(), ManualClock(100.0)
    register = Register(storage, clock=clock, keep=1000.0)
    assert register.horizon == 100.0
    clock.set(110.0)
    for moment in (99.9, 50.0, -1e9):
        with pytest.raises(TooOld):
            register.as_of(moment)
    with register.as_of(105.0) as past:
        assert past.items() == STATE
    register.put("a", "three")
    clock.set(120.0)
    assert register.as_of(109.0).get("a") == "two"
    assert register.as_of(115.0).get("a") == "three"


@pytest.mark.parametrize("write", [False, True])
def test_opening_it_again_leaves_the_past_where_it_begins(write):
    storage, clock = tide(), ManualClock(100.0)
    for day in range(4):
        clock.set(100.0 + day)
        register = Register(storage, clock=clock, keep=1000.0)
        assert register.horizon == 100.0
        if write:
            register.put("a", f"day {day}")
    clock.set(110.0)
    assert register.as_of(100.5).get("a") == ("day 0" if write else "two")
    assert register.as_of(102.5).get("a") == ("day 2" if write else "two")
    with pytest.raises(TooOld):
        register.as_of(99.0)


def test_a_snapshot_of_old_values():
    clock = ManualClock(100.0)
    register = Register(tide(), clock=clock)
    snapshot = register.snapshot()
    for value in ("three", "four"):
        clock.advance(1)
        register.put("a", value)
    clock.advance(1)
    assert snapshot.items() == STATE
    assert register.get("a") == "four"


def test_an_old_register_that_was_cut_off():
    line = old_line("put", "a", "never")
    for torn in (line[:1], line[:12], line[:-1]):
        storage, clock = tide(torn=torn), ManualClock(100.0)
        register = Register(storage, clock=clock, keep=10.0)
        assert register.items() == STATE
        clock.set(101.0)
        register.put("e", "new")
        register = Register(storage, clock=clock, keep=10.0)
        assert register.items() == [*STATE, ("e", "new")]
        assert register.horizon == 100.0


def test_the_power_may_fail_when_an_old_register_is_opened_first():
    for torn in (0, 5, 12, 40):
        for changes in range(9):
            storage, clock = tide(torn=b"1234"), ManualClock(100.0)
            storage.lose_power_after(changes, torn=torn)
            with suppress(PowerCut):
                Register(storage, clock=clock, keep=1000.0)
            storage.restore_power()
            clock.set(200.0)
            register = Register(storage, clock=clock, keep=1000.0)
            assert register.items() == STATE
            assert register.horizon in (100.0, 200.0)
            register.put("e", "new")
            again = Register(storage, clock=clock, keep=1000.0)
            assert again.items() == [*STATE, ("e", "new")]
            assert again.horizon == register.horizon


def test_a_format_that_is_not_known_is_left_alone():
    for header in (b"seamark 3\n", b"seamark 20\n", b"seamark\n", b"\n"):
        storage = tide()
        storage.write("segment-000003", header + b"who knows\n")
        before = segments(storage)
        with pytest.raises(UnknownFormat):
            Register(storage, clock=ManualClock(100.0))
        assert segments(storage) == before


def test_an_empty_old_register():
    storage = old_storage([])
    register = Register(storage, clock=ManualClock(100.0), keep=50.0)
    assert register.keys() == []
    register.put("a", "one")
    assert Register(storage, clock=ManualClock(100.0)).items() == [("a", "one")]
