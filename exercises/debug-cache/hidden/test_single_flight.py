import threading
from contextlib import suppress

from interleave import interleave

from respcache import Request, Response, ResponseCache, UsageLedger


def ask(prompt):
    return Request("acme", "north-large", prompt)


class Model:
    """Counts its calls."""

    def __init__(self):
        self.prompts = []

    def __call__(self, request):
        self.prompts.append(request.prompt)
        return Response(request.prompt.upper(), tokens=5)


class Meeting:
    """Holds whoever comes until all have come, or for a moment if they do not."""

    def __init__(self, size, moment=0.05):
        self._barrier = threading.Barrier(size)
        self._moment = moment
        self.complete = False

    def __call__(self, _request):
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(self._moment)
            self.complete = True


def together(*calls):
    """Run the calls at the same time; return their results in order."""
    results = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number):
        start.wait(1)
        try:
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error

    threads = [
        threading.Thread(target=run, args=(number,), daemon=True)
        for number in range(len(calls))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in threads), "a call did not end"
    return results


def test_two_at_once_while_the_billing_service_thinks():
    model, ledger = Model(), UsageLedger()
    cache = ResponseCache(model, max_bytes=1000, ledger=ledger, authorise=Meeting(2))
    answers = together(*[lambda: cache.fetch(ask("hi")).text] * 2)
    assert answers == ["HI", "HI"]
    assert model.prompts == ["hi"]
    assert ledger.statement() == {"acme": 5}


def test_a_crowd_at_once_makes_one_charge():
    model, ledger = Model(), UsageLedger()
    cache = ResponseCache(model, max_bytes=1000, ledger=ledger, authorise=Meeting(5))
    answers = together(*[lambda: cache.fetch(ask("hi")).text] * 5)
    assert answers == ["HI"] * 5
    assert len(ledger.charges()) == 1


def interleaved(prompts, **order):
    """Fetch the prompts in turns; return what the model was asked."""
    model, ledger = Model(), UsageLedger()
    cache = ResponseCache(model, max_bytes=1000, ledger=ledger)
    answers = interleave(
        *[lambda p=prompt: cache.fetch(ask(p)).text for prompt in prompts], **order
    )
    assert answers == [prompt.upper() for prompt in prompts]
    assert ledger.statement() == {"acme": 5 * len(model.prompts)}
    return sorted(model.prompts)


def test_one_load_wherever_one_thread_overtakes_the_other():
    for lines in range(80):
        asked = interleaved(["hi", "hi"], switch_after=lines)
        assert asked == ["hi"], f"overtaken after {lines} lines"


def test_one_load_for_each_question_in_whatever_order_threads_run():
    orders = [{"switch_after": lines} for lines in range(10, 45)]
    orders += [{"seed": seed} for seed in range(8)]
    for order in orders:
        asked = interleaved(["hi", "ho", "hi"], **order)
        assert asked == ["hi", "ho"], order


def test_loads_of_different_questions_run_side_by_side():
    meeting = Meeting(3, moment=1)

    def model(request):
        meeting(request)
        return Response(request.prompt.upper())

    cache = ResponseCache(model, max_bytes=1000)
    answers = together(*[lambda p=p: cache.fetch(ask(p)).text for p in "abc"])
    assert answers == ["A", "B", "C"]
    assert meeting.complete, "one load waited for another"


def test_different_tenants_are_authorised_side_by_side():
    meeting = Meeting(2, moment=1)
    cache = ResponseCache(Model(), max_bytes=1000, authorise=meeting)
    together(*[lambda p=p: cache.fetch(ask(p)).text for p in "ab"])
    assert meeting.complete, "one load waited for another"


def test_answers_at_hand_are_served_while_a_load_is_under_way():
    asked, go_on = threading.Event(), threading.Event()

    def model(request):
        asked.set()
        assert go_on.wait(1)
        return Response("late")

    cache = ResponseCache(model, max_bytes=1000)
    cache.put(ask("known"), Response("early"))

    def meanwhile():
        assert asked.wait(1)
        try:
            return cache.fetch(ask("known")).text, go_on.is_set()
        finally:
            go_on.set()

    timer = threading.Timer(0.5, go_on.set)
    timer.start()
    answers = together(lambda: cache.fetch(ask("slow")).text, meanwhile)
    timer.cancel()
    assert answers == ["late", ("early", False)]
