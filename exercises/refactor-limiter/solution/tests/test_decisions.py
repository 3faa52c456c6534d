import json

import pytest

from turnstile import (
    Decision,
    Gateway,
    Limiter,
    ManualClock,
    MemoryStore,
    Request,
    Rule,
    StateUnreadable,
    Step,
    UnknownAlgorithm,
    add_algorithm,
    decide,
    read_rules,
    replay,
)

RULES = {kind: Rule("calls", kind, 5, 10) for kind in ("fixed", "sliding", "bucket")}
FULL = "4.000,5.000,6.000,7.000,8.000"


def bucket(tokens, at):
    return json.dumps({"tokens": tokens, "at": at})


def passes(left, state, keep):
    return Step(Decision(True, 5, left, 0), state, keep)


def refused(left, wait):
    return Step(Decision(False, 5, left, wait))


@pytest.mark.parametrize(
    ("kind", "state", "now", "cost", "step"),
    [
        ("fixed", None, 12.5, 1, passes(4, "1:1", 7.5)),
        ("fixed", "1:1", 12.5, 4, passes(0, "1:5", 7.5)),
        ("fixed", "1:2", 12.5, 4, refused(3, 7.5)),
        ("fixed", "1:5", 20, 1, passes(4, "2:1", 10)),
        ("fixed", "1:2", 12.5, 6, refused(3, None)),
        ("fixed", "1:2", 12.5, 5, refused(3, 7.5)),
        ("fixed", "2:3", 19.5, 2, passes(0, "2:5", 10.5)),
        ("sliding", None, 12.5, 2, passes(3, "12.500,12.500", 10)),
        ("sliding", "2.500,2.501", 12.5, 1, passes(3, "2.501,12.500", 10)),
        ("sliding", FULL, 12.5, 1, refused(0, 1.5)),
        ("sliding", FULL, 12.5, 5, refused(0, 5.5)),
        ("sliding", FULL, 12.5, 6, refused(0, None)),
        ("sliding", "12.000,13.000", 12.5, 1, passes(2, "12.000,12.500,13.000", 10.5)),
        ("bucket", None, 12.5, 5, passes(0, bucket(0, 12.5), 10)),
        ("bucket", bucket(2.5, 10), 13, 1, passes(3, bucket(3.0, 13), 4)),
        ("bucket", bucket(2.5, 10), 13, 5, refused(4, 2)),
        ("bucket", bucket(4, 10), 99, 1, passes(4, bucket(4, 99), 2)),
        ("bucket", bucket(2, 10), 13, 6, refused(3, None)),
        ("bucket", bucket(3, 14), 12, 1, passes(2, bucket(2, 14), 6)),
        ("bucket", bucket(3, 14), 12, 4, refused(3, 4)),
    ],
)
def test_a_step(kind, state, now, cost, step):
    assert decide(RULES[kind], state, now, cost) == step


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("fixed", "hello"),
        ("fixed", "1"),
        ("sliding", "12.500,soon"),
        ("bucket", "{"),
        ("bucket", "[1, 2]"),
        ("bucket", '{"tokens": 1}'),
        ("bucket", '{"tokens": "many", "at": 1}'),
        ("bucket", '{"tokens": 1, "at": "noon"}'),
        ("bucket", '{"tokens": NaN, "at": 1}'),
        ("bucket", '{"tokens": 1, "at": -Infinity}'),
        ("sliding", "12.500,nan"),
    ],
)
def test_a_text_of_somebody_else(kind, state):
    with pytest.raises(StateUnreadable):
        decide(RULES[kind], state, 1.0)


@pytest.mark.parametrize("kind", RULES)
def test_a_call_costs_something(kind):
    with pytest.raises(ValueError, match="at least 1"):
        decide(RULES[kind], None, 1.0, 0)


def counting(rule, state, now, cost):
    """As many calls as the limit says, for ever."""
    used = int(state or 0) + cost
    if used > rule.limit:
        return Step(Decision(False, rule.limit, rule.limit - used + cost, None))
    return Step(Decision(True, rule.limit, rule.limit - used), str(used), 60)


def test_a_fourth_algorithm_works_everywhere():
    add_algorithm("counting", counting)
    (rule,) = read_rules("calls counting 1/10")
    assert decide(rule, "1", 0.0).decision == Decision(False, 1, 0, None)
    limiter = Limiter(rule, MemoryStore())
    assert [limiter.check("ada").allowed for _ in range(2)] == [True, False]
    log = []
    gateway = Gateway([rule], log=log.append)
    answers = [gateway.handle(Request("ada", "10.0.0.7", "/")) for _ in range(2)]
    assert [each.status for each in answers] == [200, 429]
    assert log == ["429 calls ada: never"]
    assert "Retry-After" not in answers[1].headers


def test_an_algorithm_can_be_added_anew():
    add_algorithm("anew", lambda *given: Step(Decision(False, 1, 0, None)))
    add_algorithm("anew", counting)
    assert decide(Rule("calls", "anew", 1, 10), None, 0.0).decision.allowed


@pytest.mark.parametrize(
    "make",
    [
        lambda rule: decide(rule, None, 0.0),
        lambda rule: Limiter(rule, MemoryStore()),
        lambda rule: Gateway([rule]),
    ],
    ids=["decide", "limiter", "gateway"],
)
def test_an_algorithm_that_nobody_added(make):
    with pytest.raises(UnknownAlgorithm, match=r"leaky.*bucket.*fixed.*sliding"):
        make(Rule("calls", "leaky", 1, 10))


@pytest.mark.parametrize(
    ("kind", "marks"), [("fixed", "..##."), ("sliding", "..###"), ("bucket", "..###")]
)
def test_a_log_is_replayed_from_a_generator(kind, marks):
    arrivals = [1, (1, 4), 2, (3, 6), (10, 5)]
    told = replay(RULES[kind], (each for each in arrivals))
    assert "".join("." if each.allowed else "#" for each in told) == marks
    assert [each.retry_after is None for each in told] == [False] * 3 + [True, False]


def test_a_log_is_replayed_in_its_order():
    told = replay(Rule("calls", "fixed", 1, 10), [10, 9, 20])
    assert [each.allowed for each in told] == [True, False, True]


def test_a_replay_costs_nobody_anything(capsys):
    first = replay(RULES["fixed"], [(0, 5), 1])
    assert replay(RULES["fixed"], [(0, 5), 1]) == first
    assert capsys.readouterr().out == ""


def test_the_time_comes_from_the_clock():
    clock = ManualClock(12.5)
    limiter = Limiter(RULES["fixed"], MemoryStore(), clock)
    assert limiter.check("ada", 5).allowed
    assert limiter.peek("ada").retry_after == 7.5
    clock.advance(7.5)
    assert limiter.peek("ada").allowed
