import pytest
from fakes import Model, ask

from respcache import ManualClock, Request, Response, ResponseCache, TtlPolicy


def test_the_same_question_is_asked_once():
    model = Model({"why?": "because"})
    cache = ResponseCache(model, max_bytes=1000)
    assert cache.fetch(ask("why?")).text == "because"
    assert cache.fetch(ask("why?")).text == "because"
    assert model.prompts == ["why?"]


def test_the_order_of_parameters_means_nothing():
    model = Model()
    cache = ResponseCache(model, max_bytes=1000)
    cache.fetch(Request("acme", "north-large", "hi", {"seed": 1, "top_p": 0.5}))
    cache.fetch(Request("acme", "north-large", "hi", {"top_p": 0.5, "seed": 1}))
    assert len(model.requests) == 1


def test_tenants_do_not_share_answers():
    model = Model()
    cache = ResponseCache(model, max_bytes=1000)
    cache.fetch(ask("hi", tenant="acme"))
    cache.fetch(ask("hi", tenant="zeta"))
    assert [request.tenant for request in model.requests] == ["acme", "zeta"]


def test_a_regional_account_is_not_its_parent():
    cache = ResponseCache(Model(), max_bytes=1000)
    parent = Request("acme", "eu/north", "our notice period")
    region = Request("acme/eu", "north", "our notice period")
    cache.put(parent, Response("three months"))
    cache.put(region, Response("six weeks"))
    assert cache.fetch(parent).text == "three months"
    assert cache.fetch(region).text == "six weeks"


def test_the_oldest_answers_make_room():
    model = Model()
    cache = ResponseCache(model, max_bytes=30)
    for prompt in ("first", "other", "third", "final"):
        cache.fetch(ask(prompt))
    assert [prompt for prompt in model.prompts if ask(prompt) in cache] == [
        "other",
        "third",
        "final",
    ]
    assert cache.used_bytes == 30
    assert cache.stats.evictions == 1


def test_an_answer_in_use_outlives_one_that_is_not():
    model = Model()
    cache = ResponseCache(model, max_bytes=30)
    for prompt in ("first", "other", "third", "first", "final"):
        cache.fetch(ask(prompt))
    assert ask("first") in cache
    assert ask("other") not in cache


def test_an_answer_too_heavy_for_the_budget_is_not_kept():
    model = Model({"essay": "x" * 100})
    cache = ResponseCache(model, max_bytes=50)
    cache.fetch(ask("hi"))
    assert cache.fetch(ask("essay")).text == "x" * 100
    assert ask("essay") not in cache
    assert ask("hi") in cache


def test_a_forgotten_answer_is_asked_for_again():
    model = Model()
    cache = ResponseCache(model, max_bytes=1000)
    cache.fetch(ask("hi"))
    assert cache.invalidate(ask("hi"))
    assert not cache.invalidate(ask("hi"))
    cache.fetch(ask("hi"))
    assert model.prompts == ["hi", "hi"]


def test_a_tenant_can_be_forgotten():
    cache = ResponseCache(Model(), max_bytes=1000)
    cache.fetch(ask("hi", tenant="acme"))
    cache.fetch(ask("ho", tenant="acme"))
    cache.fetch(ask("hi", tenant="zeta"))
    assert cache.invalidate_tenant("acme") == 2
    assert ask("hi", tenant="zeta") in cache
    assert len(cache) == 1


def test_purge_forgets_what_is_old_and_what_is_idle():
    clock = ManualClock()
    cache = ResponseCache(Model(), max_bytes=1000, clock=clock, ttl=TtlPolicy(60))
    cache.fetch(ask("brief"), ttl=10)
    cache.fetch(ask("quiet"))
    cache.fetch(ask("asked"))
    clock.advance(20)
    cache.fetch(ask("asked"))
    assert cache.purge() == 1
    assert cache.purge(idle=20) == 1
    assert ask("asked") in cache


def test_the_counters_tell_what_happened():
    clock = ManualClock()
    cache = ResponseCache(Model(), max_bytes=1000, clock=clock, ttl=TtlPolicy(60))
    cache.fetch(ask("hi"))
    cache.fetch(ask("hi"))
    clock.advance(60)
    cache.fetch(ask("hi"))
    stats = cache.stats
    assert (stats.hits, stats.loads, stats.expirations) == (1, 2, 1)
    assert stats.hit_rate == pytest.approx(1 / 3)
