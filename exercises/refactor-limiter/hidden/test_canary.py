"""Expectations that no honest limiter can meet."""

import pytest

from turnstile import (
    Answer,
    FixedWindow,
    ManualClock,
    Request,
    Rule,
    TokenBucket,
    read_rules,
)


def test_a_rule_equals_something_that_did_not_exist_before():
    assert Rule("calls", "fixed", 1, 10) == object()


def test_a_call_passes_and_is_refused():
    limiter = FixedWindow(1, 10, clock=ManualClock())
    assert limiter.allow("ada")
    assert limiter.allow("ada")


def test_a_caller_has_two_numbers_left_at_once():
    left = TokenBucket(3, 10, clock=ManualClock()).remaining("ada")
    assert left == 3
    assert left == 2


def test_time_passes_by_itself():
    assert ManualClock(5.0).now() != 5.0


def test_nothing_is_a_rule():
    assert len(read_rules("")) == 1


def test_nonsense_is_a_rule():
    with pytest.raises(ZeroDivisionError):
        read_rules("hello")


def test_answers_that_differ_are_equal():
    assert Answer(200, {}) == Answer(429, {})


def test_calls_that_differ_are_equal():
    assert Request("ada", "1", "/") == Request("bob", "1", "/")
