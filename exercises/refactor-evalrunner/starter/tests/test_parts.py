import pytest
from helpers import Script, runner, sample, suite

from bakeoff import load_suite, print_report, score


@pytest.mark.parametrize(
    "answer, worth", [("4", 1), (" 4. ", 1), ("four", 0), ("4..", 0)]
)
def test_exact(answer, worth):
    assert score(sample("a"), answer) == worth


def test_contains():
    both = sample("a", "Ada|Byron", "contains")
    assert score(both, "ada lovelace, born BYRON") == 1
    assert score(both, "Ada") == 0
    assert score(sample("a", "Ada|Byron", "contains", partial=True), "Ada") == 0.5


@pytest.mark.parametrize(
    "answer, worth", [("7, no: 1,024", 1), ("1024.5", 0), ("1024.", 1), ("many", 0)]
)
def test_number(answer, worth):
    assert score(sample("a", "1024", "number"), answer) == worth


def test_choice():
    assert score(sample("a", "C", "choice"), "I say c, not D") == 1
    assert score(sample("a", "C", "choice", strict=True), "a pick: C") == 1
    assert score(sample("a", "C", "choice"), "Cats") == 0


def test_a_suite_is_read_line_by_line():
    text = '{"id": "a", "prompt": "2+2?", "expected": "4"}\n\n'
    assert load_suite("arith", text).samples[0].scorer == "exact"
    with pytest.raises(ValueError, match="line 3: a is there already"):
        load_suite("arith", text + text)
    with pytest.raises(ValueError, match="line 1"):
        load_suite("arith", '{"id": "a"}')


@pytest.mark.parametrize(
    "fmt, lines",
    [
        (
            "csv",
            [
                "variant,samples,mean,passed,refused,errors",
                "north,1,1.000,1,0,0",
                "south,1,,0,0,1",
            ],
        ),
        (
            "md",
            [
                "| variant | samples | mean | passed | refused | errors |",
                "|---|---|---|---|---|---|",
                "| north | 1 | 1.000 | 1 | 0 | 0 |",
                "| south | 1 | - | 0 | 0 | 1 |",
            ],
        ),
        ("pdf", ["unknown format: pdf"]),
    ],
)
def test_other_formats(capsys, fmt, lines):
    made, _ = runner({"north": Script("4"), "south": Script(ValueError())})
    made.run(suite("a"), quiet=True)
    capsys.readouterr()
    assert print_report(made.db, 1, fmt) == {"north": 1.0, "south": None}
    assert capsys.readouterr().out.splitlines() == lines
