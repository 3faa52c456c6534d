import sqlite3

import pytest

from bakeoff import (
    Overloaded,
    Refused,
    Runner,
    Sample,
    Suite,
    load_suite,
    print_report,
    score,
)


class Script:
    def __init__(self, *lines):
        self.lines = list(lines)
        self.prompts = []

    def __call__(self, prompt):
        self.prompts.append(prompt)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, BaseException):
            raise line
        return line


def sample(id, expected="4", scorer="exact", **options):
    return Sample(id, f"{id}?", expected, scorer, options)


def suite(ids, name="arith"):
    return Suite(name, tuple(sample(id) for id in ids))


def made(models, **more):
    waits = []
    db = sqlite3.connect(":memory:")
    return Runner(db, models, sleep=waits.append, **more), waits


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def rows(runner, columns="variant, sample, status, answer, score, attempts, note"):
    return runner.db.execute(f"SELECT {columns} FROM results ORDER BY id").fetchall()


def test_the_lines_of_a_run(capsys):
    north = Script("4", TimeoutError("slow"), "5", Refused("not me"))
    south = Script(Overloaded("busy", 9), Refused("never"), ValueError("odd"), "4")
    runner, waits = made({"north": north, "south-preview": south})
    result = runner.run(suite("abc"))
    assert lines(capsys) == [
        "run 1: arith, 3 samples, 2 variants",
        "[1/6] a north ok 1.00",
        "[2/6] a south-preview refused (2 attempts)",
        "[3/6] b north ok 0.00 (2 attempts)",
        "[4/6] b south-preview error ValueError: odd",
        "[5/6] c north refused",
        "[6/6] c south-preview ok 1.00",
        "variant        samples   mean  passed  refused  errors",
        "south-preview        3  0.500       1        1       1",
        "north                3  0.333       1        1       0",
        "best: south-preview",
    ]
    assert waits == [9, 1.0]
    assert result == {
        "run": 1,
        "best": "south-preview",
        "means": {"south-preview": 0.5, "north": 1 / 3},
    }
    assert list(result["means"]) == ["south-preview", "north"]


def test_the_rows_of_a_run():
    model = Script("4", Refused("no"), TimeoutError("slow"))
    runner, _ = made({"n": model}, retries=1)
    runner.run(suite("abc"), quiet=True)
    assert rows(runner) == [
        ("n", "a", "ok", "4", 1.0, 1, ""),
        ("n", "b", "refused", None, 0.0, 1, "no"),
        ("n", "c", "error", None, None, 2, "TimeoutError: slow"),
    ]
    assert rows(runner, "id, run") == [(1, 1), (2, 1), (3, 1)]
    assert runner.db.execute("SELECT id, suite FROM runs").fetchall() == [(1, "arith")]


@pytest.mark.parametrize("table", ["runs", "results"])
def test_the_columns_of_the_tables(table):
    runner, _ = made({})
    runner.run(suite(""), quiet=True)
    found = runner.db.execute(f"PRAGMA table_info({table})").fetchall()
    assert [(each[1], each[2]) for each in found] == {
        "runs": [("id", "INTEGER"), ("suite", "TEXT")],
        "results": [
            ("id", "INTEGER"),
            ("run", "INTEGER"),
            ("variant", "TEXT"),
            ("sample", "TEXT"),
            ("status", "TEXT"),
            ("answer", "TEXT"),
            ("score", "REAL"),
            ("attempts", "INTEGER"),
            ("note", "TEXT"),
        ],
    }[table]


def test_each_result_is_safe_before_the_next_question(tmp_path):
    path = tmp_path / "results.db"
    seen = []

    def model(prompt):
        other = sqlite3.connect(path)
        seen.append(other.execute("SELECT COUNT(*) FROM results").fetchone()[0])
        seen.append(other.execute("SELECT COUNT(*) FROM runs").fetchone()[0])
        other.close()
        return "4"

    db = sqlite3.connect(path)
    Runner(db, {"n": model}).run(suite("ab"), quiet=True)
    db.close()
    assert seen == [0, 1, 1, 1]


def test_tries_and_waits():
    errors = [TimeoutError("1"), ConnectionError("2"), Overloaded("3"), OSError("4")]
    runner, waits = made({"n": Script(*errors)}, retries=5, backoff=0.5)
    runner.run(suite("a"), quiet=True)
    assert waits == [0.5, 1.0, 2.0]
    assert rows(runner, "attempts, note") == [(4, "OSError: 4")]


def test_quiet_leaves_the_table(capsys):
    runner, _ = made({"n": Script("4")})
    runner.run(suite("a"), quiet=True, variants=["n", "x"])
    assert lines(capsys) == [
        "variant  samples   mean  passed  refused  errors",
        "n              1  1.000       1        0       0",
    ]


def test_without_a_score_nobody_is_best(capsys):
    runner, _ = made({"n": Script(KeyError("x"))})
    assert runner.run(suite("a"))["best"] is None
    assert lines(capsys)[1:] == [
        "[1/1] a n error KeyError: 'x'",
        "variant  samples   mean  passed  refused  errors",
        "n              1      -       0        0       1",
        "best: none",
    ]
    assert runner.run(suite(""), variants=[]) == {"run": 2, "best": None, "means": {}}
    assert lines(capsys) == [
        "run 2: arith, 0 samples, 0 variants",
        "variant  samples   mean  passed  refused  errors",
        "best: none",
    ]


def test_a_mean_of_0_can_be_the_best():
    runner, _ = made({"n": Script("5"), "s": Script(ValueError())})
    assert runner.run(suite("a"), quiet=True)["best"] == "n"


def test_variants_are_chosen_by_name(capsys):
    models = {"n": Script("4"), "s": Script("4"), "e": Script("4")}
    runner, _ = made(models)
    runner.run(suite("a"), variants=["s", "west", "n", "s", "up"])
    assert lines(capsys)[:5] == [
        "no such variant: west",
        "no such variant: up",
        "run 1: arith, 1 samples, 2 variants",
        "[1/2] a s ok 1.00",
        "[2/2] a n ok 1.00",
    ]
    assert models["e"].prompts == []


@pytest.mark.parametrize(
    "limit, skip, asked",
    [
        (None, [], "abcd"),
        (2, [], "ab"),
        (2, ["a", "x"], "bc"),
        (None, ["b", "d"], "ac"),
        (0, [], ""),
        (-1, [], ""),
        (9, ["a"], "bcd"),
    ],
)
def test_samples_are_chosen(limit, skip, asked):
    model = Script("4")
    runner, _ = made({"n": model})
    runner.run(suite("abcd"), limit=limit, skip=skip, quiet=True)
    assert model.prompts == [f"{id}?" for id in asked]


def test_a_run_goes_on(capsys):
    north = Script("4", ValueError("no"), Refused("no"), "5")
    runner, _ = made({"n": north})
    runner.run(suite("abc"), quiet=True)
    runner.run(suite("a", name="other"), quiet=True)
    lines(capsys)
    result = runner.run(suite("abcd"), resume=True)
    assert lines(capsys) == [
        "run 1: arith, 4 samples, 1 variants",
        "[1/4] a n done",
        "[2/4] b n ok 0.00",
        "[3/4] c n done",
        "[4/4] d n ok 0.00",
        "variant  samples   mean  passed  refused  errors",
        "n              4  0.250       1        1       0",
        "best: n",
    ]
    assert result == {"run": 1, "best": "n", "means": {"n": 0.25}}
    assert len(rows(runner)) == 6


def test_the_last_run_of_a_suite_goes_on():
    runner, _ = made({"n": Script("4")})
    for expected in (1, 2):
        assert runner.run(suite("a"), quiet=True)["run"] == expected
    assert runner.run(suite("ab"), quiet=True, resume=True)["run"] == 2
    assert rows(runner, "run, sample") == [(1, "a"), (2, "a"), (2, "b")]
    fresh = suite("a", name="fresh")
    assert runner.run(fresh, quiet=True, resume=True)["run"] == 3


def test_a_run_that_goes_on_with_another_variant(capsys):
    runner, _ = made({"n": Script("4"), "s": Script("5")})
    runner.run(suite("a"), variants=["n"])
    lines(capsys)
    runner.run(suite("a"), resume=True)
    assert lines(capsys)[1:3] == ["[1/2] a n done", "[2/2] a s ok 0.00"]


@pytest.mark.parametrize(
    "fmt, expected",
    [
        (
            "text",
            [
                "variant  samples   mean  passed  refused  errors",
                "a              2  1.000       2        0       0",
                "north          2  1.000       2        0       0",
                "z              2  0.000       0        2       0",
                "bad            2      -       0        0       2",
            ],
        ),
        (
            "csv",
            [
                "variant,samples,mean,passed,refused,errors",
                "a,2,1.000,2,0,0",
                "north,2,1.000,2,0,0",
                "z,2,0.000,0,2,0",
                "bad,2,,0,0,2",
            ],
        ),
        (
            "md",
            [
                "| variant | samples | mean | passed | refused | errors |",
                "|---|---|---|---|---|---|",
                "| a | 2 | 1.000 | 2 | 0 | 0 |",
                "| north | 2 | 1.000 | 2 | 0 | 0 |",
                "| z | 2 | 0.000 | 0 | 2 | 0 |",
                "| bad | 2 | - | 0 | 0 | 2 |",
            ],
        ),
        ("html", ["unknown format: html"]),
    ],
)
def test_the_table(capsys, fmt, expected):
    models = {"z": Script(Refused("no")), "north": Script("4"), "a": Script("4")}
    runner, _ = made({**models, "bad": Script(ValueError())})
    runner.run(suite("ab"), quiet=True, fmt=fmt)
    assert lines(capsys) == expected
    means = print_report(runner.db, 1, fmt)
    assert lines(capsys) == expected
    assert means == {"a": 1.0, "north": 1.0, "z": 0.0, "bad": None}
    assert list(means) == ["a", "north", "z", "bad"]


def test_a_score_of_half_is_a_pass(capsys):
    half = sample("a", "x|y", "contains", partial=True)
    third = sample("b", "x|y|z", "contains", partial=True)
    runner, _ = made({"n": Script("x")})
    runner.run(Suite("s", (half, third)), fmt="csv")
    assert lines(capsys)[1:5] == [
        "[1/2] a n ok 0.50",
        "[2/2] b n ok 0.33",
        "variant,samples,mean,passed,refused,errors",
        "n,2,0.417,1,0,0",
    ]


@pytest.mark.parametrize(
    "answer, expected, options, worth",
    [
        ("Four", "four", {}, 1),
        ("  four.\n", " FOUR ", {}, 1),
        ("four..", "four", {}, 0),
        ("four!", "four", {}, 0),
        ("four", "four.", {}, 0),
        ("", "", {}, 1),
        ("Four", "four", {"strict": True}, 0),
        ("four", "four", {"strict": True}, 1),
        ("four.", "four", {"strict": True}, 0),
        ("four.", "four", {"strict": 1}, 0),
    ],
)
def test_exact(answer, expected, options, worth):
    assert score(sample("a", expected, **options), answer) == worth


@pytest.mark.parametrize(
    "answer, expected, options, worth",
    [
        ("ADA and byron", "Ada| Byron ", {}, 1),
        ("Ada", "Ada|Byron", {}, 0),
        ("nobody", "Ada|Byron", {"partial": True}, 0),
        ("Ada", "Ada|Byron|Babbage|Menabrea", {"partial": True}, 0.25),
        ("Ada Byron", "Ada|Byron", {"partial": True}, 1),
        ("a|b", "a|b", {"strict": True}, 1),
        ("a b", "a|b", {"strict": True, "partial": True}, 0),
        ("A", "a", {"strict": True}, 0),
    ],
)
def test_contains(answer, expected, options, worth):
    assert score(sample("a", expected, "contains", **options), answer) == worth


@pytest.mark.parametrize(
    "answer, expected, options, worth",
    [
        ("first 3, then 12.", "12", {}, 1),
        ("12 is more than 3", "12", {}, 0),
        ("it is -1,234.50", "-1234.5", {}, 1),
        ("1234", "1,234", {}, 1),
        ("none", "0", {}, 0),
        ("3.1416", "3.14159", {}, 0),
        ("3.1416", "3.14159", {"tolerance": 0.01}, 1),
        ("5", "4", {"tolerance": 1}, 1),
        ("5.5", "4", {"tolerance": 1}, 0),
        ("4.0000001", "4", {}, 1),
        ("4.00001", "4", {}, 0),
        ("4.0000001", "4", {"tolerance": 0}, 0),
        ("4", "four", {}, 0),
    ],
)
def test_number(answer, expected, options, worth):
    assert score(sample("a", expected, "number", **options), answer) == worth


@pytest.mark.parametrize(
    "answer, expected, options, worth",
    [
        ("B", "B", {}, 1),
        ("(b)", " b ", {}, 1),
        ("Answer: C, not B", "B", {}, 0),
        ("Because", "B", {}, 0),
        ("a matter of E", "E", {}, 0),
        ("a matter of E", "A", {}, 1),
        ("a matter of E", "E", {"strict": True}, 1),
        ("a matter of e", "E", {"strict": True}, 0),
        ("F", "F", {}, 0),
        ("", "A", {}, 0),
    ],
)
def test_choice(answer, expected, options, worth):
    assert score(sample("a", expected, "choice", **options), answer) == worth


def test_a_suite_is_read():
    text = '\n{"id": "a", "prompt": "p", "expected": "e", "options": {"strict": true}}'
    found = load_suite("s", text + '\n{"id": "b", "prompt": "q", "expected": "f"}\n')
    assert found.name == "s"
    assert [(each.id, each.scorer) for each in found.samples] == [
        ("a", "exact"),
        ("b", "exact"),
    ]
    assert found.samples[0].options == {"strict": True}
    for broken in ("{", '{"id": "c"}', text.strip()):
        with pytest.raises(ValueError, match="line 3: "):
            load_suite("s", text + "\n" + broken)
