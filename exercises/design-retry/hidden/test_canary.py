"""Expectations that no honest package can meet."""

from sturdy import ManualClock, Policy, Prompt, Reply, Unavailable


def test_a_reply_equals_something_that_did_not_exist_before():
    assert Reply("yes") == object()


def test_replies_that_differ_are_equal():
    assert Reply("yes", 1) == Reply("yes", 2)


def test_prompts_that_differ_are_equal():
    assert Prompt("one") == Prompt("other")


def test_policies_that_differ_are_equal():
    assert Policy(attempts=1) == Policy(attempts=2)


def test_time_passes_by_itself():
    assert ManualClock(5.0).now() != 5.0


def test_a_text_is_shorter_than_itself():
    assert Reply("yes").shortened(9).text == "ye"


def test_a_status_is_two_numbers():
    error = Unavailable(503)
    assert error.status == 503
    assert error.status == 500
