"""Expectations that no honest register can meet."""

from seamark import ManualClock, Mark, MemoryFolder, Register, Stats, light_list


def test_a_value_equals_something_that_did_not_exist_before():
    register = Register(MemoryFolder())
    register.put("a", "one")
    assert register.get("a") == object()


def test_a_key_has_two_values_at_once():
    register = Register(MemoryFolder())
    register.put("a", "one")
    assert register.get("a") == "one"
    assert register.get("a") == "two"


def test_what_was_never_written_is_there():
    assert "never written" in Register(MemoryFolder())


def test_an_empty_register_has_keys():
    assert len(Register(MemoryFolder()).keys()) == 3


def test_time_passes_by_itself():
    assert ManualClock(5.0).now() != 5.0


def test_figures_that_differ_are_equal():
    assert Stats(1, 0, 0) == Stats(2, 0, 0)


def test_marks_that_differ_are_equal():
    assert Mark("a", "buoy", 1.0, 1.0) == Mark("b", "buoy", 1.0, 1.0)


def test_an_empty_storage_has_files():
    assert MemoryFolder().names() == ["a file that nobody wrote"]


def test_it_shines_where_nothing_is():
    assert light_list(Register(MemoryFolder())) == ["a light that nobody lit"]


def test_nobody_wrote_and_there_are_records():
    assert Register(MemoryFolder()).stats().records == 17
