import pytest

from tokengate import (
    Completion,
    Contract,
    Denied,
    Gateway,
    Hold,
    ManualClock,
    Meter,
    OutOfTokens,
    Prompt,
    QuotaBook,
    QuotaError,
    Receipt,
    Standing,
    SystemClock,
    UnknownTeam,
    statement,
)


def make(quota=100, tokens=40, period_seconds=1000.0):
    clock = ManualClock(1500.0)
    contract = Contract(quota, {"a": 10, "b": 0}, period_seconds)
    meter = Meter(contract, clock=clock)
    asked = []

    def model(prompt):
        asked.append(prompt.text)
        return Completion(prompt.text.upper(), tokens)

    return Gateway(model, contract, meter), meter, clock, asked


def test_the_gateway_asks_and_counts():
    gateway, meter, _, asked = make()
    answer = gateway.complete(Prompt("a", "hi", 10))
    assert (answer.text, answer.tokens) == ("HI", 40)
    assert asked == ["hi"]
    assert (meter.used("a"), meter.used("b"), meter.used()) == (40, 0, 40)


def test_the_gateway_closes_when_all_is_used():
    gateway, meter, clock, asked = make(quota=80)
    gateway.complete(Prompt("a", "one", 10))
    gateway.complete(Prompt("b", "two", 10))
    with pytest.raises(OutOfTokens):
        gateway.complete(Prompt("a", "three", 10))
    assert asked == ["one", "two"]
    clock.set(2000.0)
    gateway.complete(Prompt("a", "four", 10))
    assert meter.used() == 40


def test_the_gateway_still_lets_the_last_one_through():
    gateway, meter, _, _ = make(quota=41)
    gateway.complete(Prompt("a", "one", 10))
    gateway.complete(Prompt("a", "two", 10))
    assert meter.used() == 80


def test_strangers_are_turned_away():
    gateway, meter, _, asked = make()
    with pytest.raises(UnknownTeam):
        gateway.complete(Prompt("c", "hi", 10))
    with pytest.raises(UnknownTeam):
        meter.record("c", 1)
    assert asked == []
    assert issubclass(UnknownTeam, LookupError)


def test_what_the_model_raises_reaches_the_caller():
    error = TimeoutError("late")
    contract = Contract(10, {"a": 0})
    meter = Meter(contract, clock=ManualClock())

    def broken(prompt):
        raise error

    with pytest.raises(TimeoutError) as caught:
        Gateway(broken, contract, meter).complete(Prompt("a", "hi", 10))
    assert caught.value is error
    assert meter.by_period() == {}


@pytest.mark.parametrize(
    "text, tokens", [("", 1), ("a", 2), ("abcd", 2), ("abcde", 3), ("\u65e5\u672c", 3)]
)
def test_what_a_prompt_costs_at_most(text, tokens):
    assert Prompt("a", text, 5).most_tokens == tokens + 5


def test_prompts_that_make_no_sense():
    with pytest.raises(ValueError):
        Prompt("", "hi", 1)
    with pytest.raises(ValueError):
        Prompt("a", "hi", 0)
    assert Prompt("a", "\ud83e", 1).most_tokens == 3


def test_contracts_that_make_no_sense():
    for quota, guarantees in [(-1, {}), (1, {"a": -1}), (5, {"a": 3, "b": 3})]:
        with pytest.raises(ValueError):
            Contract(quota, guarantees)
    for seconds in (0, -1):
        with pytest.raises(ValueError):
            Contract(1, {}, seconds)
    assert Contract(0, {"a": 0}).guarantee("a") == 0
    assert Contract(5, {"a": 3, "b": 2}, 0.5).guarantee("b") == 2
    assert Contract(5, {}).period_seconds == 86_400


def test_the_meter_counts_by_period():
    _, meter, clock, _ = make()
    meter.record("b", 1)
    meter.record("a", 0)
    meter.record("b", 2)
    clock.set(2000.0)
    assert meter.used() == 0
    meter.record("a", 5)
    clock.set(900.0)
    meter.record("a", 7)
    periods = meter.by_period()
    assert [(each.start, each.end) for each in periods] == [
        (0, 1000),
        (1000, 2000),
        (2000, 3000),
    ]
    assert list(periods.values()) == [{"a": 7}, {"b": 3, "a": 0}, {"a": 5}]
    with pytest.raises(ValueError):
        meter.record("a", -1)
    assert meter.used() == 7


def test_the_statement():
    clock = ManualClock(86_400.0 * 3 + 7200)
    contract = Contract(1000, {"a": 0, "search": 0}, 3600.0)
    meter = Meter(contract, clock=clock)
    assert statement(contract, meter) == ""
    meter.record("search", 1000)
    clock.advance(3600)
    meter.record("search", 1)
    meter.record("a", 12_345)
    clock.advance(3600)
    meter.record("a", 1001)
    assert statement(contract, meter).splitlines() == [
        "1970-01-04 02:00  search             1,000",
        "1970-01-04 03:00  a                 12,345",
        "1970-01-04 03:00  search                 1",
        "1970-01-04 03:00  over quota        11,346",
        "1970-01-04 04:00  a                  1,001",
        "1970-01-04 04:00  over quota             1",
    ]


def test_clocks():
    clock = ManualClock()
    assert clock.now() == 0
    clock.advance(0)
    clock.advance(2.5)
    assert clock.now() == 2.5
    clock.set(-1)
    assert clock.now() == -1
    with pytest.raises(ValueError):
        clock.advance(-0.5)
    assert SystemClock().now() > 1_600_000_000
    assert Meter(Contract(1, {"a": 0})).used("a") == 0


@pytest.mark.parametrize("seconds", [0, -5])
def test_a_hold_has_to_last(seconds):
    with pytest.raises(ValueError):
        QuotaBook(Contract(1, {"a": 0}), hold_seconds=seconds)
    assert QuotaBook(Contract(1, {"a": 0}), hold_seconds=0.5) is not None


def test_what_callers_hold_in_their_hands():
    hold = Hold(id="1", team="a", tokens=2, expires_at=3.0)
    receipt = Receipt(hold_id="1", team="a", used=1, returned=1)
    standing = Standing(team="a", used=1, held=0, available=2)
    error = Denied("a", 5, 2, None)
    assert (hold.id, hold.team, hold.tokens, hold.expires_at) == ("1", "a", 2, 3.0)
    assert (receipt.hold_id, receipt.used, receipt.returned) == ("1", 1, 1)
    assert (standing.used, standing.held, standing.available) == (1, 0, 2)
    assert (error.team, error.requested, error.available) == ("a", 5, 2)
    assert error.retry_at is None
    assert isinstance(error, QuotaError)
