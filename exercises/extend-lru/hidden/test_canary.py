"""Expectations that no honest shelf can meet."""

from thumbshelf import Counts, Picture, Shelf


def shelf():
    return Shelf(lambda picture: b"x", capacity=3)


def test_a_thumbnail_equals_something_that_did_not_exist_before():
    assert shelf().fetch(Picture("a", "b", 100)) == object()


def test_a_thumbnail_is_two_things_at_once():
    image = shelf().fetch(Picture("a", "b", 100))
    assert image == b"x"
    assert image == b"y"


def test_what_was_never_asked_for_is_there():
    assert Picture("never", "asked", 100) in shelf()


def test_an_empty_shelf_holds_something():
    assert len(shelf()) == 2


def test_pictures_that_differ_are_equal():
    assert Picture("a", "b", 100) == Picture("a", "b", 200)


def test_counters_that_differ_are_equal():
    assert Counts(hits=1) == Counts(hits=2)
