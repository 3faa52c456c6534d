from datetime import UTC, datetime, timedelta, timezone

import pytest

from sturdy import (
    BadReply,
    Exhausted,
    Failure,
    ManualClock,
    ModelError,
    Overloaded,
    Policy,
    Prompt,
    Refused,
    Reply,
    SystemClock,
    Unavailable,
    reply_of,
    seconds_to_wait,
)

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "header, seconds",
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("1", 1.0),
        ("\t3600 ", 3600.0),
        ("86400", 86_400.0),
        ("86401", None),
        ("-1", None),
        ("1.5", None),
        ("+5", None),
        ("٣", None),
        ("soon", None),
        ("Mon, 02 Mar 2026 12:00:01 GMT", 1.0),
        ("Mon, 02 Mar 2026 12:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 11:59:59 GMT", 0.0),
        ("Tue, 03 Mar 2026 12:00:00 GMT", 86_400.0),
        ("Tue, 03 Mar 2026 12:00:01 GMT", None),
        ("Mon, 02 Mar 2026 13:01:00 +0100", 60.0),
        ("Mon, 02 Mar 2026 12:02:00", 120.0),
        ("Mon, 02 Mar 2026 12:02:00 -0000", 120.0),
    ],
)
def test_what_retry_after_means(header, seconds):
    assert seconds_to_wait(header, now=NOON) == seconds


def test_retry_after_does_not_hang_on_the_time_zone():
    india = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert seconds_to_wait("Mon, 02 Mar 2026 12:00:09 GMT", now=india) == 9.0


def test_a_good_response():
    body = '{"text": "Grüße", "tokens": 3, "model": "wren"}'
    assert reply_of(200, {"X": "y"}, body, now=NOON) == Reply("Grüße", 3)


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_too_many_requests(name):
    with pytest.raises(Overloaded) as caught:
        reply_of(429, {"Date": "7", name: "12"}, "", now=NOON)
    assert caught.value.retry_after == 12.0
    assert "12 s" in str(caught.value)


def test_too_many_requests_without_a_word():
    with pytest.raises(Overloaded) as caught:
        reply_of(429, {}, "", now=NOON)
    assert caught.value.retry_after is None
    assert "again" not in str(caught.value)


@pytest.mark.parametrize("status", [500, 501, 503, 599])
def test_trouble(status):
    with pytest.raises(Unavailable, match=str(status)) as caught:
        reply_of(status, {"Retry-After": "12"}, "", now=NOON)
    assert caught.value.status == status


@pytest.mark.parametrize("status", [199, 201, 204, 301, 400, 404, 428, 430, 499])
def test_refusals(status):
    with pytest.raises(Refused) as caught:
        reply_of(status, {}, '{"text": "Yes.", "tokens": 2}', now=NOON)
    assert caught.value.status == status


def test_the_words_of_a_refusal():
    with pytest.raises(Refused) as caught:
        reply_of(400, {}, "  too long\n", now=NOON)
    assert str(caught.value) == "too long"
    with pytest.raises(Refused) as caught:
        reply_of(400, {}, "x" * 500, now=NOON)
    assert str(caught.value) == "x" * 200
    assert str(Refused(400)) == "refused with status 400"


@pytest.mark.parametrize(
    "body",
    ["", "{", "{}", "[]", "7", '{"text": "a"}', '{"text": "a", "tokens": null}']
    + ['{"text": "a", "tokens": -1}', '{"text": "a", "tokens": "many"}'],
)
def test_bodies_that_make_no_sense(body):
    with pytest.raises(BadReply):
        reply_of(200, {}, body, now=NOON)


def test_shortened_replies():
    reply = Reply("one two three", 3)
    assert reply.shortened(13) is reply
    assert reply.shortened(12) == Reply("one two thr…", 3)
    assert reply.shortened(9) == Reply("one two…", 3)
    assert reply.shortened(1) == Reply("…", 3)
    with pytest.raises(ValueError):
        reply.shortened(0)


def test_prompts_and_replies_that_cannot_be():
    assert Prompt("a").max_tokens == 256
    assert Prompt("a", 1).max_tokens == 1
    assert Reply("").tokens == 0
    with pytest.raises(ValueError):
        Prompt(" \n")
    with pytest.raises(ValueError):
        Prompt("a", 0)
    with pytest.raises(ValueError):
        Reply("a", -1)


def test_a_manual_clock():
    clock = ManualClock()
    assert (clock.now(), clock.naps) == (0.0, [])
    clock.sleep(2.5)
    clock.advance(0)
    clock.advance(1)
    clock.sleep(0)
    assert (clock.now(), clock.naps) == (3.5, [2.5, 0])
    with pytest.raises(ValueError):
        clock.advance(-1)


def test_the_systems_clock():
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0.001)
    assert clock.now() - before >= 0.0009


def test_the_policy_is_what_it_says():
    assert Policy() == Policy(attempts=3, budget=20.0, base=0.5, factor=2.0, cap=8.0)
    assert Policy(attempts=1, budget=0.1, base=1, factor=1, cap=1).cap == 1
    with pytest.raises(AttributeError):
        Policy().attempts = 5


@pytest.mark.parametrize(
    "settings",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"budget": 0},
        {"budget": -1},
        {"base": 0},
        {"base": -1},
        {"base": 8.5},
        {"factor": 0.9},
    ],
)
def test_policies_that_cannot_be(settings):
    with pytest.raises(ValueError):
        Policy(**settings)


@pytest.mark.parametrize("kind", [Overloaded, Unavailable, Refused, BadReply])
def test_errors_are_of_one_kind(kind):
    assert issubclass(kind, ModelError)
    assert not issubclass(kind, OSError)


def test_the_last_error_knows_all_others():
    failures = [Failure("a", TimeoutError()), Failure("b", Unavailable(503))]
    error = Exhausted(failure for failure in failures)
    assert error.failures == tuple(failures)
    assert str(error) == "no reply after 2 attempts"
    assert isinstance(error, ModelError)
