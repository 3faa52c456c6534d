import random

from bakeoff import Outcome, Status, summarise


def ok(variant, sample, score, attempts=1):
    return Outcome(variant, sample, Status.OK, "text", score, attempts)


def refused(variant, sample, attempts=1):
    return Outcome(variant, sample, Status.REFUSED, None, 0.0, attempts, "no")


def error(variant, sample, attempts=1):
    return Outcome(variant, sample, Status.ERROR, None, None, attempts, "E: x")


def figures(outcomes):
    return [
        (
            each.variant,
            each.samples,
            each.mean,
            each.passed,
            each.refused,
            each.errors,
            each.attempts,
        )
        for each in summarise(outcomes)
    ]


def test_nothing_comes_to_nothing(capsys):
    assert summarise([]) == []
    assert capsys.readouterr().out == ""


def test_the_figures_of_a_variant():
    outcomes = [ok("n", "a", 1.0), ok("n", "b", 0.25, 3), refused("n", "c", 2)]
    outcomes += [error("n", "d", 5), ok("n", "e", 0.75)]
    assert figures(outcomes) == [("n", 5, 0.5, 2, 1, 1, 12)]


def test_half_is_a_pass_and_less_is_none():
    outcomes = [ok("n", "a", 0.5), ok("n", "b", 0.49), ok("n", "c", 0.51)]
    assert figures(outcomes)[0][3] == 2


def test_an_error_has_no_share_in_the_mean_and_a_refusal_has():
    assert figures([ok("n", "a", 1.0), error("n", "b")])[0][2] == 1.0
    assert figures([ok("n", "a", 1.0), refused("n", "b")])[0][2] == 0.5
    assert figures([refused("n", "a")])[0][2:5] == (0.0, 0, 1)


def test_without_a_score_there_is_no_mean():
    assert figures([error("n", "a"), error("n", "b", 3)]) == [
        ("n", 2, None, 0, 0, 2, 4)
    ]


def test_the_best_comes_first_and_who_has_no_score_last():
    outcomes = [
        error("a", "x"),
        ok("z", "x", 0.5),
        ok("b", "x", 0.0),
        ok("m", "x", 0.5),
        ok("q", "x", 0.9),
        error("A", "x"),
        refused("c", "x"),
    ]
    order = [each.variant for each in summarise(outcomes)]
    assert order == ["q", "m", "z", "b", "c", "A", "a"]


def test_the_last_outcome_of_a_sample_counts():
    outcomes = [
        error("n", "a", 3),
        ok("n", "b", 1.0),
        ok("n", "a", 0.5, 2),
        ok("s", "a", 1.0),
        ok("n", "b", 0.0),
        refused("s", "a", 4),
        error("n", "c"),
    ]
    assert figures(outcomes) == [
        ("n", 3, 0.25, 1, 0, 1, 4),
        ("s", 1, 0.0, 0, 1, 0, 4),
    ]


def test_an_error_after_a_score_counts_as_well():
    assert figures([ok("n", "a", 1.0), error("n", "a", 2)]) == [
        ("n", 1, None, 0, 0, 1, 2)
    ]


def test_outcomes_may_come_one_by_one():
    outcomes = (ok("n", id, 1.0) for id in "abc")
    assert figures(outcomes) == [("n", 3, 1.0, 3, 0, 0, 3)]


def test_the_order_in_which_samples_and_variants_come_means_nothing():
    outcomes = [ok(v, s, n / 4) for n, v in enumerate("nsew") for s in "abcd"]
    expected = figures(outcomes)
    for seed in range(5):
        random.Random(seed).shuffle(outcomes)
        assert figures(outcomes) == expected
    assert [each[0] for each in expected] == ["w", "e", "s", "n"]
