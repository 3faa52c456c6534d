import pytest
from provider import FOREVER, Provider, answer, now, pause, together
from virtual_time import run

from parley import ChatClient, Limits, ProtocolError, Refused

LIMITS = Limits(deadline=None, idle=10, attempts=3)


async def read_on(reply):
    """Read on until there is an end; return what was heard, and the error, if any."""
    heard = []
    try:
        async for text in reply:
            heard.append(text)
    except Exception as error:
        return heard, error
    return heard, None


@pytest.mark.parametrize(
    "sent",
    [
        b"event: token\ndata: {'text': 'b'}\n\n",
        b"event: token\ndata: {\n\n",
        b"event: token\ndata: {}\n\n",
        b'event: token\ndata: {"txt": "b"}\n\n',
        b'event: token\ndata: {"text": null}\n\n',
        b'event: token\ndata: {"text": 3}\n\n',
        b'event: token\ndata: {"text": ["b"]}\n\n',
        b'event: token\ndata: ["text", "b"]\n\n',
        b'event: token\ndata: "text"\n\n',
        b"event: token\ndata: null\n\n",
        b"event: token\ndata: 7\n\n",
        b'event: usage\ndata: {"input": 7}\n\n',
        b'event: usage\ndata: {"output": 7}\n\n',
        b'event: usage\ndata: {"input": "7", "output": 7}\n\n',
        b"event: done\ndata: {}\n\n",
        b"event: done\ndata: [DONE]\n\n",
        b'event: done\ndata: {"reason": null}\n\n',
        b'event: error\ndata: {"retry": true}\n\n',
        b'event: error\ndata: {"message": "sorry"}\n\n',
    ],
)
def test_an_event_that_cannot_be_read_ends_the_answer(sent):
    provider = Provider([answer("a")[0], sent, FOREVER])

    async def story():
        reply = ChatClient(provider, limits=LIMITS).ask("why?")
        heard, error = await read_on(reply)
        return heard, type(error), now()

    assert run(story(), limit=60) == (["a"], ProtocolError, 0.0)
    assert len(provider.requests) == 1


class TransportBug(Exception):
    pass


@pytest.mark.parametrize("kind", [RuntimeError, TransportBug, ValueError, KeyError])
@pytest.mark.parametrize("place", ["open", "read"])
def test_an_error_of_any_kind_reaches_the_reader(kind, place):
    error = kind("stream 5 is closed")
    script = error if place == "open" else [answer("a")[0], error]

    async def story():
        reply = ChatClient(Provider(script), limits=LIMITS).ask("why?")
        heard, caught = await read_on(reply)
        return heard, caught is error, now()

    heard = [] if place == "open" else ["a"]
    assert run(story()) == (heard, True, 0.0)


def test_whoever_waits_for_the_text_gets_the_error():
    async def story():
        reply = ChatClient(Provider(TransportBug()), limits=LIMITS).ask("why?")
        with pytest.raises(TransportBug):
            await reply.text()

    run(story())


def test_an_answer_that_was_read_has_ended():
    async def story():
        reply = ChatClient(Provider([b"".join(answer("a", "b"))])).ask("why?")
        first = [text async for text in reply]
        second = [text async for text in reply]
        return first, second, await reply.text(), reply.reason

    assert run(story()) == (["a", "b"], [], "", "stop")


def test_an_answer_that_failed_has_failed():
    async def story():
        reply = ChatClient(Provider(401)).ask("why?")
        outcomes = [await read_on(reply) for _ in range(3)]
        return [(heard, type(error)) for heard, error in outcomes]

    assert run(story()) == [([], Refused)] * 3


def test_an_answer_that_was_closed_has_ended():
    async def story():
        reply = ChatClient(Provider([*answer("a", "b"), FOREVER])).ask("why?")
        first = await anext(reply)
        await reply.aclose()
        second = [text async for text in reply]
        await reply.aclose()
        return first, second, [text async for text in reply]

    assert run(story()) == ("a", [], [])


@pytest.mark.parametrize(
    "script", [[FOREVER], [answer("a")[0], FOREVER], 503], ids=["0", "1", "pause"]
)
def test_a_reader_who_waits_is_told_when_somebody_else_closes(script):
    async def story():
        reply = ChatClient(Provider(script), limits=LIMITS).ask("why?")

        async def close():
            await pause(0.3)
            await reply.aclose()

        (heard, error), _ = await together(read_on(reply), close())
        return len(heard), error, now()

    waited = 1 if script != 503 and len(script) == 2 else 0
    assert run(story()) == (waited, None, 0.3)


def test_an_answer_is_closed_before_its_first_word():
    async def story():
        reply = ChatClient(Provider([b"".join(answer("a"))])).ask("why?")
        await reply.aclose()
        return await read_on(reply)

    assert run(story()) == ([], None)
