"""Tests of a project are told apart by what they do time and again, in both ways to run them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.authoring.project import Project, read_project
from harness.authoring.suites import Classified, classify
from scoring.model import Limits
from scoring.runner import Runner

TESTS = """
import os, unittest
import pytest
from . import Mixin


def test_steady(tmp_path):
    pass

def test_failing():
    assert 1 == 2

@pytest.mark.skip(reason="not here")
def test_skipped():
    pass

@pytest.mark.xfail
def test_expected():
    assert False

def test_reads_itself():
    assert open(__file__).read()

@pytest.mark.parametrize("coin", range(10))
def test_flaky(coin):
    assert os.urandom(1)[0] % 2

class Case(unittest.TestCase, Mixin):
    def test_method(self):
        for n in range(2):
            with self.subTest(n=n):
                self.assertEqual(n, n)

class Awaited(unittest.IsolatedAsyncioTestCase):
    async def test_awaited(self):
        pass

class Forgotten(unittest.TestCase):
    async def test_forgotten(self):
        self.fail("nobody waited")
"""
FILES = {
    "shelf.py": b"",
    "tests/__init__.py": b"class Mixin:\n    def test_handed_down(self):\n        pass\n",
    "tests/test_a.py": TESTS.encode(),
    "tests/test_missing.py": b"import not_there\n\n\ndef test_it():\n    pass\n",
}  # fmt: skip


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def project(files: dict[str, bytes]) -> Project:
    return read_project(files, "shelf")


@pytest.fixture(scope="session")
def found(runner: Runner) -> Classified:
    return classify(project(FILES), runner)


def test_steady_tests_pass_every_time_and_in_both_ways(found: Classified) -> None:
    coins = {id_ for id_ in found.steady if "test_flaky" in id_}
    assert found.steady - coins == {
        "tests/test_a.py::test_steady",
        "tests/test_a.py::Case::test_method",
        "tests/test_a.py::Case::test_handed_down",
    }
    assert found.problem == ""


def test_failing_tests_are_told_with_what_they_say(found: Classified) -> None:
    assert {
        id_: text for id_, text in found.failing.items() if "test_flaky" not in id_
    } == {
        "tests/test_a.py::test_failing": "assert 1 == 2",
    }  # fmt: skip


def test_others_are_dropped_with_the_reason(found: Classified) -> None:
    dropped = {id_: text for id_, text in found.dropped.items() if "test_flaky" not in id_}
    for name in ("Awaited::test_awaited", "Forgotten::test_forgotten"):
        assert dropped.pop(f"tests/test_a.py::{name}").startswith(
            "passes as a file only, not among hidden tests"
        )
    assert dropped.pop("tests/test_a.py::test_reads_itself").startswith(
        "passes as a file only, not among hidden tests: FileNotFoundError"
    )
    assert dropped == {
        "tests/test_missing.py": "can't be collected: ModuleNotFoundError: "
        "No module named 'not_there'",
        "tests/test_a.py::test_skipped": "skipped",
        "tests/test_a.py::test_expected": "xfailed: assert False",
    }


def test_flaky_tests_are_named_with_how_often_they_passed(found: Classified) -> None:
    flaky = [text for id_, text in found.dropped.items() if "test_flaky" in id_]
    assert any(
        re.fullmatch(r"flaky: passed [12] of 3 times( among hidden tests)?", t) for t in flaky
    )


def test_a_package_that_can_not_be_imported_is_told(runner: Runner) -> None:
    broken = project({"shelf.py": b"import not_there\n", "test_a.py": b"def test_a(): pass\n"})
    found = classify(broken, runner, runs=1, limits=Limits(test_seconds=2))
    assert (found.steady, found.failing, found.dropped) == (frozenset(), {}, {})
    assert found.problem == (
        "shelf can't be imported: ModuleNotFoundError: No module named 'not_there'"
    )
