import pytest
from fakes import Renderer, pictures

from thumbshelf import Counts, Picture, Shelf, shelf_report


def test_paths_are_read_and_written():
    picture = Picture.from_path("/bigfoot/200/boots/red.jpg")
    assert picture == Picture("bigfoot", "boots/red.jpg", 200)
    assert picture.path == "/bigfoot/200/boots/red.jpg"


@pytest.mark.parametrize("path", ["/bigfoot", "/bigfoot/wide/a", "//200/a", "/b/0/a"])
def test_paths_that_mean_nothing_are_refused(path):
    with pytest.raises(ValueError):
        Picture.from_path(path)


def test_counters_are_kept_by_shop():
    shelf = Shelf(Renderer(), capacity=2)
    a, b = pictures("bigfoot", "ab")
    (tiny,) = pictures("tinytoes", "a")
    for picture in (a, a, b, tiny):
        shelf.fetch(picture)
    assert shelf.stats("bigfoot") == Counts(hits=1, renders=2, evictions=1)
    assert shelf.stats("tinytoes") == Counts(renders=1)
    assert shelf.stats() == Counts(hits=1, renders=3, evictions=1)
    assert shelf.stats("nobody").hit_rate == 0


def test_what_was_asked_to_leave_is_no_eviction():
    shelf = Shelf(Renderer(), capacity=2)
    a, b = pictures("bigfoot", "ab")
    shelf.fetch(a)
    shelf.put(a, b"anew")
    shelf.forget(a)
    shelf.fetch(b)
    shelf.forget_shop("bigfoot")
    assert shelf.stats().evictions == 0


def test_the_report_lists_the_largest_first():
    shelf = Shelf(Renderer(), capacity=8)
    for picture in pictures("tinytoes", "a") + pictures("bigfoot", "abca"):
        shelf.fetch(picture)
    assert shelf_report(shelf).splitlines() == [
        "bigfoot        3   75%   25% hits       0 evicted",
        "tinytoes       1   25%    0% hits       0 evicted",
        "4 of 8",
    ]
