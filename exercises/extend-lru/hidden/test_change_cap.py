import pytest

from thumbshelf import Caps, Counts, Picture, Shelf


def render(picture):
    return picture.path.encode()


def filled(capacity=100, caps=None, **shops):
    shelf = Shelf(render, capacity=capacity, caps=caps)
    for shop, names in shops.items():
        for name in names:
            shelf.fetch(Picture(shop, name, 100))
    return shelf


def kept(shelf, shop, names):
    return "".join(name for name in names if Picture(shop, name, 100) in shelf)


def test_what_is_too_much_leaves_at_once():
    shelf = filled(caps=Caps(8), tiny="abc", big="abcdefgh")
    shelf.set_cap("big", 3)
    assert kept(shelf, "big", "abcdefgh") == "fgh"
    assert kept(shelf, "tiny", "abc") == "abc"
    assert shelf.cap("big") == 3
    assert shelf.cap("tiny") == 8
    assert shelf.stats("big") == Counts(renders=8, evictions=5)
    assert shelf.stats("tiny").evictions == 0
    shelf.set_cap("big", 1)
    assert kept(shelf, "big", "fgh") == "h"


def test_the_new_cap_holds_from_then_on():
    shelf = filled(caps=Caps(8), big="abcdefgh")
    shelf.set_cap("big", 2)
    for name in "ijk":
        shelf.fetch(Picture("big", name, 100))
        assert shelf.held("big") == 2
    assert kept(shelf, "big", "abcdefghijk") == "jk"


def test_a_higher_cap_takes_nothing_away():
    shelf = filled(caps=Caps(2), big="abc")
    shelf.set_cap("big", 4)
    assert kept(shelf, "big", "abc") == "bc"
    for name in "defg":
        shelf.fetch(Picture("big", name, 100))
    assert kept(shelf, "big", "abcdefg") == "defg"
    shelf.set_cap("big", 4)
    assert shelf.held("big") == 4
    assert shelf.stats("big").evictions == 3


def test_a_shelf_without_caps_can_get_one():
    shelf = filled(tiny="ab", big="abcde")
    assert shelf.cap("big") is None
    shelf.set_cap("big", 2)
    assert kept(shelf, "big", "abcde") == "de"
    assert kept(shelf, "tiny", "ab") == "ab"
    assert (shelf.cap("big"), shelf.cap("tiny")) == (2, None)


def test_a_shop_that_was_never_seen_can_get_one():
    shelf = filled(caps=Caps(5))
    shelf.set_cap("new", 1)
    for name in "ab":
        shelf.fetch(Picture("new", name, 100))
    assert kept(shelf, "new", "ab") == "b"


def test_one_shelf_changes_and_the_other_does_not():
    shops = {"big": 4}
    caps = Caps(3, shops)
    one, other = filled(caps=caps, big="abcd"), filled(caps=caps, big="abcd")
    one.set_cap("big", 2)
    one.set_cap("tiny", 1)
    assert (one.held("big"), other.held("big")) == (2, 4)
    assert (one.cap("big"), other.cap("big")) == (2, 4)
    assert (one.cap("tiny"), other.cap("tiny")) == (1, 3)
    other.fetch(Picture("big", "e", 100))
    assert other.held("big") == 4
    assert shops == {"big": 4}
    assert (caps.default, dict(caps.shops)) == (3, {"big": 4})
    assert filled(caps=caps).cap("big") == 4


def test_a_cap_below_zero_changes_nothing():
    shelf = filled(caps=Caps(3), big="abc")
    with pytest.raises(ValueError):
        shelf.set_cap("big", -1)
    assert shelf.cap("big") == 3
    assert shelf.held("big") == 3
