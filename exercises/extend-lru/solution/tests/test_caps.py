import pytest
from fakes import Renderer, pictures

from thumbshelf import Caps, Counts, Picture, Shelf


def fetch_all(shelf: Shelf, shop: str, names: str) -> None:
    for picture in pictures(shop, names):
        shelf.fetch(picture)


def kept(shelf: Shelf, shop: str, names: str) -> str:
    return "".join(each.name for each in pictures(shop, names) if each in shelf)


def test_a_shop_stays_within_its_cap_and_leaves_others_alone():
    shelf = Shelf(Renderer(), capacity=5, caps=Caps(None, {"bigfoot": 3}))
    fetch_all(shelf, "tinytoes", "ab")
    fetch_all(shelf, "bigfoot", "abcdef")
    assert kept(shelf, "bigfoot", "abcdef") == "def"
    assert kept(shelf, "tinytoes", "ab") == "ab"
    assert shelf.stats("bigfoot").evictions == 3


def test_a_shop_gives_up_what_it_used_least_recently():
    shelf = Shelf(Renderer(), capacity=10, caps=Caps(3))
    fetch_all(shelf, "bigfoot", "abcad")
    assert kept(shelf, "bigfoot", "abcd") == "acd"


def test_a_shop_below_its_cap_takes_the_place_of_the_oldest_of_all():
    shelf = Shelf(Renderer(), capacity=3, caps=Caps(2))
    fetch_all(shelf, "tinytoes", "ab")
    fetch_all(shelf, "bigfoot", "ab")
    assert kept(shelf, "tinytoes", "ab") == "b"
    assert shelf.held("bigfoot") == 2


def test_what_left_for_any_reason_counts_no_more():
    shelf = Shelf(Renderer(), capacity=3, caps=Caps(2))
    fetch_all(shelf, "bigfoot", "ab")
    shelf.forget(Picture("bigfoot", "b", 200))
    fetch_all(shelf, "bigfoot", "c")
    assert kept(shelf, "bigfoot", "abc") == "ac"
    shelf.forget_shop("bigfoot")
    fetch_all(shelf, "bigfoot", "de")
    fetch_all(shelf, "tinytoes", "ab")
    fetch_all(shelf, "bigfoot", "ef")
    assert kept(shelf, "bigfoot", "def") == "ef"


def test_a_picture_that_is_put_again_counts_once():
    shelf = Shelf(Renderer(), capacity=3, caps=Caps(2))
    fetch_all(shelf, "bigfoot", "ab")
    shelf.put(Picture("bigfoot", "a", 200), b"anew")
    assert shelf.held("bigfoot") == 2
    assert shelf.stats().evictions == 0


def test_a_shop_with_zero_keeps_nothing_and_pushes_nobody_out():
    render = Renderer()
    shelf = Shelf(render, capacity=2, caps=Caps(5, {"trial-77": 0}))
    fetch_all(shelf, "tinytoes", "ab")
    fetch_all(shelf, "trial-77", "aa")
    shelf.put(Picture("trial-77", "b", 200), b"given")
    assert kept(shelf, "tinytoes", "ab") == "ab"
    assert shelf.stats("trial-77") == Counts(renders=2)
    assert shelf.stats("tinytoes").evictions == 0
    assert shelf.held("trial-77") == 0


def test_exceptions_count_whatever_they_are():
    shelf = Shelf(Renderer(), capacity=9, caps=Caps(1, {"a": 0, "b": None, "c": 2}))
    assert [shelf.cap(shop) for shop in "abcd"] == [0, None, 2, 1]
    fetch_all(shelf, "b", "1234")
    assert shelf.held("b") == 4
    assert Shelf(Renderer(), capacity=9, caps=Caps(0)).cap("a") == 0


def test_a_lower_cap_holds_at_once():
    shelf = Shelf(Renderer(), capacity=9, caps=Caps(5))
    fetch_all(shelf, "tinytoes", "ab")
    fetch_all(shelf, "bigfoot", "abcdea")
    shelf.set_cap("bigfoot", 2)
    assert kept(shelf, "bigfoot", "abcde") == "ae"
    assert kept(shelf, "tinytoes", "ab") == "ab"
    assert shelf.stats().evictions == 3
    assert shelf.cap("bigfoot") == 2


def test_a_higher_cap_and_none_take_nothing_away():
    shelf = Shelf(Renderer(), capacity=9, caps=Caps(2))
    fetch_all(shelf, "bigfoot", "ab")
    shelf.set_cap("bigfoot", 3)
    fetch_all(shelf, "bigfoot", "cd")
    assert kept(shelf, "bigfoot", "abcd") == "bcd"
    shelf.set_cap("bigfoot", None)
    fetch_all(shelf, "bigfoot", "efgh")
    assert shelf.held("bigfoot") == 7


def test_shelves_with_the_same_caps_change_apart():
    caps = Caps(3)
    one, other = (Shelf(Renderer(), capacity=9, caps=caps) for _ in range(2))
    one.set_cap("bigfoot", 1)
    assert (one.cap("bigfoot"), other.cap("bigfoot")) == (1, 3)


def test_a_cap_below_zero_is_refused():
    shelf = Shelf(Renderer(), capacity=9)
    with pytest.raises(ValueError):
        shelf.set_cap("bigfoot", -1)
    assert shelf.cap("bigfoot") is None


class CountedName(str):
    """A shop's name that counts how often it is compared with another, or hashed."""

    looks = 0

    def __eq__(self, other: object) -> bool:
        CountedName.looks += 1
        return str(self) == str(other)

    def __hash__(self) -> int:
        CountedName.looks += 1
        return hash(str(self))


@pytest.mark.parametrize("others", [10, 300])
def test_making_room_does_not_depend_on_how_many_there_are(others):
    shelf = Shelf(Renderer(), capacity=1000, caps=Caps(None, {"late": 3}))
    for number in range(others):
        shelf.fetch(Picture(CountedName("early"), f"{number}", 200))
    fetch_all(shelf, "late", "abc")
    CountedName.looks = 0
    fetch_all(shelf, "late", "defgh")
    shelf.fetch(Picture(CountedName("early"), f"{others - 1}", 200))
    assert CountedName.looks < 100
