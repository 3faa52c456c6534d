import random

from provider import Provider, answer, event
from virtual_time import run

from parley import ChatClient, Limits

LIMITS = Limits(deadline=None, attempts=1)


def heard(*ways):
    """Return the pieces of the answer for each way to cut its bytes into chunks."""

    async def story():
        answers = []
        for chunks in ways:
            client = ChatClient(Provider(list(chunks)), limits=LIMITS)
            async with client.ask("why?") as reply:
                answers.append([text async for text in reply])
        return answers

    return run(story())


def in_two(sent):
    """Cut at each byte of the first event, and some way into the second."""
    return [(sent[:cut], sent[cut:]) for cut in range(1, min(len(sent), 64))]


def byte_by_byte(sent):
    return [sent[place : place + 1] for place in range(len(sent))]


def test_letters_of_any_size_survive_any_cut():
    texts = ["界👩‍🚀", "ó"]
    sent = b"".join(answer(*texts))
    ways = [*in_two(sent), byte_by_byte(sent)]
    assert heard(*ways) == [texts] * len(ways)


def test_endings_of_two_characters_survive_any_cut():
    texts = ["ó", "b"]
    sent = b"".join(answer(*texts, end="\r\n"))
    ways = [*in_two(sent), byte_by_byte(sent)]
    assert heard(*ways) == [texts] * len(ways)


def test_endings_of_one_carriage_return_are_endings():
    texts = ["a", "b"]
    sent = b"".join(answer(*texts, end="\r"))
    ways = [[sent], *in_two(sent), byte_by_byte(sent)]
    assert heard(*ways) == [texts] * len(ways)


def test_data_of_several_lines_survives_any_cut():
    sent = b'event: token\r\ndata: {"text":\r\ndata: "\xc3\xb3k"}\r\n\r\n'
    sent += event("done", reason="stop", end="\r\n")
    ways = [*in_two(sent), byte_by_byte(sent)]
    assert heard(*ways) == [["ók"]] * len(ways)


def test_endings_of_all_kinds_in_one_stream():
    sent = b'event: token\rdata: {"text": "a"}\r\n\n'
    sent += b'event: token\ndata: {"text": "b"}\r\r'
    sent += b'event: done\r\ndata: {"reason": "stop"}\r\n\r\n'
    ways = [*in_two(sent), byte_by_byte(sent)]
    assert heard(*ways) == [["a", "b"]] * len(ways)


def test_what_is_no_utf8_is_replaced_wherever_it_is_cut():
    for broken in (b"\xe9", b"\xe2\x82"):
        sent = b"".join(answer("caf?", " noir"))
        place = sent.index(b"?")
        sent = sent.replace(b"?", broken)
        cuts = range(place - 2, place + 4)
        ways = [[sent], byte_by_byte(sent), *((sent[:cut], sent[cut:]) for cut in cuts)]
        assert heard(*ways) == [["caf\ufffd", " noir"]] * len(ways)


def test_a_line_ends_nowhere_else():
    texts = ["a\u2028b", "c\u2029d", "e\x85f"]
    sent = b"".join(answer(*texts, end="\r\n"))
    ways = [[sent], byte_by_byte(sent)]
    assert heard(*ways) == [texts] * len(ways)


def test_any_texts_in_any_chunks():
    chance = random.Random(75)
    alphabet = ["a", "é", "ж", "語", "한", "🦊", "\u0301", "\u200d", " ", '"', "\\"]
    for end in ("\n", "\r\n"):
        texts = ["".join(chance.choices(alphabet, k=3)) for _ in range(9)]
        sent = b"".join(answer(*texts, end=end))
        ways = []
        for _ in range(3):
            cuts = sorted(chance.sample(range(1, len(sent)), 25))
            edges = zip([0, *cuts], [*cuts, len(sent)], strict=True)
            ways.append([sent[start:stop] for start, stop in edges])
        assert heard(*ways) == [texts] * len(ways)
