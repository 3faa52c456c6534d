import threading
import time

import pytest
from interleave import interleave

from respcache import (
    Charge,
    ManualClock,
    Request,
    Response,
    ResponseCache,
    Snapshot,
    TtlPolicy,
    UsageLedger,
)


class Model:
    def __init__(self, tokens=1):
        self.prompts = []
        self.tokens = tokens

    def __call__(self, request):
        self.prompts.append(request.prompt)
        return Response(request.prompt.upper(), self.tokens)


def ask(prompt, tenant="acme", model="north-large"):
    return Request(tenant, model, prompt)


def make(model=None, **options):
    options.setdefault("max_bytes", 1000)
    options.setdefault("clock", ManualClock())
    return ResponseCache(model or Model(), **options)


def test_the_default_time_to_live_ends_on_the_second():
    clock, model = ManualClock(1000.0), Model()
    cache = make(model, clock=clock)
    cache.fetch(ask("hi"))
    clock.advance(299)
    assert ask("hi") in cache
    cache.fetch(ask("hi"))
    clock.advance(1)
    assert ask("hi") not in cache
    assert cache.peek(ask("hi")) is None
    cache.fetch(ask("hi"))
    assert model.prompts == ["hi", "hi"]


def test_a_hit_does_not_lengthen_or_shorten_a_life():
    clock = ManualClock()
    cache = make(clock=clock, ttl=TtlPolicy(10))
    cache.fetch(ask("hi"))
    clock.advance(6)
    cache.fetch(ask("hi"), ttl=100)
    clock.advance(3)
    cache.fetch(ask("hi"), ttl=1)
    assert cache.stats.hits == 2
    clock.advance(1)
    assert ask("hi") not in cache


def test_a_call_outranks_its_model_and_that_the_default():
    clock = ManualClock()
    cache = make(clock=clock, ttl=TtlPolicy(50, {"news": 5}))
    cache.fetch(ask("default"))
    cache.fetch(ask("model", model="news"))
    cache.fetch(ask("call", model="news"), ttl=20)
    cache.put(ask("given"), Response("x"), ttl=0.5)
    ends = {}
    for second in range(60):
        for request in (ask("default"), ask("model", model="news"), ask("given")):
            if request not in cache:
                ends.setdefault(request.prompt, second)
        if ask("call", model="news") not in cache:
            ends.setdefault("call", second)
        clock.advance(1)
    assert ends == {"default": 50, "model": 5, "call": 20, "given": 1}


def test_without_hits_the_first_in_is_the_first_out():
    cache = make(max_bytes=20)
    for number, prompt in enumerate("abcdefghijklmn"):
        cache.fetch(ask(prompt))
        kept = [p for p in "abcdefghijklmn" if ask(p) in cache]
        assert kept == list("abcdefghijklmn"[max(0, number - 9) : number + 1])
    assert cache.stats.evictions == 4


def test_putting_an_answer_again_renews_it():
    cache = make(max_bytes=6)
    for prompt in "abc":
        cache.fetch(ask(prompt))
    cache.put(ask("a"), Response("z"))
    cache.fetch(ask("d"))
    assert [p for p in "abcd" if ask(p) in cache] == ["a", "c", "d"]
    assert cache.peek(ask("a")) == Response("z")


def test_one_heavy_answer_can_make_several_go():
    cache = make(max_bytes=12)
    for prompt in ("a", "b", "c", "d"):
        cache.fetch(ask(prompt))
    cache.fetch(ask("heavy"))
    assert [p for p in ("a", "b", "c", "d", "heavy") if ask(p) in cache] == [
        "d",
        "heavy",
    ]
    assert cache.used_bytes == 12


def test_the_weight_follows_what_comes_and_goes():
    clock = ManualClock()
    cache = make(clock=clock)
    cache.put(ask("ab"), Response("cdef"), ttl=5)
    assert (len(cache), cache.used_bytes) == (1, 6)
    cache.put(ask("ab"), Response("c"), ttl=5)
    assert (len(cache), cache.used_bytes) == (1, 3)
    cache.put(ask("x"), Response("y"), ttl=50)
    assert (len(cache), cache.used_bytes) == (2, 5)
    clock.advance(5)
    assert cache.purge() == 1
    assert (len(cache), cache.used_bytes) == (1, 2)
    assert cache.invalidate(ask("x"))
    assert (len(cache), cache.used_bytes) == (0, 0)


def test_what_is_too_heavy_is_handed_out_and_not_kept():
    model = Model()
    cache = make(model, max_bytes=9)
    cache.fetch(ask("abc"))
    assert cache.fetch(ask("heavy")).text == "HEAVY"
    assert cache.fetch(ask("heavy")).text == "HEAVY"
    assert model.prompts == ["abc", "heavy", "heavy"]
    assert ask("abc") in cache
    assert cache.stats.evictions == 0


def test_the_counters_of_a_short_day():
    clock = ManualClock()
    cache = make(clock=clock, max_bytes=8, ttl=TtlPolicy(10))
    assert cache.stats == Snapshot()
    assert cache.stats.hit_rate == 0
    cache.fetch(ask("ab"))
    cache.fetch(ask("cd"))
    cache.fetch(ask("cd"))
    cache.fetch(ask("ef"))
    clock.advance(10)
    cache.fetch(ask("cd"))
    cache.peek(ask("ef"))
    assert cache.stats == Snapshot(hits=1, loads=4, evictions=1, expirations=1)
    assert cache.stats.hit_rate == pytest.approx(0.2)


def test_loads_are_billed_in_order_and_nothing_else_is():
    ledger = UsageLedger()
    cache = make(Model(tokens=4), ledger=ledger)
    cache.put(ask("given"), Response("x", 99))
    cache.fetch(ask("given"))
    cache.fetch(ask("one"))
    cache.fetch(ask("one"))
    cache.fetch(ask("one", tenant="zeta", model="north-news"))
    assert ledger.charges() == [
        Charge("acme", "north-large", 4),
        Charge("zeta", "north-news", 4),
    ]
    assert ledger.charges("zeta") == [Charge("zeta", "north-news", 4)]
    assert ledger.statement() == {"acme": 4, "zeta": 4}


def test_a_failed_load_is_counted_and_neither_billed_nor_kept():
    error, ledger = ConnectionError("reset"), UsageLedger()

    def model(request):
        raise error

    cache = make(model, ledger=ledger)
    with pytest.raises(ConnectionError) as caught:
        cache.fetch(ask("hi"))
    assert caught.value is error
    assert ledger.charges() == []
    assert (len(cache), cache.used_bytes) == (0, 0)
    assert cache.stats == Snapshot(loads=1, failures=1)


def test_spending_is_authorised_before_each_load_only():
    events = []

    def authorise(request):
        events.append(("authorise", request.prompt))

    def model(request):
        events.append(("load", request.prompt))
        return Response("x")

    cache = make(model, authorise=authorise)
    for prompt in ("a", "a", "b"):
        cache.fetch(ask(prompt))
    assert events == [
        ("authorise", "a"),
        ("load", "a"),
        ("authorise", "b"),
        ("load", "b"),
    ]


def test_a_refusal_costs_nothing_and_spares_what_is_at_hand():
    model, ledger = Model(), UsageLedger()

    def authorise(request):
        raise PermissionError(request.tenant)

    cache = make(model, ledger=ledger, authorise=authorise)
    cache.put(ask("known"), Response("x"))
    with pytest.raises(PermissionError, match="acme"):
        cache.fetch(ask("unknown"))
    assert cache.fetch(ask("known")).text == "x"
    assert (model.prompts, ledger.charges(), cache.stats.loads) == ([], [], 0)


def test_forgetting_requests_and_tenants():
    cache = make()
    for prompt in ("one", "two"):
        for tenant in ("acme", "zeta"):
            cache.fetch(ask(prompt, tenant=tenant))
    assert cache.invalidate(ask("one", tenant="zeta"))
    assert not cache.invalidate(ask("one", tenant="zeta"))
    assert cache.invalidate_tenant("acme") == 2
    assert cache.invalidate_tenant("acme") == 0
    assert cache.invalidate_tenant("nobody") == 0
    assert ask("two", tenant="zeta") in cache
    assert len(cache) == 1


def test_purging_the_idle_goes_by_the_last_use():
    clock = ManualClock()
    cache = make(clock=clock)
    for prompt in ("idle", "used", "seen"):
        cache.fetch(ask(prompt))
    clock.advance(30)
    cache.fetch(ask("used"))
    cache.peek(ask("seen"))
    clock.advance(29)
    assert cache.purge(idle=60) == 0
    clock.advance(1)
    assert cache.purge(idle=60) == 2
    assert ask("used") in cache


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "zeta"},
        {"model": "north-small"},
        {"prompt": "ho"},
        {"params": {"seed": 2}},
        {"params": {}},
    ],
)
def test_requests_that_differ_in_one_part_are_different(change):
    parts = {"tenant": "acme", "model": "m", "prompt": "hi", "params": {"seed": 1}}
    cache = make()
    cache.fetch(Request(**parts))
    cache.fetch(Request(**parts))
    cache.fetch(Request(**{**parts, **change}))
    assert cache.stats.loads == 2


def test_the_order_of_parameters_means_nothing():
    cache = make()
    cache.fetch(Request("a", "m", "hi", {"seed": 1, "top_p": 0.5, "stop": None}))
    cache.fetch(Request("a", "m", "hi", {"stop": None, "top_p": 0.5, "seed": 1}))
    assert cache.stats.loads == 1


def test_impossible_values_are_refused():
    model = Model()
    cache = make(model)
    with pytest.raises(ValueError):
        cache.fetch(ask("hi"), ttl=-1)
    with pytest.raises(ValueError):
        cache.put(ask("hi"), Response("x"), ttl=-0.5)
    with pytest.raises(ValueError):
        TtlPolicy(10, {"news": -1})
    with pytest.raises(ValueError):
        make(max_bytes=-1)
    with pytest.raises(ValueError):
        Request("", "m", "hi")
    with pytest.raises(ValueError):
        Response("x", -1)
    assert model.prompts == []


def test_a_caller_that_comes_during_a_load_shares_it():
    asked, go_on = threading.Event(), threading.Event()
    loads = []

    def model(request):
        loads.append(request)
        asked.set()
        assert go_on.wait(1)
        return Response("late")

    cache = make(model)
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(cache.fetch(ask("hi"))), daemon=True
        )
        for _ in range(3)
    ]
    threads[0].start()
    assert asked.wait(1)
    for thread in threads[1:]:
        thread.start()
    end = time.monotonic() + 0.05  # long enough if it is counted later, as a rule
    while cache.stats.shared < 2 and time.monotonic() < end:
        time.sleep(0.0002)
    go_on.set()
    for thread in threads:
        thread.join(1)
    assert answers == [Response("late")] * 3
    assert len(loads) == 1
    stats = cache.stats
    assert stats.loads + stats.shared + stats.hits == 3


def test_a_load_may_use_the_cache_for_something_else():
    answers = []

    def model(request):
        if request.prompt == "outer":
            return Response("<" + cache.fetch(ask("inner")).text + ">")
        return Response("core")

    cache = make(model)
    thread = threading.Thread(
        target=lambda: answers.append(cache.fetch(ask("outer")).text), daemon=True
    )
    thread.start()
    thread.join(1)
    assert answers == ["<core>"]
    assert len(cache) == 2


@pytest.mark.parametrize("seed", range(3))
def test_threads_leave_the_books_in_order(seed):
    cache = make(max_bytes=8)

    def work(prompts):
        for prompt in prompts:
            assert cache.fetch(ask(prompt)).text == prompt.upper()

    outcomes = interleave(
        lambda: work("abc"),
        lambda: work("def"),
        lambda: work("ghi"),
        package="respcache",
        seed=seed,
    )
    assert outcomes == [None] * 3
    kept = [prompt for prompt in "abcdefghi" if ask(prompt) in cache]
    assert len(kept) == len(cache) == 4
    assert cache.used_bytes == 8
    assert cache.stats.evictions == 5
