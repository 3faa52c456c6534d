import random

import pytest

from thumbshelf import Caps, Counts, Picture, Shelf


def render(picture):
    return picture.path.encode()


def shelf_with(capacity, default=None, **shops):
    return Shelf(render, capacity=capacity, caps=Caps(default, shops))


def pictures(shop, names):
    return [Picture(shop, name, 100) for name in names]


def fetch_all(shelf, shop, names):
    for picture in pictures(shop, names):
        shelf.fetch(picture)


def kept(shelf, shop, names):
    return "".join(each.name for each in pictures(shop, names) if each in shelf)


def test_a_shop_has_no_more_than_the_default():
    shelf = shelf_with(100, 3)
    for number in range(40):
        shelf.fetch(Picture("big", f"{number}", 100))
        assert shelf.held("big") == min(number + 1, 3)
    fetch_all(shelf, "tiny", "abcd")
    assert kept(shelf, "tiny", "abcd") == "bcd"
    assert len(shelf) == 6
    assert shelf.stats("big") == Counts(renders=40, evictions=37)


def test_exceptions_outrank_the_default():
    shelf = shelf_with(100, 2, big=4, small=1)
    for shop in ("big", "small", "other"):
        fetch_all(shelf, shop, "abcdef")
    assert [shelf.held(shop) for shop in ("big", "small", "other")] == [4, 1, 2]
    assert [shelf.cap(shop) for shop in ("big", "small", "other")] == [4, 1, 2]


def test_no_default_means_no_cap_for_the_others():
    shelf = shelf_with(100, None, big=2)
    fetch_all(shelf, "big", "abcdef")
    fetch_all(shelf, "tiny", "abcdef")
    assert (shelf.held("big"), shelf.held("tiny")) == (2, 6)
    assert shelf.cap("tiny") is None
    assert Shelf(render, capacity=3).cap("big") is None


def test_a_shop_makes_room_among_its_own():
    shelf = shelf_with(5, None, big=3)
    fetch_all(shelf, "tiny", "ab")
    fetch_all(shelf, "big", "abcdefgh")
    assert kept(shelf, "tiny", "ab") == "ab"
    assert kept(shelf, "big", "abcdefgh") == "fgh"
    assert shelf.stats() == Counts(renders=10, evictions=5)
    assert shelf.stats("tiny").evictions == 0


def test_below_its_cap_a_shop_takes_the_place_of_the_oldest_of_all():
    shelf = shelf_with(6, 4)
    fetch_all(shelf, "a", "1")
    fetch_all(shelf, "b", "12")
    fetch_all(shelf, "a", "23")
    fetch_all(shelf, "c", "1")
    fetch_all(shelf, "c", "2")
    assert kept(shelf, "a", "123") == "23"
    fetch_all(shelf, "a", "2")
    fetch_all(shelf, "c", "34")
    assert kept(shelf, "b", "12") == ""
    assert kept(shelf, "a", "23") == "23"
    assert shelf.held("c") == 4
    assert [shelf.stats(shop).evictions for shop in "abc"] == [1, 2, 0]


def test_what_a_shop_used_least_recently_goes():
    shelf = shelf_with(100, 3)
    fetch_all(shelf, "big", "abc")
    fetch_all(shelf, "big", "a")
    shelf.put(Picture("big", "b", 100), b"anew")
    fetch_all(shelf, "big", "d")
    assert kept(shelf, "big", "abcd") == "abd"
    fetch_all(shelf, "big", "e")
    assert kept(shelf, "big", "abde") == "bde"
    assert shelf.fetch(Picture("big", "b", 100)) == b"anew"


def test_looking_renews_nothing():
    shelf = shelf_with(100, 3)
    fetch_all(shelf, "big", "abc")
    assert kept(shelf, "big", "abc") == "abc"
    assert shelf.held("big") == 3
    fetch_all(shelf, "big", "d")
    assert kept(shelf, "big", "abcd") == "bcd"


def test_a_picture_that_is_put_again_counts_once():
    shelf = shelf_with(3, 2)
    fetch_all(shelf, "tiny", "a")
    for text in (b"1", b"2", b"3"):
        for picture in pictures("big", "ab"):
            shelf.put(picture, text)
    assert kept(shelf, "big", "ab") == "ab"
    assert kept(shelf, "tiny", "a") == "a"
    assert shelf.stats().evictions == 0


def test_whatever_left_does_not_count():
    shelf = shelf_with(4, 3)
    fetch_all(shelf, "big", "abc")
    assert shelf.forget(Picture("big", "b", 100))
    fetch_all(shelf, "big", "d")
    assert kept(shelf, "big", "abcd") == "acd"
    assert shelf.forget_shop("big") == 3
    fetch_all(shelf, "big", "efg")
    assert kept(shelf, "big", "efg") == "efg"
    fetch_all(shelf, "tiny", "abc")
    assert (shelf.held("big"), shelf.held("tiny")) == (1, 3)
    fetch_all(shelf, "big", "ghi")
    assert kept(shelf, "big", "ghi") == "ghi"
    assert shelf.held("tiny") == 1


def test_a_shelf_of_one():
    shelf = shelf_with(1, 1)
    fetch_all(shelf, "a", "12")
    fetch_all(shelf, "b", "1")
    assert shelf.shops() == ["b"]
    assert shelf.stats() == Counts(renders=3, evictions=2)


def test_an_error_of_the_renderer_pushes_nothing_off():
    def broken(picture):
        if picture.name == "bad":
            raise OSError("gone")
        return b"ok"

    shelf = Shelf(broken, capacity=2, caps=Caps(1))
    fetch_all(shelf, "a", "1")
    with pytest.raises(OSError):
        shelf.fetch(Picture("a", "bad", 100))
    assert kept(shelf, "a", "1") == "1"


@pytest.mark.parametrize("seed", range(3))
def test_any_history_agrees_with_a_list(seed):
    chance = random.Random(seed)
    caps = {"a": 1, "b": 3, "c": 5, "d": 2}
    shelf = shelf_with(8, None, **caps)
    caps["e"] = None
    order = []
    gone = 0
    for _ in range(250):
        picture = Picture(chance.choice("abcde"), chance.choice("123456"), 100)
        step = chance.random()
        if step < 0.8:
            if step < 0.6:
                shelf.fetch(picture)
            else:
                shelf.put(picture, b"x")
            if picture in order:
                order.remove(picture)
            order.append(picture)
            own = [each for each in order if each.shop == picture.shop]
            cap = caps[picture.shop]
            if cap is not None and len(own) > cap:
                order.remove(own[0])
                gone += 1
            if len(order) > 8:
                order.pop(0)
                gone += 1
        elif step < 0.97:
            assert shelf.forget(picture) == (picture in order)
            order = [each for each in order if each != picture]
        else:
            left = [each for each in order if each.shop != picture.shop]
            assert shelf.forget_shop(picture.shop) == len(order) - len(left)
            order = left
        for shop in "abcde":
            mine = {each.name for each in order if each.shop == shop}
            assert set(kept(shelf, shop, "123456")) == mine
        assert len(shelf) == len(order)
        assert shelf.stats().evictions == gone
