import pytest
from fakes import Renderer, pictures

from thumbshelf import Picture, Shelf


def test_a_thumbnail_is_rendered_once():
    render = Renderer()
    shelf = Shelf(render, capacity=10)
    (boot,) = pictures("bigfoot", "a")
    assert shelf.fetch(boot) == b"/bigfoot/200/a"
    assert shelf.fetch(boot) == b"/bigfoot/200/a"
    assert render.asked == [boot]


def test_another_width_is_another_thumbnail():
    shelf = Shelf(Renderer(), capacity=10)
    shelf.fetch(Picture("bigfoot", "boot", 200))
    assert Picture("bigfoot", "boot", 400) not in shelf
    shelf.fetch(Picture("bigfoot", "boot", 400))
    assert shelf.held("bigfoot") == 2


def test_the_least_recently_used_makes_room():
    shelf = Shelf(Renderer(), capacity=3)
    a, b, c, d = pictures("bigfoot", "abcd")
    for picture in (a, b, c, a, d):
        shelf.fetch(picture)
    assert [picture in shelf for picture in (a, b, c, d)] == [True, False, True, True]
    assert len(shelf) == 3


def test_looking_is_no_use():
    shelf = Shelf(Renderer(), capacity=2)
    a, b, c = pictures("bigfoot", "abc")
    shelf.fetch(a)
    shelf.fetch(b)
    assert a in shelf
    shelf.fetch(c)
    assert a not in shelf


def test_a_picture_can_be_put():
    render = Renderer()
    shelf = Shelf(render, capacity=2)
    a, b, c = pictures("bigfoot", "abc")
    shelf.put(a, b"first")
    shelf.put(b, b"other")
    shelf.put(a, b"second")
    shelf.put(c, b"third")
    assert shelf.fetch(a) == b"second"
    assert b not in shelf
    assert render.asked == []


def test_a_picture_can_be_forgotten():
    render = Renderer()
    shelf = Shelf(render, capacity=2)
    (a,) = pictures("bigfoot", "a")
    shelf.fetch(a)
    assert shelf.forget(a)
    assert not shelf.forget(a)
    shelf.fetch(a)
    assert render.asked == [a, a]


def test_a_shop_can_be_forgotten():
    shelf = Shelf(Renderer(), capacity=10)
    for picture in pictures("bigfoot", "abc") + pictures("tinytoes", "ab"):
        shelf.fetch(picture)
    assert shelf.forget_shop("bigfoot") == 3
    assert shelf.forget_shop("bigfoot") == 0
    assert shelf.shops() == ["tinytoes"]


def test_a_renderer_that_fails_leaves_nothing():
    def render(picture: Picture) -> bytes:
        raise OSError("no such file")

    shelf = Shelf(render, capacity=2)
    with pytest.raises(OSError, match="no such file"):
        shelf.fetch(Picture("bigfoot", "a", 200))
    assert len(shelf) == 0
    assert shelf.stats().renders == 0


def test_a_shelf_needs_room():
    with pytest.raises(ValueError):
        Shelf(Renderer(), capacity=0)
