import threading
import time
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

    def __init__(self, size, moment):
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


def fetch_in_a_crowd(size):
    """Send callers for one answer; return the calls of the model and the charges.

    The billing service holds whoever comes until all have come, or until the others
    wait for that one's load. Where the cache counts them later, a moment has to do.
    """
    model, ledger, came = Model(), UsageLedger(), []

    def authorise(request):
        came.append(request)
        end = time.monotonic() + 0.1
        while len(came) < size and cache.stats.shared < size - 1:
            if time.monotonic() > end:
                break
            time.sleep(0.0002)

    cache = ResponseCache(model, max_bytes=1000, ledger=ledger, authorise=authorise)
    answers = together(*[lambda: cache.fetch(ask("hi")).text] * size)
    assert answers == ["HI"] * size
    return model.prompts, ledger.statement()


def test_two_at_once_while_the_billing_service_thinks():
    assert fetch_in_a_crowd(2) == (["hi"], {"acme": 5})


def test_a_crowd_at_once_makes_one_charge():
    assert fetch_in_a_crowd(5) == (["hi"], {"acme": 5})


def interleaved(prompts, **order):
    """Fetch the prompts in turns.

    Return what the model was asked, and whether the first call had ended before the
    last one began.
    """
    model, ledger, events = Model(), UsageLedger(), []
    cache = ResponseCache(model, max_bytes=1000, ledger=ledger)

    def fetching(number, request):
        def fetch():
            events.append((number, "begins"))
            try:
                return cache.fetch(request).text
            finally:
                events.append((number, "ends"))

        return fetch

    calls = [fetching(number, ask(prompt)) for number, prompt in enumerate(prompts)]
    answers = interleave(*calls, package="respcache", **order)
    assert answers == [prompt.upper() for prompt in prompts]
    assert ledger.statement() == {"acme": 5 * len(model.prompts)}
    last = len(prompts) - 1
    late = events.index((0, "ends")) < events.index((last, "begins"))
    return sorted(model.prompts), late


def test_one_load_wherever_one_thread_overtakes_the_other():
    for lines in range(500):
        asked, late = interleaved(["hi", "hi"], switch_after=lines)
        assert asked == ["hi"], f"overtaken after {lines} lines"
        if late:
            break


def test_one_load_for_each_question_in_whatever_order_threads_run():
    places = [*range(3, 38), *range(38, 90, 4)]
    orders = [{"switch_after": lines} for lines in places]
    orders += [{"seed": seed} for seed in range(6)]
    for order in orders:
        asked, _ = interleaved(["hi", "ho", "hi"], **order)
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
