import pytest

from tokengate import (
    Completion,
    Contract,
    Gateway,
    ManualClock,
    Meter,
    OutOfTokens,
    Prompt,
    UnknownTeam,
)


def make(quota=100, tokens=40):
    contract = Contract(quota, {"search": 0, "chat": 0})
    meter = Meter(contract, clock=ManualClock())

    def model(prompt):
        return Completion(prompt.text.upper(), tokens)

    return Gateway(model, contract, meter), meter


def test_an_answer_is_counted():
    gateway, meter = make()
    assert gateway.complete(Prompt("search", "hi", 10)).text == "HI"
    assert (meter.used("search"), meter.used("chat"), meter.used()) == (40, 0, 40)


def test_the_quota_ends_it_but_too_late():
    gateway, meter = make()
    for _ in range(3):
        gateway.complete(Prompt("search", "hi", 10))
    assert meter.used() == 120
    with pytest.raises(OutOfTokens):
        gateway.complete(Prompt("chat", "hi", 10))


def test_strangers_are_turned_away():
    gateway, _ = make()
    with pytest.raises(UnknownTeam):
        gateway.complete(Prompt("stranger", "hi", 10))


def test_a_model_that_fails_costs_nothing():
    contract = Contract(100, {"search": 0})
    meter = Meter(contract, clock=ManualClock())

    def broken(prompt):
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError):
        Gateway(broken, contract, meter).complete(Prompt("search", "hi", 10))
    assert meter.used() == 0


def test_a_prompt_knows_what_it_can_cost():
    assert Prompt("search", "", 10).most_tokens == 11
    assert Prompt("search", "12345678", 10).most_tokens == 13
    with pytest.raises(ValueError):
        Prompt("search", "hi", 0)
