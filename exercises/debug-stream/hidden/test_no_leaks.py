import asyncio

import pytest
from provider import FOREVER, Provider, answer, event, now, pause
from virtual_time import run

from parley import ChatClient, GaveUp, Limits, ProviderError, Refused

LIMITS = Limits(deadline=None, idle=10, attempts=None)
FIRST = answer("Once", " upon")[0]

PHASES = {
    "opening": Provider([FIRST], opening=FOREVER),
    "silent": Provider([FOREVER]),
    "silent for the second time": Provider([FOREVER]),
    "between words": Provider([FIRST, 4, b": ping\n\n", FOREVER]),
    "pausing": Provider([FIRST, ConnectionResetError()], 503),
    "refused": Provider(503),
}
MOMENTS = {"silent for the second time": 17.0, "pausing": 7.0}


def left(provider):
    """Return how many connections are open and how many other tasks there are."""
    return provider.open_connections, len(asyncio.all_tasks()) - 1


def fresh(phase, closing):
    known = PHASES[phase]
    provider = Provider(*known._scripts, opening=known.opening, closing=closing)
    return provider, MOMENTS.get(phase, 3.0)


@pytest.mark.parametrize("phase", PHASES)
def test_whoever_stops_leaves_nothing(phase):
    provider, moment = fresh(phase, closing=0.25)

    async def story():
        async with ChatClient(provider, limits=LIMITS).ask("A story"):
            await pause(moment)
        return left(provider)

    assert run(story()) == (0, 0)


@pytest.mark.parametrize("phase", PHASES)
def test_whoever_is_cancelled_leaves_nothing(phase):
    provider, moment = fresh(phase, closing=0.25)

    async def read():
        async with ChatClient(provider, limits=LIMITS).ask("A story") as reply:
            async for _ in reply:
                pass

    async def story():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(moment):
                await read()
        return left(provider)

    assert run(story()) == (0, 0)


@pytest.mark.parametrize("phase", PHASES)
def test_a_text_that_is_not_waited_for_leaves_nothing(phase):
    provider, moment = fresh(phase, closing=0.25)

    async def story():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(moment):
                await ChatClient(provider, limits=LIMITS).ask("A story").text()
        return left(provider)

    assert run(story()) == (0, 0)


@pytest.mark.parametrize("way", ["aclose", "text"])
def test_whoever_is_cancelled_while_closing_leaves_nothing(way):
    provider = Provider([FIRST, FOREVER], closing=5)

    async def stop(reply):
        if way == "text":
            async with asyncio.timeout(3):
                await reply.text()
        await pause(3)
        await reply.aclose()

    async def story():
        stopping = asyncio.create_task(
            stop(ChatClient(provider, limits=LIMITS).ask("A story"))
        )
        await pause(4)
        stopping.cancel()
        await asyncio.wait({stopping})
        return left(provider)

    assert run(story()) == (0, 0)


def test_a_reader_with_an_error_of_its_own_leaves_nothing():
    provider = Provider([FIRST, FOREVER], closing=0.25)

    async def story():
        with pytest.raises(ZeroDivisionError):
            async with ChatClient(provider, limits=LIMITS).ask("A story") as reply:
                async for text in reply:
                    len(text) // 0
        return left(provider)

    assert run(story()) == (0, 0)


def test_a_whole_text_leaves_nothing():
    provider = Provider([b"".join(answer("Once", " upon")), FOREVER], closing=0.25)

    async def story():
        text = await ChatClient(provider).ask("A story").text()
        return text, left(provider)

    assert run(story()) == ("Once upon", (0, 0))


def test_an_answer_read_to_its_end_closes_itself():
    provider = Provider([b"".join(answer("Once", " upon")), FOREVER], closing=0.25)

    async def story():
        reply = ChatClient(provider).ask("A story")
        texts = [text async for text in reply]
        await pause(1)
        return texts, left(provider)

    assert run(story()) == (["Once", " upon"], (0, 0))


class Watchful(Provider):
    """Notes how many connections were still open whenever one was asked for."""

    async def open(self, request):
        self.still_open = [*getattr(self, "still_open", []), left(self)]
        return await super().open(request)


@pytest.mark.parametrize(
    "script",
    [
        [FIRST],
        [FIRST, FOREVER],
        [FIRST, ConnectionResetError("reset")],
        [event("error", message="busy", retry=True)],
        503,
    ],
    ids=["ended", "silent", "broken", "error", "status"],
)
def test_a_connection_is_given_back_before_the_next_is_opened(script):
    last = [b"".join(answer("Once", " upon"))]
    provider = Watchful(script, script, script, last, closing=0.25)

    async def story():
        return await ChatClient(provider, limits=LIMITS).ask("A story").text()

    assert run(story()) == "Once upon"
    # What asks for a connection is a task of the answer's own.
    assert [connections for connections, _ in provider.still_open] == [0] * 4
    assert len({tasks for _, tasks in provider.still_open}) == 1


@pytest.mark.parametrize(
    "script, error",
    [
        ([event("error", message="too long", retry=False), FOREVER], ProviderError),
        (401, Refused),
        (503, GaveUp),
    ],
    ids=["error", "refused", "gave-up"],
)
def test_an_answer_that_failed_closes_itself(script, error):
    provider = Provider(script, closing=0.25)

    async def story():
        reply = ChatClient(provider, limits=Limits(attempts=2)).ask("A story")
        with pytest.raises(error):
            async for _ in reply:
                pass
        await pause(1)
        return left(provider)

    assert run(story()) == (0, 0)


def test_closing_is_for_one_answer_and_can_be_done_twice():
    provider = Provider(
        [FIRST, FOREVER], [FIRST, 5, *answer("Once", " upon")[1:]], closing=0.25
    )

    async def story():
        client = ChatClient(provider, limits=LIMITS)
        one, other = client.ask("A story"), client.ask("Another")
        await pause(1)
        await one.aclose()
        closed = now()
        await one.aclose()
        return closed <= 1.25, left(provider)[0], await other.text(), left(provider)

    assert run(story()) == (True, 1, "Once upon", (0, 0))
