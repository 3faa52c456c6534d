import pytest
from provider import FOREVER, Provider, answer, event, now, pause
from virtual_time import run

from parley import Backoff, ChatClient, DeadlineExceeded, Limits

PING = b": ping\n\n"


def given_up(provider, *, reads_after=0.0, backoff=None, **limits):
    """Return what was heard of an answer before its deadline, and when that was."""

    async def story():
        client = ChatClient(provider, limits=Limits(**limits), backoff=backoff)
        heard = []
        async with client.ask("why?") as reply:
            await pause(reads_after)
            try:
                async for text in reply:
                    heard.append(text)
            except DeadlineExceeded:
                return heard, round(now(), 6)
        return heard, "complete"

    return run(story(), limit=5000)


def test_heartbeats_do_not_lengthen_the_time_for_an_answer():
    provider = Provider([5, PING] * 500)
    assert given_up(provider, deadline=60, idle=15) == ([], 60.0)
    assert len(provider.requests) == 1


def test_neither_do_words():
    events = answer(*"abcdefghijklmnop")
    steps = [step for each in events for step in (4, each)]
    heard = given_up(Provider(steps), deadline=30, idle=15)
    assert heard == (list("abcdefg"), 30.0)


def test_neither_do_connections_that_break():
    events = answer(*"abcdefghijklmnop")
    provider = Provider(*([3, each] for each in events))
    limits = {"deadline": 20, "idle": 15, "attempts": None}
    heard = given_up(provider, backoff=Backoff(0.5, 1.0, 0.5), **limits)
    assert heard == (list("abcde"), 20.0)


def test_pauses_between_connections_count():
    provider = Provider(ConnectionRefusedError("down"))
    limits = {"deadline": 45, "idle": 15, "attempts": None}
    assert given_up(provider, **limits) == ([], 45.0)
    assert provider.opened_at == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    slow = Backoff(500.0, 1.0, 500.0)
    assert given_up(Provider(503), backoff=slow, **limits) == ([], 45.0)


def test_a_pause_that_the_provider_asked_for_counts():
    provider = Provider([b"retry: 90000\n\n"])
    assert given_up(provider, deadline=45, idle=15) == ([], 45.0)


@pytest.mark.parametrize("idle", [4, 15, 40])
def test_connections_that_never_come_about_count(idle):
    provider = Provider([], opening=FOREVER)
    limits = {"deadline": 33, "idle": idle, "attempts": None}
    assert given_up(provider, **limits) == ([], 33.0)


def test_silence_counts():
    provider = Provider([answer("a")[0], FOREVER], [FOREVER])
    limits = {"deadline": 33, "idle": 5, "attempts": None}
    assert given_up(provider, **limits) == (["a"], 33.0)


def test_the_time_runs_from_the_question():
    provider = Provider([3, PING] * 100)
    heard = given_up(provider, reads_after=7, deadline=12, idle=5)
    assert heard == ([], 12.0)
    heard = given_up(provider, reads_after=90, deadline=12, idle=5)
    assert heard == ([], 90.0)


def test_a_slow_reader_does_not_count():
    async def story():
        heard = []
        provider = Provider([b"".join(answer(*"abc"))])
        client = ChatClient(provider, limits=Limits(deadline=10))
        async with client.ask("why?") as reply:
            async for text in reply:
                heard.append(text)
                await pause(30)
        return heard, now()

    assert run(story()) == (["a", "b", "c"], 90.0)


def test_an_answer_in_good_time_is_complete():
    steps = [3, PING, 3, PING, 3, event("token", 1, text="ok"), 0.5]
    steps.append(event("done", 2, reason="stop"))
    assert given_up(Provider(steps), deadline=10, idle=5) == (["ok"], "complete")
    assert given_up(Provider(steps), deadline=9.25, idle=5) == (["ok"], 9.25)


def test_without_a_deadline_an_answer_may_take_as_long_as_it_likes():
    steps = [10, PING] * 100 + [b"".join(answer("ok"))]
    assert given_up(Provider(steps), deadline=None) == (["ok"], "complete")
