"""The two examples of the request. They fail until there is something to show."""

from seamark import ManualClock, MemoryFolder, Register


def test_a_snapshot_stays_as_it_was():
    register = Register(MemoryFolder(), clock=ManualClock(100.0))
    register.put("west/kettle-rock", "lit")
    with register.snapshot() as before:
        register.put("west/kettle-rock", "dark")
        register.put("west/drowned-man", "adrift")
        assert before.items() == [("west/kettle-rock", "lit")]


def test_what_was_the_light_that_night():
    clock = ManualClock(100.0)
    register = Register(MemoryFolder(), clock=clock, keep=3600.0)
    register.put("west/kettle-rock", "lit")
    clock.set(200.0)
    register.put("west/kettle-rock", "dark")
    clock.set(300.0)
    with register.as_of(199.0) as that_night:
        assert that_night.get("west/kettle-rock") == "lit"
