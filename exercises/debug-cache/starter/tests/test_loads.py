import threading

import pytest
from fakes import Model, ask
from interleave import interleave

from respcache import Charge, Request, Response, ResponseCache, UsageLedger


def test_a_load_is_billed_and_a_hit_is_not():
    ledger = UsageLedger()
    cache = ResponseCache(Model(tokens=7), max_bytes=1000, ledger=ledger)
    cache.fetch(ask("hi"))
    cache.fetch(ask("hi"))
    assert ledger.charges() == [Charge("acme", "north-large", 7)]
    assert ledger.statement() == {"acme": 7}


def test_a_caller_waits_for_a_load_that_is_under_way():
    asked, answer_now = threading.Event(), threading.Event()

    def slow_model(request: Request) -> Response:
        asked.set()
        assert answer_now.wait(1)
        return Response("at last")

    cache = ResponseCache(slow_model, max_bytes=1000)
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(cache.fetch(ask("hi")).text))
        for _ in range(2)
    ]
    threads[0].start()
    assert asked.wait(1)
    threads[1].start()
    answer_now.set()
    for thread in threads:
        thread.join(1)
    assert texts == ["at last", "at last"]
    assert cache.stats.loads == 1


def test_errors_of_the_model_reach_the_caller():
    def broken(request: Request) -> Response:
        raise TimeoutError("the provider did not answer")

    cache = ResponseCache(broken, max_bytes=1000)
    with pytest.raises(TimeoutError, match="did not answer"):
        cache.fetch(ask("hi"))
    assert cache.stats.failures == 1
    assert len(cache) == 0


def test_a_tenant_who_may_not_spend_is_turned_away():
    model = Model()

    def authorise(request: Request) -> None:
        raise PermissionError(request.tenant)

    cache = ResponseCache(model, max_bytes=1000, authorise=authorise)
    cache.put(ask("known"), Response("answer"))
    assert cache.fetch(ask("known")).text == "answer"
    with pytest.raises(PermissionError, match="acme"):
        cache.fetch(ask("new"))
    assert model.prompts == []


@pytest.mark.parametrize("seed", range(3))
def test_two_threads_with_two_questions_get_two_answers(seed):
    cache = ResponseCache(Model(), max_bytes=1000)
    answers = interleave(
        lambda: cache.fetch(ask("hi")).text,
        lambda: cache.fetch(ask("ho")).text,
        package="respcache",
        seed=seed,
    )
    assert answers == ["HI", "HO"]
