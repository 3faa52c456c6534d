from datetime import UTC, datetime

import pytest

from sturdy import (
    BadReply,
    ManualClock,
    Overloaded,
    Prompt,
    Refused,
    Reply,
    Unavailable,
    reply_of,
    seconds_to_wait,
)

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "header, seconds",
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 02 Mar 2026 12:01:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("86401", None),
    ],
)
def test_retry_after_is_read(header, seconds):
    assert seconds_to_wait(header, now=NOON) == seconds


def test_a_good_response_is_a_reply():
    body = '{"text": "Yes.", "tokens": 2}'
    assert reply_of(200, {}, body, now=NOON) == Reply("Yes.", 2)


def test_too_many_requests_say_how_long_to_wait():
    with pytest.raises(Overloaded) as caught:
        reply_of(429, {"Retry-After": "7"}, "", now=NOON)
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("status", [500, 503])
def test_trouble_of_the_provider_is_told_apart(status):
    with pytest.raises(Unavailable) as caught:
        reply_of(status, {}, "", now=NOON)
    assert caught.value.status == status


def test_any_other_status_is_a_refusal():
    with pytest.raises(Refused, match="no such model"):
        reply_of(404, {}, "no such model\n", now=NOON)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"text": "Yes."}'])
def test_a_body_that_makes_no_sense(body):
    with pytest.raises(BadReply):
        reply_of(200, {}, body, now=NOON)


def test_replies_can_be_shortened():
    assert Reply("one two three", 3).shortened(8) == Reply("one two…", 3)
    assert Reply("one", 3).shortened(3) == Reply("one", 3)


def test_a_prompt_needs_words():
    with pytest.raises(ValueError):
        Prompt("  ")


def test_a_manual_clock_notes_its_sleeps():
    clock = ManualClock(5.0)
    clock.sleep(2.5)
    clock.advance(1)
    assert (clock.now(), clock.naps) == (8.5, [2.5])
