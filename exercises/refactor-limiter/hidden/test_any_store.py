import json

import pytest

from turnstile import (
    FixedWindow,
    Limiter,
    ManualClock,
    MemoryStore,
    Rule,
    SlidingWindow,
    TokenBucket,
)


class Notebook:
    """A store that notes what it is asked for."""

    def __init__(self, **texts):
        self.texts = texts
        self.asked = []

    def get(self, key):
        self.asked.append(("get", key))
        return self.texts.get(key)

    def set(self, key, text, ttl):
        self.asked.append(("set", key, ttl, type(ttl)))
        self.texts[key] = text

    def delete(self, key):
        self.asked.append(("delete", key))
        self.texts.pop(key, None)


def limiter(store, algorithm="fixed", limit=2, period=10, now=0.0, name="calls"):
    clock = ManualClock(now)
    return Limiter(Rule(name, algorithm, limit, period), store, clock), clock


def plain(decision):
    return (decision.allowed, decision.limit, decision.remaining, decision.retry_after)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_calls_are_counted(algorithm):
    ours, clock = limiter(Notebook(), algorithm)
    told = [plain(ours.check("ada")) for _ in range(3)]
    wait = 5 if algorithm == "bucket" else 10
    assert told == [(True, 2, 1, 0), (True, 2, 0, 0), (False, 2, 0, wait)]
    assert plain(ours.check("bob", 2)) == (True, 2, 0, 0)
    assert plain(ours.check("eve", 3)) == (False, 2, 2, None)
    clock.advance(10)
    assert plain(ours.check("ada")) == (True, 2, 1, 0)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_a_call_reads_once_and_writes_once_at_most(algorithm):
    store = Notebook()
    ours, _clock = limiter(store, algorithm, limit=1)
    key = f"{algorithm}/calls/ada"
    ours.check("ada")
    assert store.asked == [("get", key), ("set", key, 10, int)]
    store.asked.clear()
    assert not ours.check("ada").allowed
    assert store.asked == [("get", key)]


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_peek_says_what_check_would_and_leaves_all_as_it_is(algorithm):
    store = Notebook()
    ours, _clock = limiter(store, algorithm, limit=3)
    for cost in (1, 2, 1, 4):
        texts = dict(store.texts)
        store.asked.clear()
        seen = plain(ours.peek("ada", cost))
        assert seen == plain(ours.peek("ada", cost))
        assert [each[0] for each in store.asked] == ["get", "get"]
        assert store.texts == texts
        assert plain(ours.check("ada", cost)) == seen


def test_peek_looks_at_a_call_of_cost_1():
    ours, _clock = limiter(Notebook())
    assert plain(ours.peek("ada")) == (True, 2, 1, 0)


@pytest.mark.parametrize(
    ("algorithm", "limit", "period", "now", "cost", "ttl"),
    [
        ("fixed", 5, 10, 12.5, 1, 8),
        ("fixed", 5, 10, 19.75, 1, 1),
        ("fixed", 5, 10, 11, 1, 9),
        ("sliding", 5, 2.5, 12.5, 1, 3),
        ("sliding", 5, 0.25, 12.5, 1, 1),
        ("bucket", 4, 1, 0, 1, 1),
        ("bucket", 4, 9, 0, 1, 3),
        ("bucket", 4, 8, 0, 3, 6),
    ],
)
def test_a_store_is_told_whole_seconds_rounded_up(
    algorithm, limit, period, now, cost, ttl
):
    store = Notebook()
    ours, _clock = limiter(store, algorithm, limit, period, now)
    ours.check("ada", cost)
    assert store.asked[-1] == ("set", f"{algorithm}/calls/ada", ttl, int)


def test_a_caller_can_be_forgotten():
    store = Notebook()
    ours, _clock = limiter(store, limit=1)
    ours.check("ada")
    ours.check("bob")
    store.asked.clear()
    ours.reset("ada")
    ours.reset("nobody")
    assert store.asked == [
        ("delete", "fixed/calls/ada"),
        ("delete", "fixed/calls/nobody"),
    ]
    assert ours.check("ada").allowed
    assert not ours.check("bob").allowed


def test_rules_with_names_of_their_own_share_a_store():
    store = Notebook()
    one, _clock = limiter(store, name="one", limit=1)
    two, _clock = limiter(store, name="two", limit=1)
    assert one.check("ada").allowed
    assert two.check("ada").allowed
    assert sorted(store.texts) == ["fixed/one/ada", "fixed/two/ada"]


def test_limiters_of_one_rule_share_what_is_kept():
    store = Notebook()
    here, _clock = limiter(store)
    there, _clock = limiter(store)
    assert [each.check("ada").allowed for each in (here, there, here)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [("fixed", FixedWindow), ("sliding", SlidingWindow), ("bucket", TokenBucket)],
)
def test_old_and_new_hosts_read_each_other(algorithm, kind):
    store = Notebook()
    new, _clock = limiter(store, algorithm, limit=4, now=12.5)
    old = kind(4, 10, "calls", "shared", store, ManualClock(12.5))
    assert old.allow("ada")
    assert plain(new.check("ada", 2)) == (True, 4, 1, 0)
    assert old.remaining("ada") == 1
    assert not new.check("ada", 2).allowed
    assert old.failures == 0
    new.reset("ada")
    assert old.remaining("ada") == 4


def test_bucket_texts_are_json():
    store = Notebook()
    ours, _clock = limiter(store, "bucket", limit=4, now=12.5)
    ours.check("ada")
    assert json.loads(store.texts["bucket/calls/ada"]) == {"tokens": 3, "at": 12.5}


def test_texts_in_memory():
    store = MemoryStore()
    assert store.get("a") is None
    store.set("a", "one", 1)
    store.set("b", "two", 5)
    store.set("a", "anew", 1)
    assert (store.get("a"), store.get("b")) == ("anew", "two")
    store.delete("a")
    store.delete("never there")
    assert (store.get("a"), store.get("b")) == (None, "two")
    assert MemoryStore().get("b") is None


def test_a_limiter_in_memory_with_the_time_of_day():
    ours = Limiter(Rule("calls", "fixed", 1, 1e12), MemoryStore())
    assert ours.check("ada").allowed
    assert not ours.check("ada").allowed


@pytest.mark.parametrize("cost", [0, -3])
def test_a_cost_below_1_is_refused(cost):
    store = Notebook()
    ours, _clock = limiter(store)
    with pytest.raises(ValueError):
        ours.check("ada", cost)
    with pytest.raises(ValueError):
        ours.peek("ada", cost)
    assert store.texts == {}
