import sys

from thumbshelf import Caps, Picture, Shelf


def render(picture):
    return b"x"


def steps(story):
    """Run a story; return how many lines and calls of the package that took."""
    taken = 0

    def on_event(frame, event, arg):
        nonlocal taken
        if frame.f_globals.get("__name__", "").startswith("thumbshelf"):
            taken += event in ("call", "line")
            return on_event
        return None

    before = sys.gettrace()
    sys.settrace(on_event)
    try:
        story()
    finally:
        sys.settrace(before)
    return taken


def grows(prepare, story):
    """Whether a story takes more steps on a shelf with many pictures."""
    taken = []
    for size in (10, 400):
        shelf = prepare(size)
        taken.append(steps(lambda shelf=shelf, size=size: story(shelf, size)))
    few, many = taken
    assert few > 0
    return many > 1.5 * few + 100


def fill(shelf, shop, size):
    for number in range(size):
        shelf.fetch(Picture(shop, f"{number}", 100))


def test_a_shop_at_its_cap_does_not_search_among_the_others():
    def prepare(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(None, {"late": 5}))
        fill(shelf, "early", size)
        fill(shelf, "late", 5)
        return shelf

    def story(shelf, size):
        for number in range(10):
            shelf.fetch(Picture("late", f"new-{number}", 100))
        assert shelf.held("early") == size

    assert not grows(prepare, story)


def test_a_shop_at_its_cap_does_not_search_among_its_own():
    def prepare(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(size))
        fill(shelf, "big", size)
        return shelf

    def story(shelf, size):
        for number in range(10):
            shelf.fetch(Picture("big", f"{size - 2}", 100))
            shelf.put(Picture("big", f"{size - 3}", 100), b"y")
            shelf.fetch(Picture("big", f"new-{number}", 100))

    assert not grows(prepare, story)


def test_a_full_shelf_is_not_searched():
    def prepare(size):
        shelf = Shelf(render, capacity=size + 5, caps=Caps(size))
        fill(shelf, "big", size)
        fill(shelf, "tiny", 5)
        return shelf

    def story(shelf, size):
        for number in range(10):
            shelf.fetch(Picture("other", f"{number % 8}", 100))

    assert not grows(prepare, story)


def test_hits_do_not_search():
    def prepare(size):
        shelf = Shelf(render, capacity=size, caps=Caps(size))
        fill(shelf, "big", size)
        return shelf

    def story(shelf, size):
        for number in range(1, 10):
            shelf.fetch(Picture("big", f"{size - number}", 100))
            shelf.fetch(Picture("big", f"{size // 2}", 100))

    assert not grows(prepare, story)


def test_forgetting_a_picture_does_not_search():
    def prepare(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(size))
        fill(shelf, "big", size)
        fill(shelf, "tiny", 10)
        return shelf

    def story(shelf, size):
        for number in range(1, 6):
            assert shelf.forget(Picture("big", f"{size - number}", 100))
            assert shelf.forget(Picture("tiny", f"{number}", 100))
            shelf.fetch(Picture("big", f"new-{number}", 100))

    assert not grows(prepare, story)


def test_many_shops_cost_no_more_than_few():
    def prepare(size):
        caps = Caps(2, {f"shop-{number}": 1 for number in range(size)})
        shelf = Shelf(render, capacity=size, caps=caps)
        for number in range(size):
            shelf.fetch(Picture(f"shop-{number}", "a", 100))
        return shelf

    def story(shelf, size):
        for number in range(1, 10):
            shelf.fetch(Picture(f"shop-{size - number}", "b", 100))
            shelf.fetch(Picture("new", f"{number}", 100))

    assert not grows(prepare, story)


def test_what_is_not_kept_is_not_looked_for():
    def prepare(size):
        shelf = Shelf(render, capacity=size, caps=Caps(None, {"trial": 0}))
        fill(shelf, "big", size)
        return shelf

    def story(shelf, size):
        for number in range(10):
            shelf.fetch(Picture("trial", f"{number}", 100))

    assert not grows(prepare, story)
