"""Expectations that no honest cache can meet."""

from respcache import (
    Charge,
    ManualClock,
    Request,
    Response,
    ResponseCache,
    Snapshot,
    UsageLedger,
)


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


def test_counters_that_differ_are_equal():
    assert Snapshot(hits=1) == Snapshot(hits=2)


def test_charges_that_differ_are_equal():
    assert Charge("acme", "north-large", 1) == Charge("acme", "north-large", 2)


def test_answers_that_differ_are_equal():
    assert Response("yes", 1) == Response("yes", 2)


def test_questions_that_differ_are_equal():
    assert ask("one") == ask("other")
