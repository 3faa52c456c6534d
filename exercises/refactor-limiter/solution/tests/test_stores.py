import pytest
from helpers import KINDS, SharedStore, old

from turnstile import (
    Decision,
    Gateway,
    Limiter,
    ManualClock,
    MemoryStore,
    Request,
    Rule,
    StateUnreadable,
    StoreUnavailable,
)


class Counting(SharedStore):
    """A store that counts how often it is read."""

    reads = 0

    def get(self, key):
        self.reads += 1
        return super().get(key)


def limiter(store, kind="fixed", limit=2, period=10.0, now=0.0):
    rule = Rule("calls", kind, limit, period)
    return Limiter(rule, store, ManualClock(now))


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_is_a_read_and_a_write(kind):
    store = Counting()
    ours = limiter(store, kind, limit=1)
    assert ours.check("ada").allowed
    assert (store.reads, len(store.writes)) == (1, 1)
    assert not ours.check("ada").allowed
    assert (store.reads, len(store.writes)) == (2, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_look_changes_nothing(kind):
    store = SharedStore()
    ours = limiter(store, kind)
    assert ours.peek("ada", 2) == ours.peek("ada", 2) == Decision(True, 2, 0)
    assert store.writes == []
    assert ours.check("ada", 2) == Decision(True, 2, 0)


@pytest.mark.parametrize(
    ("kind", "limit", "period", "now", "ttl"),
    [
        ("fixed", 5, 10, 12.5, 8),
        ("fixed", 5, 10, 19.75, 1),
        ("sliding", 5, 2.5, 0, 3),
        ("bucket", 4, 1, 0, 1),
        ("bucket", 4, 9, 0, 3),
    ],
)
def test_times_to_live_are_whole_seconds(kind, limit, period, now, ttl):
    store = SharedStore()
    limiter(store, kind, limit, period, now).check("ada")
    assert [each[2] for each in store.writes] == [ttl]


@pytest.mark.parametrize("kind", KINDS)
def test_old_and_new_hosts_share_a_store(kind):
    store = SharedStore()
    before, _clock = old(kind, 3, 10, store)
    now = limiter(store, kind, limit=3)
    assert before.allow("ada")
    assert now.check("ada").remaining == 1
    assert before.remaining("ada") == 1
    assert before.retry_after("ada", 1) == 0
    now.reset("ada")
    assert before.remaining("ada") == 3


@pytest.mark.parametrize("error", [ConnectionError("down"), KeyError("shard 7")])
def test_whatever_a_store_raises_is_heard_of(error):
    store = SharedStore()
    store.down = error
    ours = limiter(store)
    for ask in (ours.check, ours.peek, ours.reset):
        with pytest.raises(StoreUnavailable) as caught:
            ask("ada")
        assert caught.value.__cause__ is error


def test_a_store_that_takes_nothing_is_heard_of():
    store = SharedStore()
    store.set = lambda key, text, ttl: store.missing
    with pytest.raises(StoreUnavailable) as caught:
        limiter(store).check("ada")
    assert isinstance(caught.value.__cause__, AttributeError)


def test_what_is_no_trouble_of_the_stores_comes_through():
    class Broken:
        def now(self):
            raise RuntimeError("no battery")

    with pytest.raises(RuntimeError, match="no battery"):
        Limiter(Rule("calls", "fixed", 2, 10), SharedStore(), Broken()).check("ada")
    with pytest.raises(TypeError):
        limiter(SharedStore()).check("ada", "3")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_cost_is_told_though_the_store_is_down(kind):
    store = SharedStore()
    store.down = OSError("down")
    before, _clock = old(kind, 2, 10, store)
    now = limiter(store, kind)
    for ask in (before.allow, now.check, now.peek):
        with pytest.raises(ValueError, match="at least 1"):
            ask("ada", 0)
    assert before.failures == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read(kind):
    key = f"{kind}/calls/ada"
    store = SharedStore(**{key: "what?"})
    with pytest.raises(StateUnreadable):
        limiter(store, kind).check("ada")
    before, _clock = old(kind, 2, 10, store)
    assert before.allow("ada")
    assert (before.remaining("ada"), before.retry_after("ada")) == (2, 0)
    assert before.failures == 3
    assert store.texts == {key: "what?"}


def test_old_limiters_go_on_when_the_store_is_down():
    store = SharedStore()
    before, _clock = old("fixed", 2, 10, store)
    store.down = OSError("down")
    before.reset("ada")
    assert before.retry_after("ada", 3) is None
    assert before.failures == 1


def test_the_gateway_goes_on_when_the_store_is_down():
    store = SharedStore()
    rules = [Rule("one", "fixed", 1, 10), Rule("two", "bucket", 3, 10)]
    gateway = Gateway(rules, "shared", store, ManualClock())
    assert gateway.failures == 0
    store.down = RuntimeError("down")
    for number in (2, 4):
        answer = gateway.handle(Request("ada", "10.0.0.7", "/"))
        assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, "1")
        assert gateway.failures == number


@pytest.mark.parametrize(
    ("per", "user", "key"),
    [
        ("user", "ada", "ada"),
        ("user", "", "7"),
        ("address", "ada", "7"),
        ("all", "ada", "all"),
    ],
)
def test_for_whom_a_rule_counts(per, user, key):
    store = SharedStore()
    gateway = Gateway([Rule("r", "fixed", 1, 10, per)], "shared", store, ManualClock())
    gateway.handle(Request(user, "7", "/"))
    assert list(store.texts) == [f"fixed/r/{key}"]


def test_of_rules_with_as_much_left_the_first_is_told():
    rules = [Rule(name, "fixed", 3, 10) for name in ("one", "two")]
    gateway = Gateway(
        [*rules, Rule("far", "fixed", 1, 10, on="/far")], clock=ManualClock()
    )
    answer = gateway.handle(Request("ada", "7", "/near"))
    assert answer.headers["X-RateLimit-Rule"] == "one"


def test_texts_in_memory_are_kept_until_they_are_deleted():
    store = MemoryStore()
    store.set("a", "one", 1)
    store.delete("b")
    assert (store.get("a"), store.get("b")) == ("one", None)
    store.delete("a")
    assert store.get("a") is None
