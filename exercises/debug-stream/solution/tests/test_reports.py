"""One group of tests for each cause that was found behind the reports."""

import asyncio

import pytest
from provider import FOREVER, Archive, Provider, answer, now, pause, together
from virtual_time import run

from parley import Backoff, ChatClient, DeadlineExceeded, Limits, ProtocolError, Refused

PATIENT = Limits(deadline=None, attempts=None)
PING = b": ping\n\n"


def told(provider, limits=PATIENT, backoff=None):
    """Return the pieces of an answer."""

    async def story():
        client = ChatClient(provider, limits=limits, backoff=backoff)
        async with client.ask("why?") as reply:
            return [text async for text in reply]

    return run(story())


# However the bytes are cut, the same comes out.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_cut_is_harmless(end):
    texts = ["世🦊", "ó"]
    sent = b"".join(answer(*texts, end=end))
    for cut in range(1, 64):  # the first event, and some of the second
        assert told(Provider([sent[:cut], sent[cut:]])) == texts, sent[:cut]


# Every piece once, whatever the provider repeats and wherever it breaks off.


@pytest.mark.parametrize("rewind", [0, 1, 5])
def test_a_break_anywhere_loses_and_repeats_nothing(rewind):
    texts = ["no ", "no ", *(f"{number} " for number in range(9))]
    events = answer(*texts)
    begin = len(b"".join(events[:9]))
    for cut in range(begin, begin + 2 * len(events[9]), 3):
        assert told(Archive(events, breaks=[cut], rewind=rewind)) == texts


def test_a_break_while_old_events_come_again():
    events = answer(*"abcdef")
    breaks = [len(b"".join(events[:5])), len(events[2] + events[3])]
    provider = Archive(events, breaks=breaks, rewind=3)
    assert told(provider) == list("abcdef")
    assert provider.resumed_from == ["", "5", "5"]


# Pauses are bounded, and begin anew when something new has come.


def test_a_pause_after_a_thousand_failures():
    assert [Backoff().delay(n) for n in (7, 1025, 3000)] == [30.0] * 3
    assert Backoff(1.0, 1e200, 9.0).delay(4) == 9.0


def test_only_news_start_the_count_of_failures_afresh():
    first, second, last = answer("a", "b")
    provider = Provider([first], [PING], [first], [second], 503, [last])
    assert told(provider, Limits(deadline=None, attempts=4)) == ["a", "b"]
    assert provider.opened_at == [0.0, 0.5, 1.5, 3.5, 4.0, 5.0]


# The deadline is one for the whole answer.


@pytest.mark.parametrize(
    "provider",
    [
        Provider([3, PING] * 99),
        Provider([3, answer("a")[0]] * 99),
        Provider(*([3, each] for each in answer(*"abcdefghij"))),
        Provider(503),
        Provider([b"retry: 99000\n\n"]),
        Provider([], opening=FOREVER),
    ],
    ids=["heartbeats", "words", "breaks", "pauses", "long pause", "opening"],
)
def test_the_deadline_holds_come_what_may(provider):
    async def story():
        limits = Limits(deadline=20, idle=8, attempts=None)
        reply = ChatClient(provider, limits=limits).ask("why?")
        with pytest.raises(DeadlineExceeded):
            async for _ in reply:
                pass
        return now()

    assert run(story()) == 20.0


def test_the_deadline_does_not_wait_until_a_connection_is_closed():
    provider = Provider([5, PING] * 9, closing=20)

    async def story():
        reply = ChatClient(provider, limits=Limits(deadline=12)).ask("why?")
        with pytest.raises(DeadlineExceeded):
            await anext(reply)
        return now()

    assert run(story()) == 12.0


# Whoever stops leaves nothing behind.


def left(provider):
    """Return how many connections and how many other tasks there are."""
    return provider.open_connections, len(asyncio.all_tasks()) - 1


@pytest.mark.parametrize("whole", [True, False], ids=["text", "pieces"])
@pytest.mark.parametrize(
    "script", [[FOREVER], [answer("a")[0], ConnectionResetError()], 503]
)
def test_an_answer_that_is_abandoned_is_gone(script, whole):
    provider = Provider(script, closing=0.1)

    async def story():
        reply = ChatClient(provider, limits=PATIENT).ask("why?")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                if whole:
                    await reply.text()
                async with reply:
                    await pause(5)
        return left(provider)

    assert run(story()) == (0, 0)


@pytest.mark.parametrize("whole", [True, False], ids=["text", "aclose"])
def test_who_is_cancelled_while_an_answer_closes_leaves_nothing(whole):
    provider = Provider([FOREVER], closing=9)

    async def story():
        reply = ChatClient(provider, limits=PATIENT).ask("why?")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await stop(reply)
        return left(provider), now()

    async def stop(reply):
        if whole:
            async with asyncio.timeout(1):
                await reply.text()
        await pause(1.5)
        await reply.aclose()

    assert run(story()) == ((0, 0), 2.0)


@pytest.mark.parametrize("script", [[FOREVER], [ConnectionResetError()], [], 503])
def test_a_connection_is_given_back_before_the_next(script):
    provider = Provider(script, [1, PING] * 99, closing=0.1)

    async def story():
        async with ChatClient(provider, limits=PATIENT).ask("why?"):
            await pause(20)
            return len(provider.requests), provider.open_connections

    assert run(story()) == (2, 1)


def test_a_silent_connection_leaves_no_task():
    async def story():
        async with ChatClient(Provider([FOREVER]), limits=PATIENT).ask("why?"):
            await pause(1)
            before = len(asyncio.all_tasks())
            await pause(200)
            return len(asyncio.all_tasks()) - before

    assert run(story()) == 0


# A reader is always told the end.


@pytest.mark.parametrize(
    "data", ["{", "{}", '{"text": null}', '"text"', '["text"]', "7"]
)
def test_an_event_that_cannot_be_read_is_told(data):
    with pytest.raises(ProtocolError):
        told(Provider([f"event: token\ndata: {data}\n\n".encode(), FOREVER]))


@pytest.mark.parametrize("script", [KeyError("bug"), [KeyError("bug")]])
def test_an_error_that_nobody_expected_is_told(script):
    with pytest.raises(KeyError, match="bug"):
        told(Provider(script))


def test_a_transport_that_cancels_itself_keeps_nobody_waiting():
    async def story():
        reply = ChatClient(Provider([asyncio.CancelledError()])).ask("why?")
        for _ in range(2):
            with pytest.raises(asyncio.CancelledError):
                await anext(reply)

    run(story())


def test_who_comes_back_is_told_the_end_again():
    async def story():
        reply = ChatClient(Provider([b"".join(answer("a"))])).ask("why?")
        assert [text async for text in reply] == ["a"]
        assert [text async for text in reply] == []
        reply = ChatClient(Provider(401)).ask("why?")
        for _ in range(2):
            with pytest.raises(Refused):
                await anext(reply)

    run(story())


def test_closing_ends_the_answer_for_whoever_reads():
    async def story():
        reply = ChatClient(Provider([*answer("a")[:1], FOREVER])).ask("why?")

        async def close():
            await pause(1)
            await reply.aclose()

        pieces, _ = await together(read(reply), close())
        return pieces, await read(reply), now()

    async def read(reply):
        return [text async for text in reply]

    assert run(story()) == (["a"], [], 1.0)
