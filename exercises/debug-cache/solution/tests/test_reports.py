"""One group of tests for each cause that was found behind the reports."""

import threading
import time
from collections import OrderedDict
from random import Random

import pytest
from fakes import Model, ask
from interleave import interleave

from respcache import (
    ManualClock,
    Request,
    Response,
    ResponseCache,
    TtlPolicy,
    UsageLedger,
)


class Abandoned(BaseException):
    """Not an Exception, as KeyboardInterrupt is none."""


class Flaky(Model):
    """A model that raises these errors, one a call, before it starts to answer."""

    def __init__(self, *errors: BaseException) -> None:
        super().__init__()
        self.errors = list(errors)

    def __call__(self, request: Request) -> Response:
        if self.errors:
            raise self.errors.pop(0)
        return super().__call__(request)


def wait_for(condition):
    """Wait for something that happens soon or never."""
    end = time.monotonic() + 0.1
    while not condition() and time.monotonic() < end:
        time.sleep(0.0002)


# A hit makes an entry the most recent.


def test_eviction_goes_by_last_use_even_if_the_clock_stands_still():
    cache = ResponseCache(Model(), max_bytes=8, clock=ManualClock())
    expected: OrderedDict[str, None] = OrderedDict()
    chance = Random(1)
    for _ in range(80):
        letter = chance.choice("abcdefg")
        cache.fetch(ask(letter))
        expected[letter] = None
        expected.move_to_end(letter)
        if len(expected) > 4:
            expected.popitem(last=False)
        assert {x for x in "abcdefg" if ask(x) in cache} == set(expected)


def test_looking_does_not_renew():
    cache = ResponseCache(Model(), max_bytes=4)
    for letter in "ab":
        cache.fetch(ask(letter))
    assert cache.peek(ask("a")) is not None
    cache.fetch(ask("c"))
    assert ask("a") not in cache


# A time to live of 0 means that nothing is kept.


def test_nothing_is_kept_where_a_call_says_0():
    model = Model()
    cache = ResponseCache(model, max_bytes=4, clock=ManualClock())
    cache.fetch(ask("a"))
    cache.fetch(ask("b"))
    cache.fetch(ask("x"), ttl=0)
    cache.fetch(ask("x"), ttl=0)
    cache.put(ask("y"), Response("y"), ttl=0)
    assert model.prompts == ["a", "b", "x", "x"]
    assert [p for p in "abxy" if ask(p) in cache] == ["a", "b"]


def test_nothing_is_kept_where_a_model_says_0():
    policy = TtlPolicy(300, {"north-private": 0})
    cache = ResponseCache(Model(), max_bytes=99, clock=ManualClock(), ttl=policy)
    cache.fetch(ask("x", model="north-private"))
    assert len(cache) == 0
    cache.fetch(ask("x", model="north-private"), ttl=5)
    assert len(cache) == 1


# The budget is in bytes of UTF-8, of the prompt and of the answer.


@pytest.mark.parametrize(
    "prompt, answer, size",
    [("hi", "ok", 4), ("é", "ok", 4), ("hi", "世界", 8), ("質問", "🦊", 10)],
    ids=["ascii", "latin", "cjk", "emoji"],
)
def test_what_an_answer_weighs(prompt, answer, size):
    cache = ResponseCache(Model({prompt: answer}), max_bytes=size)
    cache.fetch(ask(prompt))
    assert cache.used_bytes == size
    assert ask(prompt) in cache
    smaller = ResponseCache(Model({prompt: answer}), max_bytes=size - 1)
    smaller.fetch(ask(prompt))
    assert ask(prompt) not in smaller


def test_half_a_surrogate_pair_can_be_kept():
    cache = ResponseCache(Model({"hi": "cut \ud83e"}), max_bytes=99)
    cache.fetch(ask("hi"))
    assert ask("hi") in cache


# Requests that are not equal have nothing in common.


@pytest.mark.parametrize(
    "one, other",
    [
        (Request("a", "b/c", "d"), Request("a/b", "c", "d")),
        (Request("a", "b", "c/d"), Request("a", "b/c", "d")),
        (Request("a", "b", "c\\"), Request("a", "b\\", "c")),
        (Request("a", "b", "c", {"n": 1}), Request("a", "b", "c/n=1")),
        (Request("a", "b", "c", {"n": 1}), Request("a", "b", "c", {"n": "1"})),
        (
            Request("a", "b", "c", {"m": "1,n=2"}),
            Request("a", "b", "c", {"m": "1", "n": "2"}),
        ),
    ],
    ids=["model", "prompt", "backslash", "params", "type", "comma"],
)
def test_unequal_requests_have_answers_of_their_own(one, other):
    cache = ResponseCache(Model(), max_bytes=999)
    cache.put(one, Response("one"))
    cache.put(other, Response("other"))
    assert cache.fetch(one).text == "one"
    assert cache.fetch(other).text == "other"


def test_forgetting_a_parent_spares_its_regions():
    cache = ResponseCache(Model(), max_bytes=999)
    for tenant in ("acme", "acme/eu"):
        cache.fetch(ask("hi", tenant=tenant))
    assert cache.invalidate_tenant("acme") == 1
    assert ask("hi", tenant="acme/eu") in cache


# One load at a time for a key, however its callers are interleaved.


def test_one_charge_for_two_callers_while_spending_is_authorised():
    came = []

    def authorise(request):
        came.append(request)
        wait_for(lambda: len(came) == 2 or cache.stats.shared == 1)

    ledger = UsageLedger()
    cache = ResponseCache(Model(), max_bytes=99, ledger=ledger, authorise=authorise)
    calls = [lambda: cache.fetch(ask("hi")).text] * 2
    answers = interleave(*calls, package="respcache")
    assert answers == ["HI", "HI"]
    assert ledger.statement() == {"acme": 1}


def test_one_charge_wherever_one_caller_overtakes_the_other():
    request = ask("hi")
    for lines in range(66):
        model = Model()
        cache = ResponseCache(model, max_bytes=99)
        call = [lambda c=cache: c.fetch(request).text] * 2
        answers = interleave(*call, package="respcache", switch_after=lines)
        assert answers == ["HI", "HI"]
        assert model.prompts == ["hi"], f"overtaken after {lines} lines"


def test_loads_of_different_keys_run_side_by_side():
    both = threading.Barrier(2)

    def model(request):
        both.wait(1)
        return Response(request.prompt)

    cache = ResponseCache(model, max_bytes=99)
    calls = [lambda p=prompt: cache.fetch(ask(p)).text for prompt in "ab"]
    assert interleave(*calls, package="respcache") == ["a", "b"]


# A load that fails leaves nothing behind.


@pytest.mark.parametrize("error", [TimeoutError, KeyError, Abandoned])
def test_the_call_after_a_failed_load_asks_again(error):
    cache = ResponseCache(Flaky(error(), error()), max_bytes=99)
    for _ in range(2):
        with pytest.raises(error):
            cache.fetch(ask("hi"))
    assert cache.fetch(ask("hi")).text == "HI"
    assert cache.stats.failures == 2


def test_the_call_after_a_refusal_is_authorised_anew():
    refusals = [PermissionError("limit reached")]

    def authorise(_request):
        if refusals:
            raise refusals.pop()

    cache = ResponseCache(Model(), max_bytes=99, authorise=authorise)
    with pytest.raises(PermissionError, match="limit reached"):
        cache.fetch(ask("hi"))
    assert cache.fetch(ask("hi")).text == "HI"


def test_whoever_waits_for_a_load_gets_its_error():
    def model(_request):
        wait_for(lambda: cache.stats.shared == 1)
        raise TimeoutError("no answer")

    cache = ResponseCache(model, max_bytes=99)
    calls = [lambda: cache.fetch(ask("hi"))] * 2
    outcomes = interleave(*calls, package="respcache")
    assert [type(outcome) for outcome in outcomes] == [TimeoutError] * 2
