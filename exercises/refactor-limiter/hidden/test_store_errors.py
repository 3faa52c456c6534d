import pytest

from turnstile import (
    FixedWindow,
    Gateway,
    Limiter,
    LimiterError,
    ManualClock,
    Request,
    Rule,
    SlidingWindow,
    StateUnreadable,
    StoreUnavailable,
    TokenBucket,
)


class Oops(Exception):
    pass


ERRORS = [
    ConnectionError,
    TimeoutError,
    OSError,
    KeyError,
    ValueError,
    RuntimeError,
    Oops,
    # A store may have limits of its own.
    StateUnreadable,
    StoreUnavailable,
]


class Shaky:
    """A store of which one method fails."""

    def __init__(self, method, error, **texts):
        self.method = method
        self.error = error
        self.texts = texts

    def fail(self, method):
        if method == self.method:
            raise self.error

    def get(self, key):
        self.fail("get")
        return self.texts.get(key)

    def set(self, key, text, ttl):
        self.fail("set")
        self.texts[key] = text

    def delete(self, key):
        self.fail("delete")


def limiter(store, algorithm="fixed"):
    return Limiter(Rule("calls", algorithm, 2, 10), store, ManualClock())


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("method", "ask"),
    [
        ("get", lambda ours: ours.check("ada")),
        ("get", lambda ours: ours.peek("ada")),
        ("set", lambda ours: ours.check("ada")),
        ("delete", lambda ours: ours.reset("ada")),
    ],
    ids=["check", "peek", "write", "reset"],
)
def test_whatever_a_store_raises_is_heard_of(method, ask, error):
    trouble = error("no route to host")
    with pytest.raises(StoreUnavailable) as caught:
        ask(limiter(Shaky(method, trouble)))
    assert caught.value.__cause__ is trouble
    assert isinstance(caught.value, LimiterError)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_all_algorithms_are_alike(algorithm):
    with pytest.raises(StoreUnavailable):
        limiter(Shaky("get", Oops()), algorithm).check("ada")


@pytest.mark.parametrize("method", ["get", "set", "delete"])
def test_methods_that_work_go_on_working(method):
    ours = limiter(Shaky(method, Oops()))
    done = []
    for name, ask in (("get", ours.peek), ("set", ours.check), ("delete", ours.reset)):
        try:
            ask("ada")
        except StoreUnavailable:
            continue
        done.append(name)
    assert (
        done
        == {"get": ["delete"], "set": ["get", "delete"], "delete": ["get", "set"]}[
            method
        ]
    )


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("method", ["get", "set", "delete"])
def test_who_wants_to_stop_can(method, error):
    ours = limiter(Shaky(method, error()))
    with pytest.raises(error):
        ours.reset("ada") if method == "delete" else ours.check("ada")


@pytest.mark.parametrize("cost", ["3", None, [1]])
def test_a_cost_of_the_wrong_type_is_not_the_stores_fault(cost):
    store = Shaky(None, None)
    with pytest.raises((TypeError, ValueError)):
        limiter(store).check("ada", cost)
    with pytest.raises((TypeError, ValueError)):
        limiter(store).peek("ada", cost)
    assert store.texts == {}


def test_a_clock_that_is_broken_is_not_the_stores_fault():
    class Broken:
        def now(self):
            raise RuntimeError("no battery")

    store = Shaky(None, None)
    ours = Limiter(Rule("calls", "fixed", 2, 10), store, Broken())
    for ask in (ours.check, ours.peek):
        with pytest.raises(RuntimeError, match="no battery"):
            ask("ada")
    assert store.texts == {}


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_what_cannot_be_read_is_heard_of_and_left_alone(algorithm):
    key = f"{algorithm}/calls/ada"
    store = Shaky(None, None, **{key: "what?"})
    with pytest.raises(StateUnreadable):
        limiter(store, algorithm).check("ada")
    with pytest.raises(StateUnreadable):
        limiter(store, algorithm).peek("ada")
    assert store.texts == {key: "what?"}
    limiter(store, algorithm).reset("ada")


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, TokenBucket])
def test_the_old_classes_still_let_everybody_in(kind, error):
    store = Shaky("get", error("down"))
    old = kind(2, 10, "calls", "shared", store, ManualClock())
    assert [old.allow("ada", 9) for _ in range(3)] == [True] * 3
    assert (old.remaining("ada"), old.retry_after("ada")) == (2, 0)
    assert old.failures >= 5


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("method", ["get", "set"])
def test_the_gateway_still_lets_everybody_in(method, error):
    log = []
    store = Shaky(method, error("down"))
    rules = [Rule("calls", "fixed", 2, 10), Rule("bytes", "bucket", 3, 10)]
    gateway = Gateway(rules, "shared", store, ManualClock(), log.append)
    for _ in range(4):
        answer = gateway.handle(Request("ada", "10.0.0.7", "/"))
        assert (answer.status, answer.headers["X-RateLimit-Rule"]) == (200, "calls")
        assert answer.headers["X-RateLimit-Remaining"] == "2"
    assert gateway.failures >= 8
    assert log == []
