from thumbshelf import Caps, Counts, Picture, Shelf


class Renderer:
    def __init__(self):
        self.calls = 0

    def __call__(self, picture):
        self.calls += 1
        return b"%d" % self.calls


def pictures(shop, names):
    return [Picture(shop, name, 100) for name in names]


def test_an_exception_of_zero_keeps_nothing():
    render = Renderer()
    shelf = Shelf(render, capacity=10, caps=Caps(5, {"trial": 0}))
    (one,) = pictures("trial", "a")
    assert [shelf.fetch(one) for _ in range(3)] == [b"1", b"2", b"3"]
    assert one not in shelf
    assert shelf.held("trial") == len(shelf) == 0
    assert shelf.shops() == []
    assert shelf.stats("trial") == Counts(renders=3)
    assert shelf.cap("trial") == 0


def test_a_default_of_zero_keeps_what_exceptions_allow():
    render = Renderer()
    shelf = Shelf(render, capacity=10, caps=Caps(0, {"paying": 2, "museum": None}))
    for shop in ("free", "paying", "museum"):
        for picture in pictures(shop, "abc"):
            shelf.fetch(picture)
    assert [shelf.held(shop) for shop in ("free", "paying", "museum")] == [0, 2, 3]
    assert [shelf.cap(shop) for shop in ("free", "paying", "museum")] == [0, 2, None]
    assert shelf.stats("free").evictions == 0


def test_a_shop_with_none_has_no_cap_beside_a_default():
    shelf = Shelf(Renderer(), capacity=10, caps=Caps(2, {"museum": None}))
    for picture in pictures("museum", "abcdefghijkl"):
        shelf.fetch(picture)
    assert shelf.held("museum") == 10
    assert shelf.cap("museum") is None


def test_nobody_has_to_leave_for_what_is_not_kept():
    shelf = Shelf(Renderer(), capacity=3, caps=Caps(None, {"trial": 0}))
    mine = pictures("tiny", "abc")
    for picture in mine:
        shelf.fetch(picture)
    for picture in pictures("trial", "xyz"):
        shelf.fetch(picture)
        shelf.put(picture, b"given")
        assert picture not in shelf
    assert all(picture in shelf for picture in mine)
    assert shelf.stats() == Counts(renders=6)


def test_nothing_can_be_put_either():
    shelf = Shelf(Renderer(), capacity=3, caps=Caps(0))
    (one,) = pictures("trial", "a")
    shelf.put(one, b"given")
    assert one not in shelf
    assert shelf.fetch(one) == b"1"
    assert not shelf.forget(one)
    assert shelf.stats("trial") == Counts(renders=1)


def test_an_operator_can_say_zero():
    shelf = Shelf(Renderer(), capacity=2, caps=Caps(2))
    shelf.set_cap("trial", 0)
    for picture in pictures("tiny", "ab") + pictures("trial", "ab"):
        shelf.fetch(picture)
    assert (shelf.held("tiny"), shelf.held("trial")) == (2, 0)
    assert shelf.cap("trial") == 0
    shelf.set_cap("later", 0)
    shelf.set_cap("later", 1)
    for picture in pictures("later", "ab"):
        shelf.fetch(picture)
    assert shelf.held("later") == 1


def test_an_operator_can_take_the_cap_away():
    shelf = Shelf(Renderer(), capacity=10, caps=Caps(2))
    shelf.set_cap("museum", None)
    for picture in pictures("museum", "abcdef"):
        shelf.fetch(picture)
    assert shelf.held("museum") == 6
    assert shelf.cap("museum") is None
    assert shelf.cap("tiny") == 2
