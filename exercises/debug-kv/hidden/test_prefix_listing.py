import random

import pytest

from palimpsest import MemoryDisk, Store

ENDINGS = ["", "a", "~", "é", "世界", "\ud7ff", "\ue000", "\uffef", "\ufffd", "\ufffe"]
ENDINGS += ["\uffff", "\uffff\uffff", "\uffffx", "\U00010000", "🦊 welcome", "👩‍👩‍👧"]
ENDINGS += ["\U0010fffe", "\U0010ffff", "\U0010ffff\U0010ffff", "\U0010ffffz"]


def shelf(keys):
    store = Store(MemoryDisk())
    for key in keys:
        store.put(key, "x")
    return store


def keys(items):
    return [key for key, _ in items]


@pytest.mark.parametrize("ending", ENDINGS[1:], ids=ascii)
def test_whatever_follows_the_prefix_is_listed(ending):
    store = shelf(["draft", "draft/" + ending, "drag"])
    assert store.scan_prefix("draft/") == [("draft/" + ending, "x")]
    assert keys(store.scan_prefix("draft/", reverse=True)) == ["draft/" + ending]
    store.flush()
    assert store.scan_prefix("draft/") == [("draft/" + ending, "x")]
    with store.snapshot() as now:
        assert keys(now.scan_prefix("draft/")) == ["draft/" + ending]


@pytest.mark.parametrize("flush", [False, True])
def test_a_whole_folder_in_order(flush):
    wanted = sorted("draft/" + ending for ending in ENDINGS)
    store = shelf(["a", "draft", "draft.", "draftsman", "draft00", "🦊", *wanted])
    if flush:
        store.flush()
    assert keys(store.scan_prefix("draft/")) == wanted
    assert keys(store.scan_prefix("draft/", reverse=True)) == wanted[::-1]
    assert keys(store.scan_prefix("draft/", limit=18)) == wanted[:18]
    assert keys(store.scan_prefix("draft/", reverse=True, limit=3)) == wanted[:-4:-1]
    assert store.scan_prefix("draft/", limit=0) == []


@pytest.mark.parametrize(
    "last", ["z", "\ud7ff", "\uffff", "🦊", "\U0010ffff", "\U0010ffff" * 2], ids=ascii
)
def test_a_prefix_may_end_in_any_character(last):
    wanted = sorted(f"a{last}{ending}" for ending in ENDINGS)
    store = shelf([*wanted, "a", "a\x00", "b", "🦊b", "Z"])
    assert keys(store.scan_prefix("a" + last)) == wanted
    assert keys(store.scan_prefix("a" + last, reverse=True)) == wanted[::-1]


def test_a_prefix_of_the_very_last_character_only():
    last = "\U0010ffff"
    store = shelf(["a", "🦊", last, last + "a", last * 2, last * 3])
    assert keys(store.scan_prefix(last)) == [last, last + "a", last * 2, last * 3]
    assert keys(store.scan_prefix(last * 2)) == [last * 2, last * 3]


def test_everything_is_listed_for_an_empty_prefix():
    wanted = sorted([*ENDINGS[1:], "plain"])
    store = shelf(wanted)
    assert keys(store.scan_prefix("")) == wanted


def test_the_neighbours_of_a_folder_are_not_in_it():
    store = shelf(["draft", "draft.", "draft/one", "draft0", "draft0/one", "Draft/two"])
    assert keys(store.scan_prefix("draft/")) == ["draft/one"]


def test_any_keys_and_any_prefix():
    chance = random.Random(3)
    alphabet = ["a", "b", "\uffff", "🦊", "\U0010ffff"]

    def text(least):
        return "".join(chance.choices(alphabet, k=chance.randint(least, 4)))

    present = {text(1) for _ in range(150)}
    store = shelf(present)
    for _ in range(60):
        prefix = text(0)
        wanted = sorted(key for key in present if key.startswith(prefix))
        assert keys(store.scan_prefix(prefix)) == wanted
