import pytest
from fakes import FakeModel

from sturdy import (
    BadReply,
    Exhausted,
    ManualClock,
    ModelError,
    Overloaded,
    Policy,
    Prompt,
    Refused,
    Reply,
    Unavailable,
    call,
)

POLICY = Policy(attempts=3, budget=1000.0, base=1.0, factor=1.0, cap=1.0)
PROMPT = Prompt("Is it?")
DOWN = Unavailable(503)


def asked(*scripts, policy=POLICY):
    """Return what came of a call, and how often each model was asked."""
    clock = ManualClock(100.0)
    models = [
        FakeModel(clock, name, *script)
        for name, script in zip("abcdef", scripts, strict=False)
    ]
    try:
        came = call(models, PROMPT, policy, clock=clock)
    except Exception as error:
        came = error
    return came, [len(model.asked_at) for model in models]


def told(failures):
    return [(failure.model, failure.error) for failure in failures]


def test_a_reply_at_once_is_the_outcome():
    outcome, times = asked(["Yes."], ["No."])
    assert outcome.reply == Reply("Yes.", 7)
    assert (outcome.model, outcome.degraded, outcome.failures) == ("a", False, ())
    assert times == [1, 0]


@pytest.mark.parametrize(
    "error",
    [
        Overloaded(),
        Unavailable(500),
        TimeoutError(),
        ConnectionResetError("reset"),
        OSError("no route to host"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_be_over_is_tried_again(error):
    outcome, times = asked([error, "Yes."], ["No."])
    assert outcome.reply.text == "Yes."
    assert told(outcome.failures) == [("a", error)]
    assert (outcome.degraded, times) == (False, [2, 0])


@pytest.mark.parametrize(
    "error",
    [
        Refused(400),
        BadReply("what?"),
        ModelError("some other kind"),
        ValueError("a bug"),
        KeyError("a bug"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_will_not_change_is_the_callers(error):
    assert asked([error, "Yes."], ["No."]) == (error, [1, 0])
    assert asked([DOWN, error, "Yes."], ["No."]) == (error, [2, 0])
    assert asked([DOWN], [DOWN, error, "Yes."], ["No."]) == (error, [3, 2, 0])


def test_a_second_model_is_asked_after_the_first():
    errors = [Unavailable(500), Unavailable(502), Unavailable(504)]
    outcome, times = asked([*errors, "too late"], [DOWN, "Yes."], ["No."])
    assert outcome.reply.text == "Yes."
    assert (outcome.model, outcome.degraded) == ("b", True)
    assert told(outcome.failures) == [*(("a", error) for error in errors), ("b", DOWN)]
    assert times == [3, 2, 0]


def test_each_model_has_all_its_attempts():
    for attempts in (1, 2, 5):
        policy = Policy(attempts=attempts, budget=1000.0, base=1.0, cap=1.0)
        outcome, times = asked([DOWN], [DOWN], ["Yes."], policy=policy)
        assert (outcome.model, outcome.degraded) == ("c", True)
        assert times == [attempts, attempts, 1]
        assert len(outcome.failures) == 2 * attempts


def test_the_last_attempt_counts():
    outcome, times = asked([DOWN, DOWN, "Yes."], ["No."])
    assert (outcome.reply.text, times) == ("Yes.", [3, 0])


def test_in_the_end_there_is_no_reply():
    last = ConnectionResetError("reset")
    error, times = asked([DOWN], [DOWN, DOWN, last])
    assert type(error) is Exhausted
    assert told(error.failures) == [*[("a", DOWN)] * 3, *[("b", DOWN)] * 2, ("b", last)]
    assert error.__cause__ is last
    assert times == [3, 3]


def test_models_are_asked_what_the_caller_asks():
    clock = ManualClock()
    model = FakeModel(clock, "a", DOWN, "Yes.")
    call((model,), PROMPT, POLICY, clock=clock)
    call((model,), PROMPT, POLICY, clock=clock)
    assert model.prompts == [PROMPT] * 3


def test_somebody_has_to_be_asked():
    error, _ = asked()
    assert type(error) is ValueError


def test_an_interruption_is_none_of_our_business():
    clock = ManualClock()
    model = FakeModel(clock, "a", KeyboardInterrupt(), "Yes.")
    with pytest.raises(KeyboardInterrupt):
        call([model], PROMPT, POLICY, clock=clock)
    assert len(model.asked_at) == 1
