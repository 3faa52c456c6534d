"""What a run tells of itself comes from a stranger's process: nothing in it may break us."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.events import LineCoverage, Told, read_events
from scoring.terms import TestResult


def told(*events: object) -> Told:
    return read_events(b"".join(json.dumps(event).encode() + b"\n" for event in events))


def test_an_honest_run_is_read_in_full() -> None:
    run = told(
        {"event": "importing", "package": "pkg"},
        {"event": "imported"},
        {"event": "not collected", "path": "tests/b.py", "traceback": "E  boom"},
        {"event": "collected", "ids": ["a::x", "a::y"]},
        {"event": "test", "id": "a::x", "outcome": "passed", "seconds": 0.12347},
        {
            "event": "test",
            "id": "a::y",
            "outcome": "failed",
            "seconds": 1,
            "message": "assert 1 == 2",
            "where": "a:7",
            "traceback": "long",
        },
        {
            "event": "coverage",
            "files": {
                "pkg/a.py": {
                    "executed_lines": [1, 2],
                    "missing_lines": [3],
                    "executed_branches": [[1, 2]],
                    "missing_branches": [[1, -1]],
                }
            },
        },
        {"event": "done"},
    )

    assert run == Told(
        results={
            "a::x": TestResult("a::x", "passed", 0.1235),
            "a::y": TestResult("a::y", "failed", 1.0, "assert 1 == 2", "a:7", "long"),
        },
        collected=("a::x", "a::y"),
        not_collected={"tests/b.py": "E  boom"},
        coverage={
            "pkg/a.py": LineCoverage(frozenset({1, 2}), frozenset({3}), ((1, 2),), ((1, -1),))
        },
        done=True,
    )


def test_import_that_began_and_did_not_end_is_told() -> None:
    run = told({"event": "importing", "package": "pkg"})

    assert (run.importing, run.import_problem, run.done) == ("pkg", "", False)


def test_failed_import_is_told() -> None:
    run = told(
        {"event": "importing", "package": "pkg"},
        {"event": "not imported", "package": "pkg", "message": "SyntaxError: no"},
    )

    assert (run.importing, run.import_problem) == ("", "pkg can't be imported: SyntaxError: no")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"plain text",
        b"\xff\xfe",
        b"[1, 2]",
        b"null",
        b'"done"',
        b"{}",
        b'{"event": "finished"}',
        b'{"event": ["done"]}',
        b'{"event": "test", "id": 3, "outcome": "passed"}',
        b'{"event": "test", "id": "a"}',
        b'{"event": "test", "outcome": "passed"}',
        b'{"event": "collected", "ids": "abc"}',
        b'{"event": "not collected", "path": 1, "traceback": ""}',
        b'{"event": "coverage", "files": [1]}',
        b'{"event": "not imported", "package": "pkg"}',
        b'{"event": "done"',
        pytest.param(b"[" * 100_000, id="nested too deep"),
        pytest.param(b"9" * 10_000, id="number too long"),
    ],
)
def test_lines_that_say_nothing_we_know_are_passed_over(line: bytes) -> None:
    good = b'{"event": "test", "id": "a", "outcome": "passed"}\n'

    assert read_events(good + line + b"\n" + b'{"event": "done"}\n') == Told(
        results={"a": TestResult("a", "passed")}, done=True
    )


@pytest.mark.parametrize("outcome", ["PASSED", "ok", "", "Passed "])
def test_outcome_nobody_knows_is_no_pass(outcome: str) -> None:
    run = told({"event": "test", "id": "a", "outcome": outcome})

    assert run.results["a"].outcome == "error"


@pytest.mark.parametrize(
    "seconds", ["NaN", "Infinity", "-Infinity", "-1", "1e999", "1" + "0" * 400, '"1"', "[]", "null"]
)
def test_seconds_that_are_no_time_are_zero(seconds: str) -> None:
    line = f'{{"event": "test", "id": "a", "outcome": "passed", "seconds": {seconds}}}'

    assert read_events(line.encode()).results == {"a": TestResult("a", "passed", 0.0)}


@pytest.mark.parametrize(
    "facts",
    [
        "null",
        "[]",
        '"x"',
        "{}",
        '{"executed_lines": 1, "missing_lines": [], "executed_branches": [], '
        '"missing_branches": []}',
        '{"executed_lines": ["x"], "missing_lines": [], "executed_branches": [], '
        '"missing_branches": []}',
        '{"executed_lines": [1e999], "missing_lines": [], "executed_branches": [], '
        '"missing_branches": []}',
        '{"executed_lines": [1], "missing_lines": [], "executed_branches": [[1]], '
        '"missing_branches": []}',
    ],
)
def test_coverage_that_makes_no_sense_is_no_coverage(facts: str) -> None:
    run = read_events(f'{{"event": "coverage", "files": {{"a.py": {facts}}}}}'.encode())

    assert run.coverage == {"a.py": LineCoverage(frozenset(), frozenset(), (), ())}


def test_every_text_can_be_written_as_utf_8() -> None:
    odd = "x\ud800y"
    run = told(
        {"event": "importing", "package": odd},
        {"event": "not collected", "path": odd, "traceback": odd},
        {"event": "collected", "ids": [odd]},
        {
            "event": "test",
            "id": odd,
            "outcome": "failed",
            "message": odd,
            "where": odd,
            "traceback": odd,
        },
    )

    shown = "x\\ud800y"
    assert run == Told(
        results={shown: TestResult(shown, "failed", 0.0, shown, shown, shown)},
        collected=(shown,),
        not_collected={shown: shown},
        importing=shown,
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(
        ["test", "coverage", "collected", "not collected", "importing", "not imported"]
    ),
    st.dictionaries(
        st.sampled_from(
            ["id", "outcome", "seconds", "message", "files", "ids", "path", "traceback", "package"]
        ),
        json_values,
    ),
)
def test_no_event_breaks_the_reader(event: str, facts: dict[str, object]) -> None:
    run = told({"event": event, **facts}, {"event": "done"})

    assert run.done
    assert all(isinstance(each, TestResult) for each in run.results.values())


@given(st.binary())
def test_no_bytes_break_the_reader(channel: bytes) -> None:
    assert not read_events(channel).results
