import asyncio
import json

import pytest
from provider import Provider, answer, event, together
from virtual_time import run

from parley import ChatClient, Turn, Usage


def whole(provider, **options):
    """Return the text of an answer of this provider."""

    async def story():
        return await ChatClient(provider, **options).ask("why?").text()

    return run(story())


def test_an_answer_comes_piece_by_piece():
    async def story():
        pieces = []
        provider = Provider([b"".join(answer("Be", "cause", " of it."))])
        async with ChatClient(provider).ask("why?") as reply:
            async for text in reply:
                pieces.append(text)
        return pieces, reply.reason

    assert run(story()) == (["Be", "cause", " of it."], "stop")


def test_the_question_is_sent_as_json():
    provider = Provider([b"".join(answer("Yes."))])

    async def story():
        turns = [Turn("user", "Hi"), Turn("model", "Hi!"), Turn("user", "Is it so?")]
        return await ChatClient(provider, model="wren-1").ask(turns).text()

    assert run(story()) == "Yes."
    (request,) = provider.requests
    assert "Last-Event-ID" not in request.headers
    sent = json.loads(request.body)
    assert sent["model"] == "wren-1"
    assert sent["turns"][1] == {"role": "model", "text": "Hi!"}


def test_the_bill_is_known_at_the_end():
    async def story():
        events = [
            event("token", 1, text="Yes."),
            event("usage", 2, input=12, output=1),
            event("done", 3, reason="length"),
        ]
        reply = ChatClient(Provider(events)).ask("why?")
        text = await reply.text()
        return text, reply.usage, reply.reason

    assert run(story()) == ("Yes.", Usage(12, 1), "length")


def test_events_may_come_in_any_number_of_chunks():
    sent = b"".join(answer("Be", "cause"))
    assert whole(Provider([sent[:20], sent[20:21], sent[21:]])) == "Because"
    assert whole(Provider([bytes([byte]) for byte in sent])) == "Because"


def test_a_chunk_may_end_in_the_middle_of_a_letter():
    sent = b"".join(answer("Krak", "ów"))
    cut = sent.index("ó".encode()) + 1
    assert whole(Provider([sent[:cut], sent[cut:]])) == "Kraków"


def test_what_is_no_utf8_is_replaced():
    sent = b"".join(answer("caf?", " noir")).replace(b"?", b"\xe9")
    assert whole(Provider([sent])) == "caf\ufffd noir"


def test_comments_and_unknown_events_are_left_alone():
    events = [
        b": welcome\n\n",
        event("token", 1, text="Yes"),
        event("mood", 2, colour="blue"),
        b"whatever: this is\n\n",
        event("token", 3, text="."),
        event("done", 4, reason="stop"),
    ]
    assert whole(Provider(events)) == "Yes."


def test_two_answers_do_not_mix():
    async def story():
        client = ChatClient(
            Provider(
                [answer("a")[0], 2, *answer("a", "b", "c")[1:]],
                [1, answer("x")[0], 3, *answer("x", "y")[1:]],
            )
        )
        replies = [client.ask("one"), client.ask("two")]
        return await together(*(reply.text() for reply in replies))

    assert run(story()) == ["abc", "xy"]


def test_a_reader_who_stops_leaves_nothing_behind():
    provider = Provider([answer("Once")[0], 5, *answer("Once", " upon")[1:]])

    async def story():
        async with ChatClient(provider).ask("A story, please") as reply:
            async for _ in reply:
                break
        return provider.open_connections, len(asyncio.all_tasks())

    assert run(story()) == (0, 1)


def test_a_conversation_needs_a_turn():
    async def story():
        ChatClient(Provider([])).ask([])

    with pytest.raises(ValueError):
        run(story())
