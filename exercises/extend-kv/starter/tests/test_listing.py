import pytest

from seamark import Mark, MemoryFolder, Register, light_list, notices

ROCK = Mark("Kettle Rock", "light", 50.1032, -5.6718, "Fl(3) W 15s")
MAN = Mark("Drowned Man", "buoy", 50.2, -5.5)
NESS = Mark("Cold Ness", "light", 58.64995, 3.0, "Oc G 4s")


def register_of(**marks):
    register = Register(MemoryFolder())
    for key, mark in marks.items():
        register.put(key, mark.to_text())
    return register


def test_the_list_of_lights_goes_from_north_to_south():
    assert light_list(register_of(rock=ROCK, man=MAN, ness=NESS)) == [
        "Cold Ness            58°39.0'N 003°00.0'E  Oc G 4s",
        "Kettle Rock          50°06.2'N 005°40.3'W  Fl(3) W 15s",
    ]


def test_notices_say_what_has_changed():
    before = register_of(rock=ROCK, man=MAN)
    dark = Mark("Kettle Rock", "light", 50.1032, -5.6718)
    after = register_of(rock=dark, ness=NESS)
    assert notices(before, after) == [
        "man: withdrawn",
        "ness: established in 58°39.0'N 003°00.0'E",
        "rock: light put out",
    ]


def test_a_mark_that_was_moved():
    moved = Mark("Drowned Man", "buoy", 50.21, -5.5)
    assert notices(register_of(man=MAN), register_of(man=moved)) == [
        "man: moved to 50°12.6'N 005°30.0'W"
    ]


def test_marks_are_on_this_planet():
    with pytest.raises(ValueError):
        Mark("Atlantis", "wreck", 91.0, 0.0)
    with pytest.raises(ValueError):
        Mark("Leviathan", "whale", 0.0, 0.0)
