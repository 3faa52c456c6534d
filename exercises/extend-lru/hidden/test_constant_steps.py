import sys
import tracemalloc

from thumbshelf import Caps, Picture, Shelf


def steps(story):
    """Run a story; return how many lines and calls of the package that took."""
    taken = 0

    def on_line(frame, event, arg):
        nonlocal taken
        taken += event == "line"
        return on_line

    def on_call(frame, event, arg):
        if not frame.f_globals.get("__name__", "").startswith("thumbshelf"):
            return None
        return on_line(frame, "line", arg)

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        story()
    finally:
        sys.settrace(before)
    return taken


def grows(story):
    """Whether a call takes more steps, on average, where there are many pictures.

    A story of size n is about n pictures and makes a number of calls that grows with n.
    So nobody fails who tidies up now and then, as long as that pays.
    """
    few, many = (steps(lambda size=size: story(size)) / size for size in (5, 50))
    assert few > 0
    return many > 1.6 * few


def render(picture):
    return b"x"


def fill(shelf, shop, size):
    for number in range(size):
        shelf.fetch(Picture(shop, f"{number}", 100))


def test_a_shop_at_its_cap_does_not_search_among_the_others():
    def story(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(None, {"late": 5}))
        fill(shelf, "early", size)
        fill(shelf, "late", size)
        assert (shelf.held("early"), shelf.held("late")) == (size, 5)

    assert not grows(story)


def test_a_shop_at_its_cap_does_not_search_among_its_own():
    def story(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(size))
        fill(shelf, "big", size)
        for number in range(size):
            shelf.fetch(Picture("big", f"{size - 1}", 100))
            shelf.put(Picture("big", f"{size - 1}", 100), b"y")
            shelf.fetch(Picture("big", f"new-{number}", 100))

    assert not grows(story)


def test_a_full_shelf_is_not_searched():
    def story(size):
        shelf = Shelf(render, capacity=size, caps=Caps(size))
        fill(shelf, "big", size)
        for number in range(size // 2):
            shelf.fetch(Picture("other", f"{number}", 100))
        assert shelf.held("big") == size - size // 2

    assert not grows(story)


def test_hits_do_not_search():
    def story(size):
        shelf = Shelf(render, capacity=size, caps=Caps(size))
        fill(shelf, "big", size)
        for number in range(size):
            shelf.fetch(Picture("big", f"{number}", 100))
            shelf.fetch(Picture("big", f"{size // 2}", 100))

    assert not grows(story)


def test_forgetting_a_picture_does_not_search():
    def story(size):
        shelf = Shelf(render, capacity=2 * size, caps=Caps(size))
        fill(shelf, "big", size)
        fill(shelf, "tiny", size // 2)
        for number in reversed(range(size)):
            assert shelf.forget(Picture("big", f"{number}", 100))

    assert not grows(story)


def test_many_shops_cost_no_more_than_few():
    def story(size):
        caps = Caps(2, {f"shop-{number}": 1 for number in range(size)})
        shelf = Shelf(render, capacity=size, caps=caps)
        for name in "ab":
            for number in range(size):
                shelf.fetch(Picture(f"shop-{number}", name, 100))
        for number in range(size // 2):
            shelf.fetch(Picture("new", f"{number}", 100))

    assert not grows(story)


def test_what_is_not_kept_is_not_looked_for():
    def story(size):
        shelf = Shelf(render, capacity=size, caps=Caps(None, {"trial": 0}))
        fill(shelf, "big", size)
        fill(shelf, "trial", size)

    assert not grows(story)


def room(call, times=12):
    """Return the most memory that a call needs in between, in bytes, at its best.

    Copying the shelf to look at one picture is a single line of Python. What a dictionary
    needs to grow, now and then, does not count.
    """
    most = []
    tracemalloc.start()
    try:
        for number in range(times):
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            call(number)
            most.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    return min(most)


SIZE = 1500  # a list of so many takes 12,000 bytes
LITTLE = 6_000


def test_nothing_is_copied_to_find_a_shop_s_oldest():
    shelf = Shelf(render, capacity=2 * SIZE, caps=Caps(None, {"big": SIZE}))
    fill(shelf, "big", SIZE)
    new = [Picture("big", f"new-{number}", 100) for number in range(12)]
    assert room(lambda number: shelf.fetch(new[number])) < LITTLE
    assert shelf.held("big") == SIZE


def test_nothing_is_copied_to_find_the_oldest_of_all():
    shelf = Shelf(render, capacity=SIZE, caps=Caps(10, {"big": None}))
    fill(shelf, "big", SIZE)
    new = [Picture("small", f"{number}", 100) for number in range(12)]
    assert room(lambda number: shelf.put(new[number], b"y")) < LITTLE
    assert room(lambda number: shelf.fetch(Picture("big", "1400", 100))) < LITTLE
    assert shelf.held("small") == 10
    assert room(lambda n: shelf.forget(Picture("big", f"{n + 1000}", 100))) < LITTLE
