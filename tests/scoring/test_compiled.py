"""Byte code is made once: what runs is the same with it and without, fresh, stale or damaged."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scoring.model import Limits
from scoring.runner import Runner, Suite
from scoring.trees import Tree

Outcomes = dict[str, str]
RunHidden = Callable[[str], Outcomes]


def _suite(tree: Tree, hidden: Tree | None, **more: bool) -> Suite:
    return Suite(
        tree=tree,
        targets=("tests",) if hidden is None else ("hidden",),
        packages=("pkg",),
        test_folders=("tests",),
        limits=Limits(test_seconds=5, memory_mb=512),
        hidden=hidden,
        **more,
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def run_hidden(cache: Path) -> Iterator[RunHidden]:
    """Runs a hidden test file with a runner that keeps byte code in `cache`."""

    def run(test: str) -> Outcomes:
        with Runner(cache=cache) as runner:
            if not runner.isolated():
                pytest.skip("byte code is kept only where bubblewrap gives runs one folder")
            told = runner.run(_suite({"pkg/__init__.py": b""}, {"hidden/test_a.py": test.encode()}))
        return {
            **{id_: f"{each.outcome}: {each.message}" for id_, each in told.results.items()},
            **told.not_collected,
        }

    return run


PASSES = "def test_it():\n    assert 1 + 1 == 2\n"
FAILS = "def test_it():\n    assert 1 + 1 == 3\n"
PASSED = {"hidden/test_a.py::test_it": "passed: "}


def test_kept_byte_code_is_used_and_gives_the_same_outcomes(
    run_hidden: RunHidden, cache: Path
) -> None:
    first = run_hidden(FAILS)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    assert run_hidden(FAILS) == first
    assert [path.stat().st_mtime_ns for path in cache.iterdir()] == [written]


def test_another_text_is_compiled_anew(run_hidden: RunHidden, cache: Path) -> None:
    assert run_hidden(PASSES) == PASSED
    assert run_hidden(FAILS) != PASSED
    assert run_hidden(PASSES) == PASSED
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b"\n", os.urandom(200)])
def test_damaged_byte_code_is_made_again(run_hidden: RunHidden, cache: Path, damage: bytes) -> None:
    run_hidden(PASSES)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage)

    assert run_hidden(PASSES) == PASSED
    assert kept.read_bytes() == whole


def test_a_cut_off_file_of_byte_code_is_made_again(run_hidden: RunHidden, cache: Path) -> None:
    run_hidden(PASSES)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])

    assert run_hidden(PASSES) == PASSED
    assert kept.read_bytes() == whole


def test_without_a_place_for_it_byte_code_is_not_kept(run_hidden: RunHidden, cache: Path) -> None:
    cache.write_text("a file is in the way")

    assert run_hidden(PASSES) == PASSED


def test_a_test_that_can_not_be_compiled_is_told_as_ever(run_hidden: RunHidden) -> None:
    (told,) = run_hidden("def test_it(:\n").values()
    assert "SyntaxError" in told


def test_no_more_files_are_kept_than_are_needed(run_hidden: RunHidden, cache: Path) -> None:
    cache.mkdir()
    for number in range(80):
        (cache / f"{number}.tests").write_bytes(b"old")
        os.utime(cache / f"{number}.tests", (number, number))
    run_hidden(PASSES)

    left = {path.name for path in cache.iterdir()}
    assert len(left) == 64
    assert {"79.tests", "18.tests"} <= left
    assert "16.tests" not in left


HOOKED = """
SEEN = []

def pytest_sessionstart(session):
    SEEN.append(session)
"""


def test_hooks_for_the_beginning_of_a_session_are_called_in_sealed_runs_too(run_tests) -> None:
    run = run_tests(
        {
            "tests/conftest.py": HOOKED,
            "tests/test_a.py": "import conftest\ndef test_a(): assert conftest.SEEN\n",
        },
        sealed=True,
    )

    assert {id_: each.outcome for id_, each in run.results.items()} == {
        "tests/test_a.py::test_a": "passed"
    }


@pytest.mark.parametrize(
    ("conftest", "outcome"),
    [
        ("import pytest\n@pytest.fixture\ndef number(): return 3\n", "passed"),
        ("import pytest\n@pytest.fixture\ndef number(): return 4\n", "failed"),
        ("", "error"),
    ],
)
def test_fixtures_of_a_conftest_are_there_in_sealed_runs(
    run_tests, conftest: str, outcome: str
) -> None:
    run = run_tests(
        {
            "tests/conftest.py": conftest,
            "tests/test_a.py": "def test_a(number): assert number == 3\n",
        },
        sealed=True,
    )

    assert [each.outcome for each in run.results.values()] == [outcome]
    assert run.ending == ""


def test_a_sealed_run_without_a_test_comes_to_its_end(run_tests) -> None:
    run = run_tests({"tests/test_a.py": "X = 1\n"}, sealed=True)

    assert (run.results, run.collected, run.ending) == ({}, (), "")


@pytest.mark.parametrize("way_out", ["raise SystemExit(0)", "pytest.exit('enough', 0)"])
def test_tests_that_end_a_sealed_session_do_not_end_it_well(run_tests, way_out: str) -> None:
    run = run_tests(
        {"tests/test_a.py": f"import pytest\n{way_out}\ndef test_a(): pass\n"}, sealed=True
    )

    assert run.passed() == frozenset()
    assert run.ending or run.not_collected
