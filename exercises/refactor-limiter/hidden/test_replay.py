import pytest

from turnstile import FixedWindow, ManualClock, Rule, replay


def plain(decisions):
    return [
        (each.allowed, each.limit, each.remaining, each.retry_after)
        for each in decisions
    ]


def marks(rule, arrivals):
    return "".join("." if each.allowed else "#" for each in replay(rule, arrivals))


def rule(algorithm, limit=2, period=10):
    return Rule("calls", algorithm, limit, period)


def test_a_fixed_window():
    assert plain(replay(rule("fixed"), [0, 4, 9, 10, 25.5])) == [
        (True, 2, 1, 0),
        (True, 2, 0, 0),
        (False, 2, 0, 1),
        (True, 2, 1, 0),
        (True, 2, 1, 0),
    ]


def test_a_sliding_window():
    assert plain(replay(rule("sliding"), [0, 4, 9, 10, 13, 14])) == [
        (True, 2, 1, 0),
        (True, 2, 0, 0),
        (False, 2, 0, 1),
        (True, 2, 0, 0),
        (False, 2, 0, 1),
        (True, 2, 0, 0),
    ]


def test_a_bucket():
    assert plain(replay(rule("bucket"), [0, 0, 2.5, 5, 6, 30])) == [
        (True, 2, 1, 0),
        (True, 2, 0, 0),
        (False, 2, 0, 2.5),
        (True, 2, 0, 0),
        (False, 2, 0, 4),
        (True, 2, 1, 0),
    ]


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_calls_may_have_a_cost(algorithm):
    arrivals = [(0, 3), (0, 2), 0, (0, 1), (0.0, 6), (10, 5), 10]
    told = plain(replay(rule(algorithm, limit=5), arrivals))
    assert [each[:3] for each in told] == [
        (True, 5, 2),
        (True, 5, 0),
        (False, 5, 0),
        (False, 5, 0),
        (False, 5, 0),
        (True, 5, 0),
        (False, 5, 0),
    ]
    assert told[4][3] is None


@pytest.mark.parametrize(
    "kind", [list, tuple, iter, lambda given: (each for each in given)]
)
def test_a_log_may_be_any_iterable(kind):
    assert marks(rule("fixed"), kind([0.0, 1.0, (2.0, 1), 10.0])) == "..#."


def test_calls_are_taken_in_the_order_given():
    # The second call comes from a host whose clock is behind: window 1 has begun.
    assert marks(rule("fixed"), [10.0, 9.5, 9.75, 10.5]) == "..##"
    assert marks(rule("fixed"), [9.5, 9.75, 10.0, 10.5]) == "...."


def test_a_log_is_left_as_it_was():
    log = [(3.0, 1), (1.0, 2), (2.0, 1)]
    replay(rule("fixed"), log)
    assert log == [(3.0, 1), (1.0, 2), (2.0, 1)]


def test_no_calls_are_no_decisions():
    assert replay(rule("fixed"), []) == []


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_each_replay_begins_anew_and_prints_nothing(algorithm, capsys):
    first = plain(replay(rule(algorithm), [0.0, 1.0, 2.0]))
    assert plain(replay(rule(algorithm), [0.0, 1.0, 2.0])) == first
    assert [each[0] for each in first] == [True, True, False]
    assert capsys.readouterr().out == ""


def test_a_cost_below_1_is_refused():
    with pytest.raises(ValueError):
        replay(rule("fixed"), [0.0, (1.0, 0)])


def test_a_limiter_of_that_name_is_not_touched():
    limiter = FixedWindow(2, 10, "calls", clock=ManualClock())
    replay(rule("fixed"), [0.0, 0.0, 0.0])
    assert limiter.remaining("somebody") == 2
