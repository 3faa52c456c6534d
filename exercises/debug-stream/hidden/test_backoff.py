import pytest
from provider import Provider, answer, event, now
from virtual_time import run

from parley import Backoff, ChatClient, GaveUp, Limits

PATIENT = Limits(deadline=None, attempts=None)


def heard(provider, limits=PATIENT, backoff=None):
    """Return the text of the answer and when it was complete."""

    async def story():
        client = ChatClient(provider, limits=limits, backoff=backoff)
        return await client.ask("why?").text(), now()

    return run(story())


@pytest.mark.parametrize("failures", [8, 60, 1024, 1025, 1026, 1100, 5000])
def test_a_pause_is_never_longer_than_the_cap(failures):
    assert Backoff().delay(failures) == 30.0
    assert Backoff(0.25, 3.0, 10.0).delay(failures) == 10.0
    assert Backoff(5, 2, 7).delay(failures) == 7


def test_pauses_grow_until_then():
    pauses = [Backoff().delay(failures) for failures in range(1, 9)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert [Backoff(2.0, 1.0, 9.0).delay(n) for n in (1, 7, 4000)] == [2.0, 2.0, 2.0]
    huge = Backoff(1.0, 1e200, 1e300)
    assert [huge.delay(n) for n in (1, 2, 3, 4)] == [1.0, 1e200, 1e300, 1e300]


def test_an_outage_can_last_all_night():
    down = ConnectionRefusedError("down")
    provider = Provider(*[down] * 330, [b"".join(answer("Good morning"))])
    night = heard(provider, backoff=Backoff(1.0, 10.0, 10.0))
    assert night == ("Good morning", 1 + 329 * 10)


def in_turns(texts, *between):
    """Return scripts of connections that bring an event each, and some that do not."""
    scripts = []
    for each in answer(*texts):
        scripts += [[each], *between]
    return scripts


def test_a_connection_that_brought_something_starts_the_count_afresh():
    provider = Provider(*in_turns("abcdef"))
    assert heard(provider)[0] == "abcdef"
    assert provider.opened_at == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_failures_are_counted_anew_for_giving_up_as_well():
    provider = Provider(*in_turns("abcd", 503, ConnectionResetError()))
    limits = Limits(deadline=None, attempts=4)
    assert heard(provider, limits)[0] == "abcd"
    pauses = [0.5, 1.0, 2.0] * 4
    assert provider.opened_at == [sum(pauses[:number]) for number in range(13)]


def test_the_last_failures_in_a_row_are_enough_to_give_up():
    provider = Provider([answer("a")[0]], 503, 503, [answer("a", "b")[1]], 503)
    with pytest.raises(GaveUp) as caught:
        heard(provider, Limits(deadline=None, attempts=4))
    assert len(provider.requests) == 7
    assert caught.value.failures == 4


@pytest.mark.parametrize(
    "script",
    [
        [],
        [b": ping\n\n", b": ping\n\n"],
        [answer("a")[0]],
        [event("error", message="overloaded", retry=True)],
        [answer("a", "b")[1][:5]],
    ],
    ids=["empty", "heartbeat", "repeated", "error", "incomplete"],
)
def test_a_connection_that_brought_nothing_new_is_one_more_failure(script):
    whole = answer("a", "b")
    provider = Provider([whole[0]], script, script, script, whole[1:])
    assert heard(provider) == ("ab", 7.5)
    assert provider.opened_at == [0.0, 0.5, 1.5, 3.5, 7.5]
