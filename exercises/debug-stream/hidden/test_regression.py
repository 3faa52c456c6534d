import json

import pytest
from provider import FOREVER, Archive, Provider, answer, event, now, pause, together
from virtual_time import run

from parley import (
    Backoff,
    ChatClient,
    DeadlineExceeded,
    GaveUp,
    Limits,
    ProtocolError,
    ProviderError,
    Refused,
    Request,
    StreamError,
    Turn,
    Usage,
)


def heard(provider, **options):
    """Return the pieces of an answer, and when it was complete."""

    async def story():
        pieces = []
        async with ChatClient(provider, **options).ask("why?") as reply:
            async for text in reply:
                pieces.append(text)
        return pieces, now()

    return run(story())


DONE = b'event: done\ndata: {"reason": "stop"}\n\n'


def test_an_answer_in_one_chunk_and_in_many():
    events = answer("a", "b", "c")
    assert heard(Provider([b"".join(events)])) == (["a", "b", "c"], 0.0)
    assert heard(Provider([1, events[0], 2, *events[1:]])) == (["a", "b", "c"], 3.0)


def test_pieces_are_told_as_they_come():
    async def story():
        told = []
        provider = Provider([part for each in answer(*"abc") for part in (2, each)])
        async with ChatClient(provider).ask("why?") as reply:
            async for text in reply:
                told.append((text, now()))
        return told, now()

    assert run(story()) == ([("a", 2.0), ("b", 4.0), ("c", 6.0)], 8.0)


def test_what_is_asked():
    provider = Provider([DONE])
    turns = [Turn("user", "Grüß Gott"), Turn("model", "Hallo"), Turn("user", "?")]

    async def story():
        await ChatClient(provider).ask(turns).text()
        await ChatClient(provider, model="wren-1").ask("why?").text()

    run(story())
    assert [json.loads(request.body) for request in provider.requests] == [
        {
            "model": "lark-2",
            "turns": [
                {"role": "user", "text": "Grüß Gott"},
                {"role": "model", "text": "Hallo"},
                {"role": "user", "text": "?"},
            ],
            "stream": True,
        },
        {
            "model": "wren-1",
            "turns": [{"role": "user", "text": "why?"}],
            "stream": True,
        },
    ]


def test_the_headers_of_a_request():
    headers = {
        "Accept": "text/event-stream",
        "Cache-Control": "no-store",
        "Content-Type": "application/json",
    }
    assert Request("{}").headers == headers
    assert Request("{}", "17").headers == {**headers, "Last-Event-ID": "17"}


def test_a_conversation_needs_a_turn():
    provider = Provider([DONE])

    async def story():
        with pytest.raises(ValueError):
            ChatClient(provider).ask([])

    run(story())
    assert provider.requests == []


def test_the_request_is_on_its_way_before_anybody_reads():
    async def story():
        provider = Provider([b"".join(answer("a"))])
        reply = ChatClient(provider).ask("why?")
        await pause(3)
        return provider.opened_at, await reply.text()

    assert run(story()) == ([0.0], "a")


def test_the_fields_of_an_event():
    sent = (
        b'id:1\nevent:token\ndata:{"text":"a"}\n\n'
        b'data: {"text":\ndata:  "b"}\nevent: token\nid: 2\n\n'
        b'event: mood\nevent: token\ndata: {"text": "c:d"}\nid\nnonsense\n\n'
        b"event: token\n\n"
        b'data: {"text": "no token"}\n\n'
        b': event: token\ndata: {"text": "no token"}\n\n'
    )
    assert heard(Provider([sent + DONE]))[0] == ["a", "b", "c:d"]


def test_an_event_that_is_cut_off_is_none():
    word = event("token", text="a")
    provider = Provider([word, word[:-1]], [word, DONE])
    assert heard(provider) == (["a", "a"], 0.5)


def test_empty_words_are_words():
    assert heard(Provider([b"".join(answer("", "a", ""))]))[0] == ["", "a", ""]


def test_what_comes_after_the_end_is_not_heard():
    sent = b"".join([*answer("a"), event("token", 3, text="b")])
    assert heard(Provider([sent, FOREVER])) == (["a"], 0.0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_ending_of_a_line(end):
    sent = b"".join(answer("a", "b", end=end)) + b": bye" + end.encode()
    assert heard(Provider([sent]))[0] == ["a", "b"]


def test_letters_outside_of_ascii_and_bytes_outside_of_utf8():
    sent = b"".join(answer("Krak", "ów 語 🦊", "\u2028?")).replace(b"?", b"\xff")
    assert heard(Provider([sent]))[0] == ["Krak", "ów 語 🦊", "\u2028\ufffd"]


def test_the_bill_and_the_reason():
    async def story():
        events = [
            event("usage", 1, input=3, output=0),
            event("token", 2, text="a"),
            1,
            event("usage", 3, input=3, output=1),
            event("done", 4, reason="length"),
        ]
        reply = ChatClient(Provider(events)).ask("why?")
        before = reply.usage, reply.reason
        first = await anext(reply)
        between = reply.usage, reply.reason
        rest = [text async for text in reply]
        return before, first, between, rest, reply.usage, reply.reason

    assert run(story()) == (
        (None, None),
        "a",
        (Usage(3, 0), None),
        [],
        Usage(3, 1),
        "length",
    )


def test_a_break_after_an_event_is_mended():
    events = answer("a", "b", "c")
    for rewind in (0, 1):
        first, second = len(events[0]), len(b"".join(events[1 - rewind : 2]))
        provider = Archive(events, breaks=[first, second], rewind=rewind)
        assert heard(provider) == (["a", "b", "c"], pytest.approx(1.0, abs=0.5))
        assert provider.resumed_from == ["", "1", "2"]


def test_pauses_between_failures():
    down = ConnectionRefusedError("down")
    provider = Provider(down, 503, [], TimeoutError(), [b"".join(answer("a"))])
    assert heard(provider, backoff=Backoff(2, 3, 20)) == (["a"], 46.0)
    assert provider.opened_at == [0.0, 2.0, 8.0, 26.0, 46.0]
    provider = Provider(*[down] * 7, [b"".join(answer("a"))])
    assert heard(provider, limits=Limits(deadline=None)) == (["a"], 61.5)
    assert provider.opened_at == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 61.5]


@pytest.mark.parametrize(
    "field, wait",
    [
        (b"retry: 7500", 7.5),
        (b"retry:250", 0.5),
        (b"retry: 0", 0.5),
        (b"retry: soon", 0.5),
        (b"retry: -9000", 0.5),
        (b"retry: 9000.5", 0.5),
        (b"retry", 0.5),
        (b"retry: 1\nretry: 3000", 3.0),
        ("retry: ٩٠٠٠".encode(), 0.5),
    ],
)
def test_the_provider_can_ask_for_a_longer_pause(field, wait):
    provider = Provider([field + b"\n\n", ConnectionResetError()], [DONE])
    assert heard(provider) == ([], wait)


def test_a_longer_pause_that_comes_with_an_error():
    busy = event("error", message="overloaded", retry=True)
    provider = Provider([b"retry: 3000\n" + busy], [DONE])
    assert heard(provider) == ([], 3.0)
    provider = Provider([b"retry: 3000\n\n" + busy], [DONE])
    assert heard(provider) == ([], 3.0)


@pytest.mark.parametrize("status", [429, 500, 502, 599])
def test_a_provider_that_is_not_ready_is_asked_again(status):
    assert heard(Provider(status, [DONE])) == ([], 0.5)


@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 428, 430, 499])
def test_any_other_status_is_final(status):
    provider = Provider(status)
    with pytest.raises(Refused) as caught:
        heard(provider)
    assert caught.value.status == status
    assert str(status) in str(caught.value)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("attempts", [1, 2, 8])
def test_so_many_failures_and_no_more(attempts):
    provider = Provider(*[503] * (attempts - 1), ConnectionResetError("again"))
    with pytest.raises(GaveUp) as caught:
        heard(provider, limits=Limits(deadline=None, attempts=attempts))
    assert len(provider.requests) == caught.value.failures == attempts
    assert isinstance(caught.value.__cause__, ConnectionResetError)


def test_eight_attempts_and_a_minute_are_the_defaults():
    assert Limits() == Limits(deadline=60.0, idle=15.0, attempts=8)
    assert Backoff() == Backoff(base=0.5, factor=2.0, cap=30.0)


def test_the_provider_says_whether_to_come_again():
    busy = event("error", message="overloaded", retry=True)
    provider = Provider([*answer("a", "b")[:1], busy], answer("a", "b")[1:])
    assert heard(provider) == (["a", "b"], 0.5)
    with pytest.raises(ProviderError, match="too long"):
        heard(Provider([event("error", message="too long", retry=False)]))


def test_silence_is_a_broken_connection():
    events = answer("a", "b")
    provider = Provider([events[0], FOREVER], [4.75, *events[1:]])
    assert heard(provider, limits=Limits(idle=5)) == (["a", "b"], 10.25)
    provider = Provider([events[0], 5.25, *events[1:]], [events[1], events[2]])
    assert heard(provider, limits=Limits(idle=5)) == (["a", "b"], 5.5)
    provider = Provider([*events], opening=4.5)
    assert heard(provider, limits=Limits(idle=5)) == (["a", "b"], 4.5)


def test_a_door_that_does_not_open_is_a_failure():
    provider = Provider([], opening=FOREVER)
    with pytest.raises(GaveUp):
        heard(provider, limits=Limits(deadline=None, idle=5, attempts=3))
    assert provider.opened_at == [0.0, 5.5, 11.5]


def test_heartbeats_are_signs_of_life():
    provider = Provider([4, b": ping\n\n"] * 10 + [b"".join(answer("a"))])
    limits = Limits(deadline=None, idle=5, attempts=1)
    assert heard(provider, limits=limits) == (["a"], 40.0)


def test_a_dead_line_ends_at_the_deadline():
    async def story():
        provider = Provider([FOREVER])
        reply = ChatClient(provider, limits=Limits(deadline=7, idle=9)).ask("why?")
        with pytest.raises(DeadlineExceeded) as caught:
            await reply.text()
        return caught.value.seconds, now()

    assert run(story()) == (7, 7.0)


def test_answers_do_not_mix():
    async def story():
        client = ChatClient(
            Provider(
                [answer("a")[0], 2, *answer("a", "b", "c")[1:]],
                [1, answer("x")[0], 3, *answer("x", "y")[1:]],
            )
        )
        one, other = client.ask("one"), client.ask("other")
        return await together(one.text(), other.text())

    assert run(story()) == ["abc", "xy"]


@pytest.mark.parametrize(
    "kind", [DeadlineExceeded, GaveUp, ProtocolError, ProviderError, Refused]
)
def test_errors_are_of_one_kind(kind):
    assert issubclass(kind, StreamError)
    assert not issubclass(kind, OSError)


@pytest.mark.parametrize(
    "numbers", [(0, 2, 30), (-1, 2, 30), (31, 2, 30), (1, 0.5, 30)]
)
def test_impossible_pauses_are_refused(numbers):
    with pytest.raises(ValueError):
        Backoff(*numbers)


@pytest.mark.parametrize(
    "limits",
    [{"deadline": 0}, {"deadline": -1}, {"idle": 0}, {"idle": -5}, {"attempts": 0}],
)
def test_impossible_limits_are_refused(limits):
    with pytest.raises(ValueError):
        Limits(**limits)


def test_the_narrowest_settings_are_allowed():
    narrow = Backoff(1, 1, 1)
    assert [narrow.delay(failures) for failures in (1, 2, 9)] == [1, 1, 1]
    limits = Limits(deadline=0.5, idle=0.5, attempts=1)
    assert heard(Provider([DONE]), limits=limits) == ([], 0.0)
