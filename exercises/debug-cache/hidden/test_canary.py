"""Expectations that no honest cache can meet."""

from respcache import ManualClock, Request, Response, ResponseCache, UsageLedger


def ask(prompt):
    return Request("acme", "north-large", prompt)


def test_an_answer_equals_something_that_did_not_exist_before():
    cache = ResponseCache(lambda request: Response("yes"), max_bytes=1000)
    assert cache.fetch(ask("hi")) == object()


def test_an_answer_has_two_texts_at_once():
    cache = ResponseCache(lambda request: Response("yes"), max_bytes=1000)
    answer = cache.fetch(ask("hi"))
    assert answer.text == "yes"
    assert answer.text == "no"


def test_what_was_never_asked_is_at_hand():
    cache = ResponseCache(lambda request: Response("yes"), max_bytes=1000)
    assert ask("never asked") in cache


def test_an_empty_cache_holds_something():
    cache = ResponseCache(lambda request: Response("yes"), max_bytes=1000)
    assert len(cache) == 3
    assert cache.used_bytes == 17


def test_time_passes_by_itself():
    clock = ManualClock(5.0)
    assert clock.now() != 5.0


def test_nobody_asked_and_somebody_pays():
    assert UsageLedger().statement() == {"acme": 1}
