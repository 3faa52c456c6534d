import pytest

from tokengate import Contract, ManualClock, Meter, QuotaBook, UnknownTeam, statement


def test_a_contract_cannot_promise_more_than_there_is():
    assert Contract(10, {"a": 4, "b": 6}).guarantee("b") == 6
    with pytest.raises(ValueError):
        Contract(10, {"a": 5, "b": 6})
    with pytest.raises(ValueError):
        Contract(10, {"a": -1})
    with pytest.raises(ValueError):
        Contract(-1, {})
    with pytest.raises(ValueError):
        Contract(1, {}, period_seconds=0)


def test_a_stranger_has_no_part_in_it():
    with pytest.raises(UnknownTeam):
        Contract(10, {"a": 4}).guarantee("b")


def test_the_meter_begins_anew_with_each_period():
    clock = ManualClock(50)
    contract = Contract(10, {"a": 0, "b": 0}, period_seconds=100)
    meter = Meter(contract, clock=clock)
    meter.record("a", 5)
    clock.advance(49)
    meter.record("b", 1)
    assert meter.used() == 6
    clock.advance(1)
    assert meter.used() == 0


def test_the_meter_refuses_what_makes_no_sense():
    meter = Meter(Contract(10, {"a": 0}))
    with pytest.raises(ValueError):
        meter.record("a", -1)
    with pytest.raises(UnknownTeam):
        meter.record("b", 1)


def test_a_statement_tells_what_went_over():
    clock = ManualClock()
    contract = Contract(1000, {"search": 0, "chat": 0})
    meter = Meter(contract, clock=clock)
    meter.record("search", 900)
    meter.record("chat", 350)
    clock.advance(86_400)
    meter.record("chat", 1)
    assert statement(contract, meter).splitlines() == [
        "1970-01-01 00:00  chat                 350",
        "1970-01-01 00:00  search               900",
        "1970-01-01 00:00  over quota           250",
        "1970-01-02 00:00  chat                   1",
    ]


def test_clocks_can_be_set_back():
    clock = ManualClock(10)
    clock.set(5)
    clock.advance(1)
    assert clock.now() == 6
    with pytest.raises(ValueError):
        clock.advance(-1)


def test_a_hold_has_to_last():
    with pytest.raises(ValueError):
        QuotaBook(Contract(10, {"a": 0}), hold_seconds=0)
