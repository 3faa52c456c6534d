import itertools
import random

import pytest

from palimpsest import MemoryDisk, Store


def as_written(store, disk):
    return store


def flushed(store, disk):
    store.flush()
    return store


def merged(store, disk):
    store.flush()
    store.put("zz", "x")
    store.flush()
    store.compact()
    return store


def opened_again(store, disk):
    store.flush()
    return Store(disk)


PLACES = [as_written, flushed, merged, opened_again]


def shelf(place, keys):
    disk = MemoryDisk()
    store = Store(disk)
    for key in keys:
        store.put(key, key.upper())
    return place(store, disk)


def keys(items):
    return [key for key, _ in items]


@pytest.mark.parametrize("place", PLACES)
def test_the_end_is_not_in_the_range_wherever_its_key_stands(place):
    store = shelf(place, ["a", "l", "m", "n", "z"])
    assert store.scan("a", "m") == [("a", "A"), ("l", "L")]
    assert keys(store.scan("l", "n")) == ["l", "m"]
    assert keys(store.scan("l", "n", reverse=True)) == ["m", "l"]
    assert keys(store.scan("a", "z", reverse=True, limit=2)) == ["n", "m"]
    assert keys(store.scan("a", "m", limit=9)) == ["a", "l"]
    with store.snapshot() as now:
        assert keys(now.scan("a", "m")) == ["a", "l"]


@pytest.mark.parametrize("place", PLACES)
def test_an_empty_range_is_empty(place):
    store = shelf(place, ["a", "m", "z"])
    assert store.scan("m", "m") == []
    assert store.scan("z", "a") == []
    assert store.scan("", "a") == []


@pytest.mark.parametrize("place", PLACES)
def test_an_end_that_is_no_key_cuts_between_keys(place):
    store = shelf(place, ["a", "m", "ma", "z"])
    assert keys(store.scan("a", "m0")) == ["a", "m"]
    assert keys(store.scan("a", "l")) == ["a"]
    assert keys(store.scan("m", "zzz")) == ["m", "ma", "z"] + ["zz"] * (place is merged)
    assert keys(store.scan("m\x00", "ma")) == []


@pytest.mark.parametrize("place", PLACES)
def test_parts_of_an_export_add_up_to_the_whole(place):
    letters = "abcdefghijklmnopqrstuvwxyz"
    store = shelf(place, [*letters, *(letter + "1" for letter in letters)])
    parts = [store.scan(*ends) for ends in itertools.pairwise(letters)]
    assert sum(parts, []) + store.scan("z") == store.scan()


def test_some_keys_flushed_and_some_not():
    chance = random.Random(5)
    store, present = Store(MemoryDisk()), set()
    for _ in range(60):
        key = "".join(chance.choices("abc", k=chance.randint(1, 3)))
        store.put(key, "x")
        present.add(key)
        if chance.random() < 0.2:
            store.flush()
        start, end = chance.choices(sorted(present), k=2)
        wanted = sorted(key for key in present if start <= key < end)
        assert keys(store.scan(start, end)) == wanted
        assert keys(store.scan(start, end, reverse=True)) == wanted[::-1]
