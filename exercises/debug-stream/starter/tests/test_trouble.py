import pytest
from provider import FOREVER, Archive, Provider, answer, event, now
from virtual_time import run

from parley import (
    Backoff,
    ChatClient,
    DeadlineExceeded,
    GaveUp,
    Limits,
    ProviderError,
    Refused,
)

PATIENT = Limits(deadline=None, attempts=None)


def whole(provider, **options):
    """Return the text of an answer of this provider, and when it was complete."""

    async def story():
        text = await ChatClient(provider, **options).ask("why?").text()
        return text, now()

    return run(story())


def test_an_answer_goes_on_where_it_broke_off():
    events = answer("Be", "cause", " of it.")
    provider = Archive(events, breaks=[len(events[0] + events[1])])
    assert whole(provider)[0] == "Because of it."
    assert provider.resumed_from == ["", "2"]
    assert provider.requests[1].headers["Last-Event-ID"] == "2"


def test_what_is_heard_twice_is_told_once():
    events = answer("one ", "two ", "three ", "four ", "five")
    provider = Archive(events, breaks=[len(b"".join(events[:4]))], rewind=3)
    assert whole(provider)[0] == "one two three four five"


def test_the_pauses_grow_up_to_a_cap():
    down = ConnectionRefusedError("down")
    provider = Provider(*[down] * 5, [b"".join(answer("At last"))])
    options = {"backoff": Backoff(1.0, 3.0, 10.0), "limits": PATIENT}
    assert whole(provider, **options) == ("At last", 33.0)
    assert provider.opened_at == [0.0, 1.0, 4.0, 13.0, 23.0, 33.0]


BUSY = event("error", message="overloaded", retry=True)


@pytest.mark.parametrize(
    "script",
    [[b"retry: 7500\n\n", ConnectionResetError()], [b"retry: 7500\n" + BUSY]],
    ids=["break", "error"],
)
def test_the_provider_can_ask_for_a_longer_pause(script):
    provider = Provider(script, [b"".join(answer("Hi"))])
    assert whole(provider) == ("Hi", 7.5)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_is_busy_is_asked_again(status):
    provider = Provider(status, [b"".join(answer("Hi"))])
    assert whole(provider) == ("Hi", 0.5)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_final(status):
    provider = Provider(status)
    with pytest.raises(Refused) as caught:
        whole(provider)
    assert caught.value.status == status
    assert len(provider.requests) == 1


def test_too_many_failures_are_enough():
    provider = Provider(ConnectionRefusedError("down"))
    with pytest.raises(GaveUp) as caught:
        whole(provider, limits=Limits(attempts=3))
    assert len(provider.requests) == 3
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


def test_the_provider_says_whether_to_come_again():
    assert whole(Provider([BUSY], [b"".join(answer("Hi"))]))[0] == "Hi"
    with pytest.raises(ProviderError, match="too long"):
        whole(Provider([event("error", message="too long", retry=False)]))


def test_silence_means_that_a_connection_is_dead():
    events = answer("Be", "cause")
    provider = Provider([events[0], FOREVER], [b"".join(events)])
    assert whole(provider, limits=Limits(idle=5)) == ("Because", 5.5)


def test_heartbeats_are_no_silence():
    thinking = [4, b": ping\n\n"] * 5
    provider = Provider([*thinking, b"".join(answer("42"))])
    assert whole(provider, limits=Limits(idle=5)) == ("42", 20.0)
    assert len(provider.requests) == 1


def test_an_answer_that_never_comes_is_not_waited_for():
    async def story():
        limits = Limits(deadline=10, idle=30)
        try:
            await ChatClient(Provider([FOREVER]), limits=limits).ask("why?").text()
        except DeadlineExceeded:
            return now()

    assert run(story()) == 10.0
