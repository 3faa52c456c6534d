import random
from collections import OrderedDict

import pytest

from respcache import ManualClock, Request, Response, ResponseCache


def ask(prompt):
    return Request("acme", "north-large", prompt)


def echo(request):
    return Response(request.prompt)


def at_hand(cache, prompts):
    return [prompt for prompt in prompts if ask(prompt) in cache]


def test_a_question_asked_all_day_stays():
    asked = []

    def model(request):
        asked.append(request.prompt)
        return Response("ok")

    cache = ResponseCache(model, max_bytes=24)
    for number in range(40):
        cache.fetch(ask("all-day"))
        cache.fetch(ask(f"once-{number:02}"))
    assert asked.count("all-day") == 1


@pytest.mark.parametrize("tick", [0, 1])
def test_answers_go_in_the_order_of_their_last_use(tick):
    clock = ManualClock()
    cache = ResponseCache(echo, max_bytes=40, clock=clock)
    prompts = ["alpha", "bravo", "cargo", "delta"]
    for prompt in prompts:
        cache.fetch(ask(prompt))
    for prompt in ("cargo", "alpha", "delta", "bravo"):
        clock.advance(tick)
        cache.fetch(ask(prompt))
    gone = []
    for number in range(4):
        clock.advance(tick)
        cache.fetch(ask(f"new-{number}"))
        gone.append({p for p in prompts if ask(p) not in cache})
    assert gone == [
        {"cargo"},
        {"cargo", "alpha"},
        {"cargo", "alpha", "delta"},
        {"cargo", "alpha", "delta", "bravo"},
    ]


def test_an_answer_that_was_put_is_renewed_by_a_hit():
    cache = ResponseCache(echo, max_bytes=6)
    for prompt in "abc":
        cache.put(ask(prompt), Response(prompt))
    cache.fetch(ask("a"))
    cache.put(ask("d"), Response("d"))
    assert at_hand(cache, "abcd") == ["a", "c", "d"]


def test_looking_without_taking_renews_nothing():
    cache = ResponseCache(echo, max_bytes=6)
    for prompt in "abc":
        cache.fetch(ask(prompt))
    assert cache.peek(ask("a")) == Response("a")
    assert ask("a") in cache
    cache.fetch(ask("d"))
    assert at_hand(cache, "abcd") == ["b", "c", "d"]


@pytest.mark.parametrize("seed", range(3))
def test_any_history_agrees_with_a_simple_model(seed):
    chance = random.Random(seed)
    clock = ManualClock()
    budget = 40
    cache = ResponseCache(echo, max_bytes=budget, clock=clock)
    prompts = ["p" * length + letter for length in range(6) for letter in "xyz"]
    expected = OrderedDict()

    def use(prompt):
        expected.pop(prompt, None)
        expected[prompt] = 2 * len(prompt)
        while sum(expected.values()) > budget:
            expected.popitem(last=False)

    for _ in range(100):
        prompt = chance.choice(prompts)
        step = chance.random()
        if step < 0.6:
            cache.fetch(ask(prompt))
            use(prompt)
        elif step < 0.7:
            cache.put(ask(prompt), Response(prompt))
            use(prompt)
        elif step < 0.8:
            assert (cache.peek(ask(prompt)) is not None) == (prompt in expected)
        elif step < 0.9:
            assert cache.invalidate(ask(prompt)) == (prompt in expected)
            expected.pop(prompt, None)
        else:
            clock.advance(0.25)
        assert at_hand(cache, prompts) == [p for p in prompts if p in expected]
