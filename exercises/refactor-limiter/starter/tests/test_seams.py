"""What the limiters shall be taken apart for. None of this works yet."""

import pytest
from helpers import SharedStore

from turnstile import (
    Decision,
    Limiter,
    ManualClock,
    Rule,
    Step,
    StoreUnavailable,
    add_algorithm,
    decide,
    read_rules,
    replay,
)

RULE = Rule("calls", "fixed", 2, 10)


def test_a_decision_takes_no_store():
    step = decide(RULE, "1:1", 12.0)
    assert (step.decision.allowed, step.decision.remaining) == (True, 0)
    assert (step.state, step.keep) == ("1:2", 8.0)


def test_a_limiter_takes_any_store():
    store = SharedStore()
    limiter = Limiter(RULE, store, ManualClock(12.0))
    assert limiter.check("ada").allowed
    assert store.writes == [("fixed/calls/ada", "1:1", 8)]


def test_a_store_that_is_down_is_heard_of():
    store = SharedStore()
    store.down = ConnectionError("no route to host")
    with pytest.raises(StoreUnavailable):
        Limiter(RULE, store).check("ada")


def test_an_algorithm_can_be_added():
    def never(rule, state, now, cost):
        return Step(Decision(False, rule.limit, 0, None))

    add_algorithm("never", never)
    (rule,) = read_rules("calls never 1/10")
    assert not decide(rule, None, 0.0).decision.allowed


def test_a_log_can_be_replayed():
    decisions = replay(RULE, [0.0, 1.0, 2.0, (10.0, 2)])
    assert [each.allowed for each in decisions] == [True, True, False, True]
