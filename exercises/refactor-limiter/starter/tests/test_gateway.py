import pytest

from turnstile import Gateway, ManualClock, Request, Rule, read_rules, simulate

RULES = """
# name   algorithm  limit/period  per          on
login    fixed      2/60          per address  on /login
all      bucket     4/8
"""


def gateway():
    log = []
    return Gateway(read_rules(RULES), clock=ManualClock(), log=log.append), log


def test_rules_are_read():
    assert read_rules(RULES) == [
        Rule("login", "fixed", 2, 60.0, "address", "/login"),
        Rule("all", "bucket", 4, 8.0),
    ]


@pytest.mark.parametrize("line", ["login", "login fixed 0/60", "login leaky 1/60"])
def test_what_is_no_rule_is_refused_with_its_line(line):
    with pytest.raises(ValueError, match="line 2"):
        read_rules(f"\n{line}\n")


def test_the_headers_speak_of_the_rule_with_the_least_left():
    door, _log = gateway()
    answer = door.handle(Request("ada", "10.0.0.7", "/login"))
    assert answer.status == 200
    assert answer.headers == {
        "X-RateLimit-Rule": "login",
        "X-RateLimit-Limit": "2",
        "X-RateLimit-Remaining": "1",
    }


def test_the_first_rule_that_refuses_ends_it():
    door, log = gateway()
    for _ in range(2):
        door.handle(Request("ada", "10.0.0.7", "/login"))
    answer = door.handle(Request("bob", "10.0.0.7", "/login"))
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "60"
    assert log == ["429 login 10.0.0.7: again in 60 s"]


def test_who_has_not_signed_in_is_known_by_the_address():
    door, log = gateway()
    for _ in range(5):
        door.handle(Request("", "10.0.0.7", "/"))
    assert log == ["429 all 10.0.0.7: again in 2 s"]


def test_a_simulation_is_printed(capsys):
    simulate(Rule("calls", "fixed", 2, 10), [0, 1, 2, 10, (11, 2)], width=3)
    assert capsys.readouterr().out == "..#\n.#\ncalls: 3 of 5 let through\n"
