"""Results go to standard output, the rest to standard error; an error says what to type next."""

from __future__ import annotations

import json

import click
import pytest

from harness import console
from harness.errors import EnvironmentProblem, UsageProblem, WorksampleError, WorkspaceProblem

Capture = pytest.CaptureFixture[str]


def test_results_and_messages_take_different_streams(capsys: Capture) -> None:
    console.out("a result")
    console.out()
    console.err("a message")
    console.warn("time is over")
    assert capsys.readouterr() == ("a result\n\n", "a message\nwarning: time is over\n")


def test_json_is_one_object_with_its_schema_version_first(capsys: Capture) -> None:
    console.out_json({"title": "Zähler", "left": None})
    out, err = capsys.readouterr()
    assert (list(json.loads(out).items()), err) == (
        [("schema_version", 1), ("title", "Zähler"), ("left", None)],
        "",
    )


def test_an_error_is_told_with_its_tips_aligned(capsys: Capture) -> None:
    error = WorkspaceProblem("it is in the way", "move it", "or choose another folder")
    console.show_error(error, as_json=False)
    assert capsys.readouterr() == (
        "",
        "error: it is in the way\n  tip: move it\n       or choose another folder\n",
    )


def test_an_error_without_a_tip_has_one_line(capsys: Capture) -> None:
    console.show_error(UsageProblem("no"), as_json=False)
    assert capsys.readouterr() == ("", "error: no\n")


def test_an_error_is_an_object_where_json_was_asked_for(capsys: Capture) -> None:
    console.show_error(EnvironmentProblem("no git", "install it"), as_json=True)
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (
        {
            "schema_version": 1,
            "error": {"message": "no git", "tips": ["install it"], "exit_code": 4},
        },
        "",
    )


def test_every_kind_of_mistake_has_an_exit_code_of_its_own() -> None:
    kinds = (WorksampleError, UsageProblem, WorkspaceProblem, EnvironmentProblem)
    assert [kind("text").exit_code for kind in kinds] == [70, 2, 3, 4]


def test_a_mark_is_a_symbol_whose_colour_says_nothing_more() -> None:
    assert [click.unstyle(console.mark(ok=ok)) for ok in (True, False)] == ["✓", "✗"]


def test_a_table_is_as_wide_as_its_cells_and_has_no_blanks_at_line_ends() -> None:
    rows = [("ID", "TIME", "TITLE"), ("debug-cache", "45 min", ""), ("x", "5 min", "A title")]
    assert console.table(rows) == (
        "ID           TIME    TITLE\n"
        "debug-cache  45 min\n"
        "x            5 min   A title"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (18, "ID  TOPIC  TITLE\nx   words  A title"),
        (17, "ID    TITLE\nx     A title"),
        (12, "ID    TITLE\nx     A tit…"),
    ],
)
def test_a_table_too_wide_for_a_terminal_lacks_a_column_and_then_its_end(
    columns: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("ID", "TOPIC", "TITLE"), ("x", "words", "A title")]
    monkeypatch.setenv("COLUMNS", str(columns))
    whole = "ID  TOPIC  TITLE\nx   words  A title"
    assert console.table(rows, spare=-2) == whole
    # A terminal in all but one respect: what is written to it is kept.
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert console.table(rows, spare=-2) == shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (5.99, "0:05"),
        (245, "4:05"),
        (3599.9, "59:59"),
        (3600, "1:00:00"),
        (3723, "1:02:03"),
        (90061, "25:01:01"),
    ],
)
def test_minutes_are_shown_as_a_clock_shows_them(seconds: float, text: str) -> None:
    assert console.minutes(seconds) == text


def test_one_is_singular_and_all_else_is_plural() -> None:
    assert [console.plural(number, "file") for number in (0, 1, 2)] == [
        "0 files",
        "1 file",
        "2 files",
    ]


@pytest.mark.parametrize(
    ("text", "clipped"),
    [("", ""), ("twelve chars", "twelve chars"), ("thirteen char", "thirteen ch…")],
)
def test_a_line_that_is_too_long_for_the_terminal_says_so(
    text: str, clipped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "16")
    assert console.clip(text, 4) == clipped


def test_colour_is_left_out_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    plain = console.mark(ok=True)
    monkeypatch.delenv("NO_COLOR")
    assert (plain, console.mark(ok=True) != plain) == ("✓", True)


def test_progress_is_a_bar_on_a_terminal_and_nothing_elsewhere(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.progress("Checking it") as progress:
        progress(1, 3)
    assert capsys.readouterr() == ("", "")
    # A terminal in all but one respect: what is written to it is kept.
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with console.progress("Checking it") as progress:
        progress(1, 3)
        progress(3, 3)
    out, err = capsys.readouterr()
    _start, first, last, end = err.split("\r")
    assert (out, end) == ("", "\033[K")
    assert [text.count("█") for text in (first, last)] == [10, 30]
    assert first.endswith("1 of 3 runs\033[K")
