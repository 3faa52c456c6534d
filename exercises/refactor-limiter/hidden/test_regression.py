import json
import random
from fractions import Fraction

import pytest

from turnstile import (
    FixedWindow,
    Gateway,
    ManualClock,
    Request,
    Rule,
    SlidingWindow,
    TokenBucket,
    read_rules,
    simulate,
)


class Shared:
    def __init__(self):
        self.texts = {}
        self.writes = []
        self.down = False

    def get(self, key):
        self.fail()
        return self.texts.get(key)

    def set(self, key, text, ttl):
        self.fail()
        self.texts[key] = text
        self.writes.append((key, text, ttl))

    def delete(self, key):
        self.fail()
        self.texts.pop(key, None)

    def fail(self):
        if self.down:
            raise ConnectionError("no route to host")


KINDS = {"fixed": FixedWindow, "sliding": SlidingWindow, "bucket": TokenBucket}


def old(kind, limit=3, period=10, store=None, now=0.0, name="calls"):
    clock = ManualClock(now)
    backend = "memory" if store is None else "shared"
    return KINDS[kind](limit, period, name, backend, store, clock), clock


class Expected:
    """What the README says, slowly and with fractions."""

    def __init__(self, kind, limit, period):
        self.kind, self.limit, self.period = kind, limit, Fraction(period)
        self.calls = {}

    def left(self, who, now):
        now = Fraction(now)
        calls = self.calls.setdefault(who, [])
        if self.kind == "fixed":
            calls = [c for c in calls if c[0] // self.period == now // self.period]
            return Fraction(self.limit - sum(cost for _, cost in calls))
        if self.kind == "sliding":
            calls = [c for c in calls if c[0] > now - self.period]
            return Fraction(self.limit - sum(cost for _, cost in calls))
        tokens, at = Fraction(self.limit), None
        for moment, cost in calls:
            if at is not None:
                tokens = min(
                    tokens + (moment - at) * self.limit / self.period, self.limit
                )
            tokens, at = tokens - cost, moment
        if at is not None:
            tokens = min(tokens + (now - at) * self.limit / self.period, self.limit)
        return Fraction(tokens)

    def allow(self, who, cost, now):
        if self.left(who, now) < cost:
            return False
        self.calls[who].append((Fraction(now), cost))
        return True


@pytest.mark.parametrize("backend", ["memory", "shared"])
@pytest.mark.parametrize("kind", KINDS)
def test_any_history_agrees_with_the_readme(kind, backend):
    for seed in range(4):
        chance = random.Random(seed)
        limit, period = [(4, 8), (2, 1), (8, 4), (1, 16)][seed]
        limiter, clock = old(
            kind, limit, period, Shared() if backend == "shared" else None
        )
        expected = Expected(kind, limit, period)
        for _ in range(40):
            clock.advance(chance.choice([0, 0, 0.25, 0.5, 1, 3]))
            who = chance.choice(["ada", "bob"])
            cost = chance.choice([1, 1, 2, limit + 1])
            now = clock.now()
            fits = expected.left(who, now) >= cost
            assert limiter.allow(who, cost, dry=True) == fits
            assert limiter.remaining(who) == int(expected.left(who, now))
            wait = limiter.retry_after(who, cost)
            if wait:
                assert not expected.left(who, now + wait - 1 / 1024) >= cost
                assert expected.left(who, now + wait) >= cost
            else:
                assert wait == (None if cost > limit else 0 if fits else "a time")
            assert limiter.allow(who, cost) == expected.allow(who, cost, now)
        assert limiter.failures == 0


@pytest.mark.parametrize(
    ("kind", "writes"),
    [
        ("fixed", [("1:1", 7), ("1:3", 5), ("2:1", 10)]),
        (
            "sliding",
            [
                ("13.000", 10),
                ("13.000,15.000,15.000", 10),
                ("15.000,15.000,23.500", 10),
            ],
        ),
        (
            "bucket",
            [
                ({"tokens": 3, "at": 13}, 2),
                ({"tokens": 2, "at": 15}, 4),
                ({"tokens": 3, "at": 23.5}, 2),
            ],
        ),
    ],
)
def test_what_is_kept(kind, writes):
    store = Shared()
    limiter, clock = old(
        kind, 4 if kind == "bucket" else 3, 8 if kind == "bucket" else 10, store, 13
    )
    limiter.allow("ada")
    clock.advance(2)
    limiter.allow("ada", 2)
    limiter.allow("ada", 9)
    limiter.allow("ada", 1, dry=True)
    limiter.remaining("ada")
    limiter.retry_after("ada")
    clock.advance(5 if kind == "fixed" else 8.5)
    limiter.allow("ada")
    told = [
        (json.loads(text) if kind == "bucket" else text, ttl)
        for _key, text, ttl in store.writes
    ]
    assert told == writes
    assert {key for key, _text, _ttl in store.writes} == {f"{kind}/calls/ada"}
    assert list(store.texts) == [f"{kind}/calls/ada"]


@pytest.mark.parametrize(
    ("kind", "text", "left", "wait"),
    [
        ("fixed", "1:2", 1, 7.5),
        ("fixed", "2:2", 1, 17.5),
        ("fixed", "0:3", 3, 0),
        ("sliding", "2.500,4.000,12.000", 1, 1.5),
        ("bucket", '{"tokens": 1.25, "at": 12.5}', 1, 2.5),
        ("bucket", '{"at": 10, "tokens": 0.5}', 1, 2.5),
    ],
)
def test_what_an_old_host_kept_is_read(kind, text, left, wait):
    store = Shared()
    limiter, _clock = old(kind, 3, 10, store, 12.5)
    store.texts[f"{kind}/calls/ada"] = text
    assert limiter.remaining("ada") == left
    assert limiter.retry_after("ada", 2) == wait


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_with_the_store_lets_everybody_in(kind):
    store = Shared()
    limiter, _clock = old(kind, 1, 10, store)
    limiter.allow("ada")
    store.down = True
    assert limiter.allow("ada") and limiter.allow("ada", 9)
    assert limiter.failures == 2
    assert limiter.remaining("ada") == 1
    assert limiter.failures == 3
    assert limiter.retry_after("ada") == 0
    assert limiter.failures == 4
    assert limiter.retry_after("ada", 2) is None
    limiter.reset("ada")
    assert limiter.failures == 5
    store.down = False
    assert not limiter.allow("ada")
    limiter.reset("ada")
    assert limiter.allow("ada")
    assert limiter.failures == 5


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_lets_in_and_stays(kind):
    store = Shared()
    limiter, _clock = old(kind, 1, 10, store)
    store.texts[f"{kind}/calls/ada"] = "what?"
    assert limiter.allow("ada", 5)
    assert limiter.remaining("ada") == 1
    assert limiter.failures == 2
    assert store.texts == {f"{kind}/calls/ada": "what?"}


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_of_the_old_classes(kind):
    made = KINDS[kind](2, 10)
    assert (made.limit, made.remaining("ada"), made.failures) == (2, 2, 0)
    with pytest.raises(ValueError, match="unknown backend: disk"):
        KINDS[kind](2, 10, backend="disk")
    with pytest.raises(ValueError):
        made.allow("ada", 0)
    store = Shared()
    KINDS[kind](limit=2, period=10, name="n", backend="shared", client=store).allow(
        who="ada", cost=1
    )
    KINDS[kind](2, 10, backend="shared", client=store).allow("ada")
    assert list(store.texts) == [f"{kind}/n/ada", f"{kind}/default/ada"]


@pytest.mark.parametrize("kind", KINDS)
def test_limiters_in_memory_have_a_memory_each(kind):
    one, _clock = old(kind, 1)
    two, _clock = old(kind, 1)
    assert one.allow("ada") and two.allow("ada")
    assert not one.allow("ada")
    one.reset("ada")
    one.reset("nobody")
    assert one.allow("ada") and not two.allow("ada")


RULES = """
# name   algorithm  limit/period  per          on
login    fixed      2/60          per address  on /login
search   sliding    3/10          per user     on /search
  total  bucket     8/64          per all
calls    bucket     6/60.5
"""


def gateway(rules=RULES, store=None, now=0.0):
    log, clock = [], ManualClock(now)
    backend = "memory" if store is None else "shared"
    return Gateway(read_rules(rules), backend, store, clock, log.append), clock, log


def ask(door, user="ada", path="/", cost=1, address="10.0.0.7"):
    answer = door.handle(Request(user, address, path, cost))
    told = {
        name.removeprefix("X-RateLimit-"): value
        for name, value in answer.headers.items()
    }
    return answer.status, told


def test_rules_are_read():
    assert read_rules(RULES) == [
        Rule("login", "fixed", 2, 60.0, "address", "/login"),
        Rule("search", "sliding", 3, 10.0, "user", "/search"),
        Rule("total", "bucket", 8, 64.0, "all", "/"),
        Rule("calls", "bucket", 6, 60.5, "user", "/"),
    ]
    assert read_rules("\n# none\n\n") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("login fixed 5", "line 3 is no rule: login fixed 5"),
        ("login fixed 0/5", "line 3 is no rule: login fixed 0/5"),
        ("login fixed 5/0", "line 3 is no rule: login fixed 5/0"),
        ("login fixed 5/0.0", "line 3 is no rule: login fixed 5/0.0"),
        ("login fixed 5/1 per dog", "line 3 is no rule: login fixed 5/1 per dog"),
        ("login leaky 5/1", "line 3: unknown algorithm: leaky"),
    ],
)
def test_other_lines_are_refused(line, message):
    with pytest.raises(ValueError) as caught:
        read_rules(f"# rules\nok fixed 1/1\n{line}\n")
    assert str(caught.value) == message


def test_headers_speak_of_the_rule_with_the_least_left():
    door, _clock, log = gateway()
    assert ask(door, path="/login") == (
        200,
        {"Rule": "login", "Limit": "2", "Remaining": "1"},
    )
    assert ask(door, path="/search") == (
        200,
        {"Rule": "search", "Limit": "3", "Remaining": "2"},
    )
    assert ask(door) == (200, {"Rule": "calls", "Limit": "6", "Remaining": "3"})
    assert ask(door, "bob", cost=3) == (
        200,
        {"Rule": "total", "Limit": "8", "Remaining": "2"},
    )
    assert log == []


def test_of_rules_with_as_much_left_the_first_is_told():
    door, _clock, _log = gateway("one fixed 3/10\ntwo sliding 3/10\nsix bucket 3/10")
    assert ask(door) == (200, {"Rule": "one", "Limit": "3", "Remaining": "2"})


def test_no_rule_no_headers():
    door, _clock, _log = gateway("login fixed 1/10 on /login")
    assert ask(door) == (200, {})
    assert ask(door, path="/logi") == (200, {})
    assert ask(door, path="/login/now")[1]["Rule"] == "login"
    assert Gateway([]).handle(Request("ada", "1", "/")).status == 200


@pytest.mark.parametrize("shared", [False, True])
def test_the_first_rule_that_refuses_ends_it(shared):
    store = Shared() if shared else None
    door, clock, log = gateway(
        "one fixed 5/10\ntwo bucket 2/7\nsix sliding 3/10", store, 2.5
    )
    assert [ask(door)[0] for _ in range(3)] == [200, 200, 429]
    assert ask(door) == (
        429,
        {"Rule": "two", "Limit": "2", "Remaining": "0", "Retry-After": "4"},
    )
    # The rule before it has charged both calls that were refused, the one after none.
    assert ask(door, cost=3) == (
        429,
        {"Rule": "one", "Limit": "5", "Remaining": "1", "Retry-After": "8"},
    )
    clock.advance(7.5)
    assert ask(door, cost=1) == (200, {"Rule": "six", "Limit": "3", "Remaining": "0"})
    assert ask(door, cost=2) == (
        429,
        {"Rule": "two", "Limit": "2", "Remaining": "1", "Retry-After": "4"},
    )
    clock.advance(3.5)
    assert ask(door) == (200, {"Rule": "one", "Limit": "5", "Remaining": "1"})
    assert log == [
        "429 two ada: again in 4 s",
        "429 two ada: again in 4 s",
        "429 one ada: again in 8 s",
        "429 two ada: again in 4 s",
    ]


def test_what_never_passes():
    door, _clock, log = gateway("one sliding 5/10 per all")
    assert ask(door, cost=6) == (429, {"Rule": "one", "Limit": "5", "Remaining": "5"})
    assert log == ["429 one all: never"]


def test_for_whom_a_rule_counts():
    door, _clock, log = gateway(
        "u fixed 1/10 per user on /u\na fixed 1/10 per address on /a\nx fixed 1/10 per all on /x"
    )
    for path in ("/u", "/a", "/x"):
        for user, address in (
            ("ada", "1"),
            ("ada", "2"),
            ("", "1"),
            ("", "3"),
            ("bob", "1"),
        ):
            ask(door, user, path, address=address)
    assert log == [
        "429 u ada: again in 10 s",
        "429 a 1: again in 10 s",
        "429 a 1: again in 10 s",
        "429 x all: again in 10 s",
        "429 x all: again in 10 s",
        "429 x all: again in 10 s",
        "429 x all: again in 10 s",
    ]


def test_what_the_gateway_keeps():
    store = Shared()
    door, _clock, _log = gateway(store=store)
    ask(door, path="/login")
    ask(door, "", path="/search")
    assert list(store.texts) == [
        "fixed/login/10.0.0.7",
        "bucket/total/all",
        "bucket/calls/ada",
        "sliding/search/10.0.0.7",
        "bucket/calls/10.0.0.7",
    ]
    assert (door.failures, len(door.rules)) == (0, 4)


def test_the_gateway_lets_in_when_the_store_is_down():
    store = Shared()
    door, _clock, log = gateway("one fixed 1/10\ntwo bucket 2/8", store)
    assert ask(door) == (200, {"Rule": "one", "Limit": "1", "Remaining": "0"})
    store.down = True
    assert ask(door) == (200, {"Rule": "one", "Limit": "1", "Remaining": "1"})
    assert door.failures >= 2
    store.down = False
    assert ask(door)[0] == 429
    assert log == ["429 one ada: again in 10 s"]


def test_the_gateway_lets_in_where_it_cannot_read():
    store = Shared()
    store.texts["fixed/one/ada"] = "what?"
    door, _clock, _log = gateway("one fixed 1/10\ntwo bucket 1/8", store)
    assert ask(door) == (200, {"Rule": "two", "Limit": "1", "Remaining": "0"})
    assert ask(door)[1]["Rule"] == "two"
    assert store.texts["fixed/one/ada"] == "what?"


def test_refusals_are_printed_unless_somebody_listens(capsys):
    door = Gateway([Rule("one", "fixed", 1, 10)], clock=ManualClock(3))
    for _ in range(2):
        door.handle(Request("ada", "1", "/"))
    assert capsys.readouterr().out == "429 one ada: again in 7 s\n"


@pytest.mark.parametrize(
    ("algorithm", "row"),
    [("fixed", "..#..###.."), ("sliding", "..#.#.##.."), ("bucket", "....##.#..")],
)
@pytest.mark.parametrize("width", [3, 10, 40])
def test_a_simulation(algorithm, row, width, capsys):
    calls = [
        0,
        4,
        9,
        10,
        11,
        14,
        15,
        (16, 2),
        25,
        26,
    ]
    simulate(Rule("calls", algorithm, 2, 10), calls, width)
    rows = [row[start : start + width] for start in range(0, 10, width)]
    total = f"calls: {row.count('.')} of 10 let through"
    assert capsys.readouterr().out.splitlines() == [*rows, total]


def test_a_long_and_a_short_simulation(capsys):
    simulate(Rule("calls", "bucket", 2, 10), [(0, 2), *[0] * 40])
    simulate(Rule("none", "sliding", 2, 10))
    assert capsys.readouterr().out.splitlines() == [
        "." + "#" * 39,
        "#",
        "calls: 1 of 41 let through",
        "none: 0 of 0 let through",
    ]
