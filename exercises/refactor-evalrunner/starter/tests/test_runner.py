from helpers import Script, runner, suite

from bakeoff import Overloaded, Refused


def rows(made):
    return made.db.execute(
        "SELECT variant, sample, status, score, attempts FROM results ORDER BY id"
    ).fetchall()


def test_a_run_prints_how_it_goes(capsys):
    made, _ = runner({"north": Script("4", "5"), "south": Script("4.")})
    made.run(suite("a", "b"))
    assert capsys.readouterr().out.splitlines() == [
        "run 1: arith, 2 samples, 2 variants",
        "[1/4] a north ok 1.00",
        "[2/4] a south ok 1.00",
        "[3/4] b north ok 0.00",
        "[4/4] b south ok 1.00",
        "variant  samples   mean  passed  refused  errors",
        "south          2  1.000       2        0       0",
        "north          2  0.500       1        0       0",
        "best: south",
    ]


def test_a_run_says_what_it_came_to():
    made, _ = runner({"north": Script("4"), "south": Script(ValueError("no"))})
    assert made.run(suite("a"), quiet=True) == {
        "run": 1,
        "best": "north",
        "means": {"north": 1.0, "south": None},
    }


def test_a_busy_model_is_asked_again_later(capsys):
    made, waits = runner(
        {"north": Script(TimeoutError("slow"), Overloaded("busy", 30), "4")}
    )
    made.run(suite("a"))
    assert waits == [1.0, 30]
    assert "[1/1] a north ok 1.00 (3 attempts)" in capsys.readouterr().out


def test_patience_ends(capsys):
    made, waits = runner({"north": Script(ConnectionError("gone"))}, backoff=0.5)
    made.run(suite("a"))
    assert waits == [0.5, 1.0]
    out = capsys.readouterr().out
    assert "[1/1] a north error ConnectionError: gone (3 attempts)\n" in out
    assert out.endswith("best: none\n")


def test_a_refusal_is_an_answer(capsys):
    made, waits = runner({"north": Script(Refused("not me"))})
    assert made.run(suite("a"))["means"] == {"north": 0.0}
    assert waits == []
    assert rows(made) == [("north", "a", "refused", 0.0, 1)]
    assert "[1/1] a north refused\n" in capsys.readouterr().out


def test_any_other_error_is_noted_and_the_run_goes_on():
    model = Script(KeyError("answer"), "4")
    made, _ = runner({"north": model})
    made.run(suite("a", "b"), quiet=True)
    assert rows(made) == [
        ("north", "a", "error", None, 1),
        ("north", "b", "ok", 1.0, 1),
    ]


def test_a_run_goes_on_where_it_stopped(capsys):
    model = Script("4", ValueError("no"), "4")
    made, _ = runner({"north": model})
    made.run(suite("a", "b"), quiet=True)
    capsys.readouterr()
    result = made.run(suite("a", "b", "c"), resume=True)
    assert result == {"run": 1, "best": "north", "means": {"north": 1.0}}
    assert capsys.readouterr().out.splitlines()[:4] == [
        "run 1: arith, 3 samples, 1 variants",
        "[1/3] a north done",
        "[2/3] b north ok 1.00",
        "[3/3] c north ok 1.00",
    ]


def test_a_part_of_a_suite_can_be_run(capsys):
    north = Script("4")
    made, _ = runner({"north": north, "south": Script("4")})
    chosen = ["north", "east", "north"]
    made.run(suite("a", "b", "c", "d"), variants=chosen, limit=2, skip=["b"])
    assert north.prompts == ["What is a?", "What is c?"]
    assert capsys.readouterr().out.startswith(
        "no such variant: east\nrun 1: arith, 2 samples, 1 variants\n"
    )
