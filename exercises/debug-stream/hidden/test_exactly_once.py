from itertools import accumulate

from provider import Archive, Provider, answer, event
from virtual_time import run

from parley import Backoff, ChatClient, Limits

OPTIONS = {
    "backoff": Backoff(1000.0, 1.0, 1000.0),
    "limits": Limits(deadline=None, attempts=None),
}


def heard(*providers):
    """Return the pieces of the answer that each provider gives."""

    async def story():
        answers = []
        for provider in providers:
            async with ChatClient(provider, **OPTIONS).ask("why?") as reply:
                answers.append([text async for text in reply])
        return answers

    return run(story())


def ends(events):
    """Return after how many bytes each event is complete."""
    return list(accumulate(len(each) for each in events))


def test_a_break_between_events_repeats_nothing():
    for rewind in (0, 2, 20):
        texts = [f"{number} " for number in range(13)]
        events = answer(*texts)
        providers = [
            Archive(events, breaks=[cut], rewind=rewind) for cut in ends(events)[:-1]
        ]
        assert heard(*providers) == [texts] * 13
        froms = [provider.resumed_from for provider in providers]
        assert froms == [["", str(number)] for number in range(1, 14)]


def test_a_break_inside_an_event_loses_nothing():
    texts = [f"{number} " for number in range(11)]
    events = answer(*texts)
    for rewind, step in ((0, 5), (2, 2)):
        cuts = range(ends(events)[8], ends(events)[-1], step)
        providers = [Archive(events, breaks=[cut], rewind=rewind) for cut in cuts]
        assert heard(*providers) == [texts] * len(cuts)
        froms = {provider.resumed_from[1] for provider in providers}
        assert froms == {"9", "10", "11"}


def test_the_first_event_can_break_as_well():
    texts = ["one", "two"]
    events = answer(*texts)
    cuts = range(0, len(events[0]), 4)
    providers = [Archive(events, breaks=[cut]) for cut in cuts]
    assert heard(*providers) == [texts] * len(cuts)
    assert {provider.resumed_from[1] for provider in providers} == {""}


def test_a_second_break_while_the_client_hears_old_events():
    texts = [f"{number} " for number in range(12)]
    events = answer(*texts)
    for again in range(7):
        old = ends(events[5:])[again]
        breaks = [ends(events)[9], old, old, ends(events[5:])[6]]
        provider = Archive(events, breaks=breaks, rewind=5)
        assert heard(provider) == [texts]
        assert provider.resumed_from[1] == "10"
        assert int(provider.resumed_from[2]) >= 10


def test_words_that_are_said_twice_are_heard_twice():
    texts = ["ha ", "ha ", "ha ", "ha ", "no ", "no ", "no ", "ha "]
    events = answer(*texts)
    providers = [
        Archive(events, breaks=[cut], rewind=rewind)
        for rewind in (0, 1, 3)
        for cut in ends(events)
    ]
    assert heard(*providers) == [texts] * len(providers)


def test_events_without_a_number_are_neither_old_nor_new():
    busy = event("error", message="restarting", retry=True)
    events = answer("one ", "two ", "three ")
    provider = Provider(
        [events[0], events[1] + busy],
        [b": hello\n\n", busy],
        [event("mood", colour="blue"), events[1], busy],
        [events[0], events[1], events[2], events[3]],
    )
    assert heard(provider) == [["one ", "two ", "three "]]
    assert provider.resumed_from == ["", "2", "2", "2"]


def test_numbers_may_leave_gaps():
    provider = Provider(
        [event("token", 9, text="a"), event("token", 99, text="b")],
        [event("token", 99, text="b"), event("token", 100, text="c")],
        [event("token", 1000, text="d"), event("done", 1001, reason="stop")],
    )
    assert heard(provider) == [["a", "b", "c", "d"]]
    assert provider.resumed_from == ["", "99", "100"]
