"""Three of the things that are wanted. They fail as yet."""

import pytest
from helpers import Script, runner, sample

from bakeoff import Outcome, Retry, Status, Suite, UnknownScorer, attempt, summarise


def test_an_outcome_can_be_had_without_a_database():
    outcome = attempt(sample("a"), "north", Script("4"), retry=Retry(), sleep=print)
    assert outcome == Outcome("north", "a", Status.OK, "4", 1.0, attempts=1)


def test_outcomes_can_be_summed_up_without_a_database():
    outcomes = [Outcome("north", "a", Status.OK, "4", 1.0, attempts=1)]
    assert [(each.variant, each.mean) for each in summarise(outcomes)] == [("north", 1)]


def test_a_scorer_that_nobody_knows_costs_nothing():
    model = Script("4")
    made, _ = runner({"north": model})
    with pytest.raises(UnknownScorer):
        made.run(Suite("arith", (sample("a", scorer="exakt"),)))
    assert model.prompts == []
