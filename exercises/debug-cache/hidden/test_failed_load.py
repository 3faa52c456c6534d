import threading
import time

import pytest

from respcache import ManualClock, Request, Response, ResponseCache, UsageLedger


class Down(Exception):
    pass


class Abandoned(BaseException):
    """Ends a thread's work, as KeyboardInterrupt does."""


class Model:
    """Raises what it is told to, and answers when there is nothing to raise."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, request):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return Response("fine", tokens=3)


def ask(prompt="hi"):
    return Request("acme", "north-large", prompt)


def test_the_next_call_after_an_error_asks_again():
    error, ledger = Down("503"), UsageLedger()
    model = Model(error)
    cache = ResponseCache(model, max_bytes=1000, clock=ManualClock(), ledger=ledger)
    with pytest.raises(Down) as caught:
        cache.fetch(ask())
    assert caught.value is error
    assert cache.fetch(ask()).text == "fine"
    assert cache.fetch(ask()).text == "fine"
    assert model.calls == 2
    assert ledger.statement() == {"acme": 3}


def test_each_call_meets_its_own_error():
    errors = [Down("first"), TimeoutError("second"), OSError("third"), Down("fourth")]
    model = Model(*errors)
    cache = ResponseCache(model, max_bytes=1000, clock=ManualClock())
    met = []
    for _ in errors:
        with pytest.raises((Down, OSError)) as caught:
            cache.fetch(ask())
        met.append(caught.value)
    assert met == errors
    assert cache.fetch(ask()).text == "fine"
    assert (cache.stats.loads, cache.stats.failures) == (5, 4)


@pytest.mark.parametrize("kind", [Down, TimeoutError, ValueError, Abandoned])
def test_any_kind_of_error_is_over_with_the_call(kind):
    cache = ResponseCache(Model(kind()), max_bytes=1000, clock=ManualClock())
    with pytest.raises(kind):
        cache.fetch(ask())
    assert cache.fetch(ask()).text == "fine"


def test_everybody_who_waits_gets_the_error_and_can_ask_again():
    asked, fail_now = threading.Event(), threading.Event()
    down = True

    def model(request):
        asked.set()
        assert fail_now.wait(1)
        if down:
            raise Down("503")
        return Response("fine")

    cache = ResponseCache(model, max_bytes=1000)
    outcomes = []

    def call():
        try:
            outcomes.append(cache.fetch(ask()))
        except Down:
            outcomes.append("down")

    threads = [threading.Thread(target=call, daemon=True) for _ in range(3)]
    threads[0].start()
    assert asked.wait(1)
    for thread in threads[1:]:
        thread.start()
    end = time.monotonic() + 0.05  # long enough if it is counted later, as a rule
    while cache.stats.shared < 2 and time.monotonic() < end:
        time.sleep(0.0002)
    fail_now.set()
    for thread in threads:
        thread.join(1)
    assert outcomes == ["down"] * 3
    down = False
    assert cache.fetch(ask()).text == "fine"


def test_a_refusal_is_over_with_the_call():
    refusals = [PermissionError("limit"), PermissionError("limit")]
    model = Model()

    def authorise(request):
        if refusals:
            raise refusals.pop()

    cache = ResponseCache(model, max_bytes=1000, authorise=authorise)
    for _ in range(2):
        with pytest.raises(PermissionError):
            cache.fetch(ask())
    assert model.calls == 0
    assert cache.fetch(ask()).text == "fine"


def test_one_question_that_fails_does_not_spoil_another():
    model = Model(Down())
    cache = ResponseCache(model, max_bytes=1000)
    with pytest.raises(Down):
        cache.fetch(ask("bad"))
    assert cache.fetch(ask("good")).text == "fine"
    assert cache.fetch(ask("bad")).text == "fine"
    assert model.calls == 3
