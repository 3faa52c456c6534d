import pytest

from respcache import ManualClock, Request, Response, ResponseCache, TtlPolicy


class Model:
    def __init__(self):
        self.calls = 0

    def __call__(self, request):
        self.calls += 1
        return Response(f"answer {self.calls}")


def ask(prompt, model="north-large"):
    return Request("clinic", model, prompt)


@pytest.mark.parametrize("zero", [0, 0.0])
def test_every_call_with_0_asks_the_model(zero):
    model = Model()
    cache = ResponseCache(model, max_bytes=1000, clock=ManualClock())
    answers = [cache.fetch(ask("x-ray 17"), ttl=zero).text for _ in range(3)]
    assert answers == ["answer 1", "answer 2", "answer 3"]
    assert ask("x-ray 17") not in cache
    assert (len(cache), cache.used_bytes) == (0, 0)


def test_0_for_a_model_keeps_nothing_of_that_model():
    model = Model()
    policy = TtlPolicy(300, {"north-private": 0, "north-news": 5})
    cache = ResponseCache(model, max_bytes=1000, clock=ManualClock(), ttl=policy)
    for _ in range(2):
        cache.fetch(ask("x-ray", "north-private"))
        cache.fetch(ask("x-ray", "north-news"))
    assert model.calls == 3
    assert ask("x-ray", "north-private") not in cache
    assert ask("x-ray", "north-news") in cache


def test_0_for_a_call_outranks_its_model():
    policy = TtlPolicy(300, {"north-news": 5})
    cache = ResponseCache(Model(), max_bytes=1000, clock=ManualClock(), ttl=policy)
    cache.fetch(ask("x-ray", "north-news"), ttl=0)
    assert ask("x-ray", "north-news") not in cache


def test_an_answer_put_with_0_is_not_kept():
    cache = ResponseCache(Model(), max_bytes=1000, clock=ManualClock())
    cache.put(ask("x-ray"), Response("clear"), ttl=0)
    assert cache.peek(ask("x-ray")) is None
    assert len(cache) == 0


def test_what_is_not_kept_makes_nobody_go():
    cache = ResponseCache(Model(), max_bytes=30, clock=ManualClock())
    for prompt in ("a", "b", "c"):
        cache.fetch(ask(prompt))
    cache.fetch(ask("d"), ttl=0)
    assert [p for p in "abcd" if ask(p) in cache] == ["a", "b", "c"]
    assert cache.stats.evictions == 0


def test_a_call_can_keep_what_its_model_would_not():
    clock = ManualClock()
    policy = TtlPolicy(0, {"north-private": 0})
    cache = ResponseCache(Model(), max_bytes=1000, clock=clock, ttl=policy)
    cache.fetch(ask("x-ray", "north-private"), ttl=10)
    cache.fetch(ask("x-ray", "north-other"))
    clock.advance(9)
    assert ask("x-ray", "north-private") in cache
    assert ask("x-ray", "north-other") not in cache
