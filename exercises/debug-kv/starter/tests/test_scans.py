from palimpsest import MemoryDisk, Store


def shelf(*keys):
    store = Store(MemoryDisk())
    for key in keys:
        store.put(key, key.upper())
    return store


def keys(items):
    return [key for key, _ in items]


def test_keys_come_in_order_with_their_values():
    store = shelf("pear", "apple", "fig")
    assert store.scan() == [("apple", "APPLE"), ("fig", "FIG"), ("pear", "PEAR")]


def test_a_range_has_its_start_and_not_its_end():
    store = shelf("a", "b", "c", "d")
    assert keys(store.scan("b", "d")) == ["b", "c"]
    assert keys(store.scan("b")) == ["b", "c", "d"]
    assert keys(store.scan("b", "b")) == []


def test_a_range_is_the_same_when_it_was_flushed():
    store = shelf("a", "b", "c", "d")
    store.flush()
    assert keys(store.scan("b", "d")) == ["b", "c"]


def test_the_other_way_round_and_not_too_many():
    store = shelf("a", "b", "c", "d")
    store.delete("c")
    assert keys(store.scan(reverse=True)) == ["d", "b", "a"]
    assert keys(store.scan(limit=2)) == ["a", "b"]
    assert keys(store.scan("b", reverse=True, limit=1)) == ["d"]


def test_a_prefix_is_like_a_folder():
    store = shelf("draft", "draft/one", "draft/two", "drafts", "final/one")
    assert keys(store.scan_prefix("draft/")) == ["draft/one", "draft/two"]
    assert keys(store.scan_prefix("draft/", reverse=True)) == ["draft/two", "draft/one"]
    assert len(store.scan_prefix("")) == 5


def test_one_key_in_many_places_is_listed_once():
    store = shelf("a", "b")
    store.flush()
    store.put("a", "again")
    assert store.scan() == [("a", "again"), ("b", "B")]
