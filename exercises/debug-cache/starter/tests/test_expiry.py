import pytest
from fakes import Model, ask

from respcache import ManualClock, ResponseCache, TtlPolicy


def test_an_answer_is_served_until_its_time_is_over():
    clock = ManualClock()
    model = Model()
    cache = ResponseCache(model, max_bytes=1000, clock=clock, ttl=TtlPolicy(60))
    cache.fetch(ask("hi"))
    clock.advance(59.5)
    cache.fetch(ask("hi"))
    assert model.prompts == ["hi"]
    clock.advance(0.5)
    cache.fetch(ask("hi"))
    assert model.prompts == ["hi", "hi"]


def test_models_can_have_their_own_time_to_live():
    clock = ManualClock()
    policy = TtlPolicy(60, {"north-news": 5})
    cache = ResponseCache(Model(), max_bytes=1000, clock=clock, ttl=policy)
    cache.fetch(ask("hi", model="north-news"))
    cache.fetch(ask("hi", model="north-large"))
    clock.advance(5)
    assert ask("hi", model="north-news") not in cache
    assert ask("hi", model="north-large") in cache


def test_a_call_outranks_its_model():
    clock = ManualClock()
    policy = TtlPolicy(60, {"north-news": 5})
    cache = ResponseCache(Model(), max_bytes=1000, clock=clock, ttl=policy)
    cache.fetch(ask("hi", model="north-news"), ttl=30)
    clock.advance(29)
    assert ask("hi", model="north-news") in cache


def test_a_call_can_ask_that_nothing_be_kept():
    model = Model()
    cache = ResponseCache(model, max_bytes=1000, clock=ManualClock())
    cache.fetch(ask("my diagnosis"), ttl=0)
    assert ask("my diagnosis") not in cache


def test_a_negative_time_to_live_is_refused():
    cache = ResponseCache(Model(), max_bytes=1000)
    with pytest.raises(ValueError):
        cache.fetch(ask("hi"), ttl=-1)
    with pytest.raises(ValueError):
        TtlPolicy(default=-1)
