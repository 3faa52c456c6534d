import json

import pytest
from helpers import KINDS, SharedStore, old

from turnstile import FixedWindow


def test_a_fixed_window_begins_anew_at_its_end():
    limiter, clock = old("fixed", 2, 10, start=5)
    assert [limiter.allow("ada") for _ in range(3)] == [True, True, False]
    assert limiter.retry_after("ada") == 5
    clock.advance(5)
    assert limiter.allow("ada")


def test_a_sliding_window_forgets_one_call_after_another():
    limiter, clock = old("sliding", 2, 10)
    assert limiter.allow("ada")
    clock.advance(4)
    assert limiter.allow("ada")
    assert not limiter.allow("ada")
    assert limiter.retry_after("ada") == 6
    clock.advance(6)
    assert limiter.allow("ada")
    assert not limiter.allow("ada")


def test_a_bucket_is_filled_drop_by_drop():
    limiter, clock = old("bucket", 4, 8)
    assert limiter.allow("ada", 4)
    clock.advance(3)
    assert limiter.remaining("ada") == 1
    assert limiter.retry_after("ada", 2) == 1
    clock.advance(1)
    assert limiter.allow("ada", 2)


@pytest.mark.parametrize("kind", KINDS)
def test_callers_do_not_get_in_each_others_way(kind):
    limiter, _clock = old(kind, 1, 10)
    assert limiter.allow("ada")
    assert limiter.allow("bob")
    assert not limiter.allow("ada")


@pytest.mark.parametrize("kind", KINDS)
def test_a_dry_call_is_free(kind):
    limiter, _clock = old(kind, 1, 10)
    assert limiter.allow("ada", dry=True)
    assert limiter.remaining("ada") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_costs_more_than_the_limit_never_passes(kind):
    limiter, _clock = old(kind, 3, 10)
    assert not limiter.allow("ada", 4)
    assert limiter.retry_after("ada", 4) is None
    assert limiter.remaining("ada") == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_caller_can_be_forgotten(kind):
    limiter, _clock = old(kind, 1, 10, SharedStore())
    limiter.allow("ada")
    limiter.reset("ada")
    assert limiter.allow("ada")


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_down_lets_everybody_in(kind):
    store = SharedStore()
    limiter, _clock = old(kind, 1, 10, store)
    store.down = ConnectionError("no route to host")
    assert limiter.allow("ada")
    assert limiter.allow("ada")
    assert limiter.failures == 2


@pytest.mark.parametrize(("kind", "text"), [("fixed", "1:1"), ("sliding", "12.500")])
def test_what_is_kept(kind, text):
    store = SharedStore()
    limiter, _clock = old(kind, 5, 10, store, start=12.5)
    limiter.allow("ada")
    assert store.texts == {f"{kind}/calls/ada": text}


def test_what_a_bucket_keeps():
    store = SharedStore()
    limiter, _clock = old("bucket", 5, 10, store, start=12.5)
    limiter.allow("ada")
    assert json.loads(store.texts["bucket/calls/ada"]) == {"tokens": 4, "at": 12.5}


def test_a_backend_that_there_is_not():
    with pytest.raises(ValueError, match="unknown backend: disk"):
        FixedWindow(1, 1, backend="disk")
