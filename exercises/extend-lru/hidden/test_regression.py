import random

import pytest

from thumbshelf import Caps, Counts, Picture, Shelf, shelf_report


class Renderer:
    def __init__(self):
        self.asked = []

    def __call__(self, picture):
        self.asked.append(picture)
        return picture.path.encode()


def make(capacity=3):
    render = Renderer()
    return Shelf(render, capacity=capacity), render


def kept(shelf, shop, names):
    return "".join(name for name in names if Picture(shop, name, 100) in shelf)


def fetch_all(shelf, shop, names):
    for name in names:
        shelf.fetch(Picture(shop, name, 100))


def test_a_thumbnail_is_rendered_once_for_each_width():
    shelf, render = make()
    for width in (100, 200, 100, 200):
        picture = Picture("a", "b", width)
        assert shelf.fetch(picture) == picture.path.encode()
    assert render.asked == [Picture("a", "b", 100), Picture("a", "b", 200)]


def test_shops_do_not_share():
    shelf, render = make()
    fetch_all(shelf, "a", "x")
    fetch_all(shelf, "b", "x")
    assert len(render.asked) == 2
    assert shelf.shops() == ["a", "b"]


def test_the_order_of_use_decides():
    shelf, _ = make(4)
    fetch_all(shelf, "a", "wxyz")
    fetch_all(shelf, "a", "yw")
    gone = []
    for name in "1234":
        fetch_all(shelf, "b", name)
        gone.append(kept(shelf, "a", "wxyz"))
    assert gone == ["wyz", "wy", "w", ""]


def test_put_replaces_and_renews():
    shelf, render = make(2)
    fetch_all(shelf, "a", "xy")
    shelf.put(Picture("a", "x", 100), b"new")
    fetch_all(shelf, "a", "z")
    assert kept(shelf, "a", "xyz") == "xz"
    assert shelf.fetch(Picture("a", "x", 100)) == b"new"
    assert len(render.asked) == 3


def test_put_renews_what_was_not_there():
    shelf, _ = make(2)
    for name in "xyz":
        shelf.put(Picture("a", name, 100), b"given")
    assert kept(shelf, "a", "xyz") == "yz"
    assert shelf.stats("a") == Counts(evictions=1)


def test_looking_renews_nothing():
    shelf, _ = make(2)
    fetch_all(shelf, "a", "xy")
    assert Picture("a", "x", 100) in shelf
    assert (shelf.held("a"), len(shelf), shelf.shops()) == (2, 2, ["a"])
    shelf_report(shelf)
    fetch_all(shelf, "a", "z")
    assert kept(shelf, "a", "xyz") == "yz"


def test_forgetting():
    shelf, render = make(5)
    fetch_all(shelf, "a", "xy")
    fetch_all(shelf, "b", "xy")
    assert shelf.forget(Picture("a", "x", 100)) is True
    assert shelf.forget(Picture("a", "x", 100)) is False
    assert shelf.forget_shop("b") == 2
    assert shelf.forget_shop("b") == 0
    assert (len(shelf), shelf.held("a"), shelf.held("b")) == (1, 1, 0)
    fetch_all(shelf, "a", "x")
    assert len(render.asked) == 5
    assert shelf.stats().evictions == 0


def test_errors_of_the_renderer_reach_the_caller():
    error = OSError("gone")

    def broken(picture):
        raise error

    shelf = Shelf(broken, capacity=1)
    shelf.put(Picture("a", "x", 100), b"kept")
    with pytest.raises(OSError) as caught:
        shelf.fetch(Picture("a", "y", 100))
    assert caught.value is error
    assert kept(shelf, "a", "xy") == "x"
    assert shelf.stats() == Counts()


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_shelf_needs_room(capacity):
    with pytest.raises(ValueError):
        make(capacity)


def test_a_shelf_of_one():
    shelf, _ = make(1)
    fetch_all(shelf, "a", "xyx")
    assert len(shelf) == shelf.capacity == 1
    assert shelf.stats() == Counts(renders=3, evictions=2)


def test_caps_that_make_no_sense_are_refused():
    with pytest.raises(ValueError):
        Caps(-1)
    with pytest.raises(ValueError):
        Caps(3, {"a": -1})
    with pytest.raises(ValueError):
        Caps(None, {"a": 2, "b": -5})
    assert Caps(0, {"a": 0, "b": None}).default == 0
    assert (Caps().default, dict(Caps().shops)) == (None, {})


@pytest.mark.parametrize(
    "path",
    ["", "/", "/a", "/a/100", "/a/100/", "/a//b", "/a/x/b", "/a/-1/b", "//1/b"],
)
def test_paths_that_mean_nothing(path):
    with pytest.raises(ValueError):
        Picture.from_path(path)


def test_paths():
    assert Picture.from_path("a/7/b//c") == Picture("a", "b//c", 7)
    assert Picture("a", "b/c", 4096).path == "/a/4096/b/c"
    for shop, name, width in [
        ("", "b", 1),
        ("a/b", "c", 1),
        ("a", "", 1),
        ("a", "b", 0),
    ]:
        with pytest.raises(ValueError):
            Picture(shop, name, width)
    assert Picture("a", "b", 1).width == 1
    with pytest.raises(ValueError):
        Picture("a", "b", 4097)
    with pytest.raises(ValueError):
        Picture.from_path("/a/\u0663/b")


def test_counters():
    shelf, _ = make(2)
    fetch_all(shelf, "a", "xxx")
    fetch_all(shelf, "b", "xyz")
    assert shelf.stats("a") == Counts(hits=2, renders=1, evictions=1)
    assert shelf.stats("b") == Counts(renders=3, evictions=1)
    assert shelf.stats() == Counts(hits=2, renders=4, evictions=2)
    assert shelf.stats("c") == Counts()
    assert shelf.stats("a").hit_rate == pytest.approx(2 / 3)
    assert Counts().hit_rate == 0


def test_the_report():
    shelf, _ = make(6)
    assert shelf_report(shelf) == "0 of 6"
    fetch_all(shelf, "longer", "ab")
    fetch_all(shelf, "b", "a")
    fetch_all(shelf, "a", "aa")
    fetch_all(shelf, "b", "bcd")
    assert shelf_report(shelf).splitlines() == [
        "b            4   67%    0% hits       0 evicted",
        "a            1   17%   50% hits       0 evicted",
        "longer       1   17%    0% hits       1 evicted",
        "6 of 6",
    ]


@pytest.mark.parametrize("seed", range(2))
def test_any_history_agrees_with_a_list(seed):
    chance = random.Random(seed)
    shelf, _ = make(6)
    order = []
    for _ in range(150):
        picture = Picture(chance.choice("ab"), chance.choice("12345"), 100)
        if chance.random() < 0.8:
            shelf.fetch(picture)
            order = [each for each in order if each != picture] + [picture]
            order = order[-6:]
        else:
            assert shelf.forget(picture) == (picture in order)
            order = [each for each in order if each != picture]
        assert len(shelf) == len(order)
        assert all(each in shelf for each in order)
