import pytest

from turnstile import (
    Decision,
    Gateway,
    Limiter,
    ManualClock,
    MemoryStore,
    Request,
    Rule,
    Step,
    UnknownAlgorithm,
    add_algorithm,
    decide,
    read_rules,
)


def gcra(rule, state, now, cost):
    """The generic cell rate algorithm: keeps the moment at which all is paid back."""
    gap = rule.period / rule.limit
    due = max(now, float(state or now)) + gap * cost
    left = int((now + rule.period - due) / gap)
    if due > now + rule.period:
        before = int((now + rule.period - due) / gap + cost)
        return Step(Decision(False, rule.limit, before, due - rule.period - now))
    return Step(Decision(True, rule.limit, left), str(due), due - now)


def never(rule, state, now, cost):
    return Step(Decision(False, rule.limit, 0, None))


def test_rules_may_name_it():
    add_algorithm("gcra-1", gcra)
    assert read_rules("calls gcra-1 4/8 per all on /v1\nother fixed 1/2") == [
        Rule("calls", "gcra-1", 4, 8.0, "all", "/v1"),
        Rule("other", "fixed", 1, 2.0),
    ]


def test_it_decides():
    add_algorithm("gcra-2", gcra)
    rule = Rule("calls", "gcra-2", 4, 8)
    step = decide(rule, None, 10.0, 3)
    assert (step.decision.allowed, step.decision.remaining) == (True, 1)
    assert (step.state, step.keep) == ("16.0", 6.0)
    refusal = decide(rule, step.state, 11.0, 2)
    assert (refusal.decision.allowed, refusal.decision.retry_after) == (False, 1.0)


def test_it_is_given_what_was_asked():
    seen = []

    def listening(*arguments):
        seen.append(arguments)
        return never(*arguments)

    add_algorithm("listening", listening)
    rule = Rule("calls", "listening", 4, 8)
    decide(rule, "kept", 2.5, 3)
    decide(rule, None, 3.5)
    assert seen == [(rule, "kept", 2.5, 3), (rule, None, 3.5, 1)]
    with pytest.raises(ValueError):
        decide(rule, None, 3.5, 0)
    assert len(seen) == 2


def test_a_limiter_keeps_to_it():
    add_algorithm("gcra-3", gcra)
    store, clock = MemoryStore(), ManualClock(10.0)
    limiter = Limiter(Rule("calls", "gcra-3", 2, 8), store, clock)
    assert [limiter.check("ada").allowed for _ in range(3)] == [True, True, False]
    assert store.get("gcra-3/calls/ada") == "18.0"
    clock.advance(limiter.peek("ada").retry_after)
    assert limiter.check("ada").allowed


def test_the_gateway_asks_it():
    add_algorithm("gcra-4", gcra)
    log, clock = [], ManualClock(10.0)
    rules = read_rules("slow gcra-4 2/8 on /slow\nall fixed 100/10")
    gateway = Gateway(rules, clock=clock, log=log.append)
    told = []
    for _ in range(3):
        answer = gateway.handle(Request("ada", "10.0.0.7", "/slow"))
        told.append((answer.status, answer.headers["X-RateLimit-Remaining"]))
    assert told == [(200, "1"), (200, "0"), (429, "0")]
    assert answer.headers["X-RateLimit-Rule"] == "slow"
    assert answer.headers["Retry-After"] == "4"
    assert log == ["429 slow ada: again in 4 s"]
    assert (
        gateway.handle(Request("ada", "10.0.0.7", "/")).headers["X-RateLimit-Rule"]
        == "all"
    )
    assert gateway.failures == 0


def test_the_gateway_may_hear_never():
    add_algorithm("never-1", never)
    log = []
    gateway = Gateway(
        [Rule("no", "never-1", 2, 8)], clock=ManualClock(), log=log.append
    )
    answer = gateway.handle(Request("ada", "10.0.0.7", "/"))
    assert (answer.status, "Retry-After" in answer.headers) == (429, False)
    assert log == ["429 no ada: never"]


def test_a_name_that_is_added_again_gets_the_new_function():
    add_algorithm("twice", never)
    add_algorithm("twice", gcra)
    rule = Rule("calls", "twice", 2, 8)
    assert decide(rule, None, 0.0).decision.allowed
    assert Limiter(rule, MemoryStore(), ManualClock()).check("ada").allowed


@pytest.mark.parametrize("algorithm", ["leaky", "", "Fixed", "fixed "])
@pytest.mark.parametrize(
    "make",
    [
        lambda rule: decide(rule, None, 0.0),
        lambda rule: Limiter(rule, MemoryStore()),
        lambda rule: Gateway([rule], clock=ManualClock()),
        lambda rule: Gateway([Rule("calls", "fixed", 1, 1), rule]),
    ],
    ids=["decide", "limiter", "gateway", "gateway-second"],
)
def test_an_algorithm_that_nobody_added(make, algorithm):
    add_algorithm("known-to-all", never)
    with pytest.raises(UnknownAlgorithm) as caught:
        make(Rule("calls", algorithm, 2, 8))
    for name in ("fixed", "sliding", "bucket", "known-to-all"):
        assert name in str(caught.value)
    assert isinstance(caught.value, ValueError)
