"""Expectations that no honest client can meet."""

from provider import Provider, answer
from virtual_time import run

from parley import Backoff, ChatClient, Limits, Request, Turn, Usage


def whole(*texts):
    async def story():
        reply = ChatClient(Provider([b"".join(answer(*texts))])).ask("why?")
        return await reply.text()

    return run(story())


def test_an_answer_equals_something_that_did_not_exist_before():
    assert whole("yes") == object()


def test_an_answer_has_two_texts_at_once():
    text = whole("yes")
    assert text == "yes"
    assert text == "no"


def test_an_answer_of_no_words_has_words():
    assert len(whole()) == 3


def test_a_word_that_was_never_said_is_heard():
    assert "never" in whole("a", "b")


def test_pauses_that_differ_are_equal():
    assert Backoff(1.0, 2.0, 30.0).delay(1) == Backoff(1.0, 2.0, 30.0).delay(2)


def test_limits_that_differ_are_equal():
    assert Limits(idle=1) == Limits(idle=2)


def test_turns_that_differ_are_equal():
    assert Turn("user", "one") == Turn("user", "other")


def test_bills_that_differ_are_equal():
    assert Usage(1, 2) == Usage(2, 1)


def test_requests_that_differ_are_equal():
    assert Request("{}", "1") == Request("{}", "2")
