import json

import pytest

from turnstile import LimiterError, Rule, StateUnreadable, decide


def rule(algorithm, limit=5, period=10):
    return Rule("calls", algorithm, limit, period)


def plain(step):
    """A step as plain data; JSON is read, since its blanks do not matter."""
    state = step.state
    if state is not None and state.startswith("{"):
        state = json.loads(state)
    decision = step.decision
    return (
        decision.allowed,
        decision.limit,
        decision.remaining,
        decision.retry_after,
        state,
        None if state is None else step.keep,
    )


def passes(left, state, keep):
    return (True, 5, left, 0, state, keep)


def refused(left, retry_after):
    return (False, 5, left, retry_after, None, None)


@pytest.mark.parametrize(
    ("state", "now", "cost", "expected"),
    [
        (None, 12.5, 1, passes(4, "1:1", 7.5)),
        (None, 0, 5, passes(0, "0:5", 10)),
        ("1:1", 12.5, 3, passes(1, "1:4", 7.5)),
        ("1:1", 19.75, 4, passes(0, "1:5", 0.25)),
        ("1:2", 12.5, 4, refused(3, 7.5)),
        ("1:5", 10, 1, refused(0, 10)),
        ("1:5", 20, 1, passes(4, "2:1", 10)),
        ("1:5", 45, 5, passes(0, "4:5", 5)),
        ("1:2", 12.5, 6, refused(3, None)),
        ("0:2", 12.5, 6, refused(5, None)),
        (None, 12.5, 99, refused(5, None)),
        # Another host has begun window 2 already.
        ("2:3", 19.5, 2, passes(0, "2:5", 10.5)),
        ("2:3", 19.5, 3, refused(2, 10.5)),
    ],
)
def test_a_fixed_window(state, now, cost, expected):
    assert plain(decide(rule("fixed"), state, now, cost)) == expected


@pytest.mark.parametrize(
    ("state", "now", "cost", "expected"),
    [
        (None, 12.5, 1, passes(4, "12.500", 10)),
        (None, 12.5, 2, passes(3, "12.500,12.500", 10)),
        ("4.000,6.500", 12.5, 1, passes(2, "4.000,6.500,12.500", 10)),
        ("2.500,2.501", 12.5, 1, passes(3, "2.501,12.500", 10)),
        ("1.000,2.000", 12.5, 5, passes(0, ",".join(["12.500"] * 5), 10)),
        ("4.000,5.000,6.000,7.000,8.000", 12.5, 1, refused(0, 1.5)),
        ("4.000,5.000,6.000,7.000,8.000", 12.5, 3, refused(0, 3.5)),
        ("4.000,5.000,6.000,7.000", 12.5, 3, refused(1, 2.5)),
        ("1.000,2.000,5.000,6.000,7.000", 12.5, 4, refused(2, 3.5)),
        ("4.000,5.000,6.000,7.000,8.000", 12.5, 5, refused(0, 5.5)),
        ("4.000,5.000,6.000", 12.5, 6, refused(2, None)),
        (None, 12.5, 6, refused(5, None)),
        # Calls that another host wrote, whose clock is ahead.
        ("12.000,13.000", 12.5, 1, passes(2, "12.000,12.500,13.000", 10.5)),
        (
            "12.000,13.000",
            12.5,
            3,
            passes(0, "12.000,12.500,12.500,12.500,13.000", 10.5),
        ),
        ("12.000,12.500,13.000", 12.5, 5, refused(2, 10.5)),
    ],
)
def test_a_sliding_window(state, now, cost, expected):
    assert plain(decide(rule("sliding"), state, now, cost)) == expected


def bucket(tokens, at):
    return json.dumps({"tokens": tokens, "at": at})


@pytest.mark.parametrize(
    ("state", "now", "cost", "expected"),
    [
        (None, 12.5, 1, passes(4, {"tokens": 4, "at": 12.5}, 2)),
        (None, 12.5, 5, passes(0, {"tokens": 0, "at": 12.5}, 10)),
        (bucket(2.5, 12.5), 12.5, 1, passes(1, {"tokens": 1.5, "at": 12.5}, 7)),
        (bucket(2.5, 10), 13, 1, passes(3, {"tokens": 3, "at": 13}, 4)),
        (bucket(2.5, 10), 13, 4, passes(0, {"tokens": 0, "at": 13}, 10)),
        (bucket(2.5, 10), 13, 5, refused(4, 2)),
        (bucket(4, 10), 99, 1, passes(4, {"tokens": 4, "at": 99}, 2)),
        (bucket(0, 10), 10.5, 1, refused(0, 1.5)),
        (bucket(0.75, 10), 12, 3, refused(1, 2.5)),
        (bucket(2, 10), 13, 6, refused(3, None)),
        (None, 12.5, 6, refused(5, None)),
        # The last call was on another host, whose clock is ahead.
        (bucket(3, 14), 12, 4, refused(3, 4)),
    ],
)
def test_a_bucket(state, now, cost, expected):
    assert plain(decide(rule("bucket"), state, now, cost)) == expected


def test_a_bucket_of_a_host_whose_clock_is_ahead():
    step = decide(rule("bucket"), bucket(3, 14), 12, 1)
    assert plain(step)[:5] == (True, 5, 2, 0, {"tokens": 2, "at": 14})
    assert 6 <= step.keep <= 8


def test_tokens_are_kept_to_six_places():
    third = Rule("calls", "bucket", 1, 3)
    step = decide(Rule("calls", "bucket", 4, 3), bucket(1, 0), 1.0)
    assert json.loads(step.state)["tokens"] == 1.333333
    assert decide(third, bucket(0, 0), 1.0).decision.remaining == 0


def test_cost_is_1_unless_it_is_said():
    assert plain(decide(rule("fixed"), "0:3", 1.0)) == passes(1, "0:4", 9)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
@pytest.mark.parametrize("cost", [0, -1])
def test_a_cost_below_1_is_refused(algorithm, cost):
    with pytest.raises(ValueError):
        decide(rule(algorithm), None, 1.0, cost)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_the_same_arguments_have_the_same_result(algorithm, capsys):
    first = plain(decide(rule(algorithm), None, 3.0, 2))
    decide(rule(algorithm), None, 3.5, 5)
    kept = decide(rule(algorithm), None, 4.0, 5).state
    assert not decide(rule(algorithm), kept, 4.5).decision.allowed
    assert plain(decide(rule(algorithm), None, 3.0, 2)) == first
    assert decide(rule(algorithm), None, 2.0, 5).decision.allowed
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("algorithm", "state"),
    [
        ("fixed", "hello"),
        ("fixed", "12.500,13.000"),
        ("fixed", "1:x"),
        ("fixed", "x:1"),
        ("fixed", "1"),
        ("sliding", "soon"),
        ("sliding", "12.500,soon"),
        ("sliding", "1:1"),
        ("sliding", '{"tokens": 1, "at": 2}'),
        ("bucket", "{"),
        ("bucket", "1:1"),
        ("bucket", "12.500"),
        ("bucket", "[1, 2]"),
        ("bucket", "null"),
        ("bucket", '{"tokens": 1}'),
        ("bucket", '{"at": 1}'),
        ("bucket", '{"tokens": "many", "at": 1}'),
        ("bucket", '{"tokens": 1, "at": "noon"}'),
        ("bucket", '{"tokens": 1, "at": null}'),
    ],
)
def test_a_text_that_the_algorithm_has_not_written(algorithm, state):
    with pytest.raises(StateUnreadable) as caught:
        decide(rule(algorithm), state, 1.0)
    assert isinstance(caught.value, LimiterError)
