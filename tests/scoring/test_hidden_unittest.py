"""Hidden tests of real projects: classes of unittest, and libraries that look at frames."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scoring.flags import taken_on_trust
from scoring.metrics.correctness import run_hidden

CASES = b"""\
import unittest

from pkg import Liar, double

TEST_NUMBERS = [1, 2]


class DoubleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = 4

    def setUp(self):
        self.own = 2

    def test_passes(self):
        self.assertEqual(double(self.own), self.shared)

    def test_fails(self):
        self.assertEqual(double(self.own), 5)

    def test_uses_a_constant_named_like_a_test(self):
        self.assertEqual([double(each) for each in TEST_NUMBERS], [2, 4])

    def test_raises(self):
        with self.assertRaises(TypeError):
            double(None)

    def test_parts_pass(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(double(number), number * 2)

    def test_a_part_fails(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(double(number), 2)

    def test_claims_to_be_equal(self):
        self.assertEqual(Liar(), 3)

    @unittest.skip("not now")
    def test_is_skipped(self):
        raise AssertionError


class BrokenTests(unittest.TestCase):
    def tearDown(self):
        raise ValueError("tear-down")

    def test_ends_badly(self):
        pass
"""
DOUBLE = """
def double(number):
    return number + number


class Liar:
    def __eq__(self, other):
        return True
"""
OUTCOMES = {
    "DoubleTests::test_passes": "passed",
    "DoubleTests::test_fails": "failed",
    "DoubleTests::test_uses_a_constant_named_like_a_test": "passed",
    "DoubleTests::test_raises": "passed",
    "DoubleTests::test_parts_pass": "passed",
    "DoubleTests::test_a_part_fails": "failed",
    "DoubleTests::test_claims_to_be_equal": "failed",
    "DoubleTests::test_is_skipped": "skipped",
    "BrokenTests::test_ends_badly": "failed",
}
FRAMES = """
import sys


def caller():
    return sys._getframe(1).f_globals["__name__"]


def made():
    names = {}
    exec("value = 3", names)
    return names["value"]


def all_objects():
    import gc

    return gc.get_objects()
"""
ASKS = b"""\
from pkg.frames import all_objects, caller, made


def test_frame():
    assert caller() == "test_asks"


def test_text():
    assert made() == 3


def test_objects():
    all_objects()
"""


def hidden(name: str, content: bytes) -> dict[str, Any]:
    return {"targets": ("hidden",), "hidden": {f"hidden/{name}.py": content}}


def test_methods_of_a_test_case_are_examined_like_functions(run_tests: Any) -> None:
    run = run_tests({"pkg/__init__.py": DOUBLE}, **hidden("test_double", CASES))
    told = {id_.partition("::")[2]: each.outcome for id_, each in run.results.items()}
    assert told == OUTCOMES
    assert (run.tampered, run.refused, run.claimed) == ((), (), ("Liar == int",))


def test_who_replaces_what_unittest_compares_with_is_found_out(run_tests: Any) -> None:
    evil = f"import unittest\n\nunittest.TestCase.assertEqual = lambda *_: None\n{DOUBLE}"
    run = run_tests({"pkg/__init__.py": evil}, **hidden("test_double", CASES))
    assert run.tampered == ("unittest.case.TestCase",)
    assert run.passed() == frozenset()


@pytest.mark.parametrize(
    ("given", "passed"),
    [((), set()), (("pkg/frames.py",), {"test_frame", "test_text"})],
)
def test_given_files_may_ask_for_a_frame_and_make_code_but_nothing_else(
    given: tuple[str, ...], passed: set[str], run_tests: Any
) -> None:
    run = run_tests({"pkg/frames.py": FRAMES}, given=given, **hidden("test_asks", ASKS))
    assert {id_.partition("::")[2] for id_ in run.passed()} == passed
    assert len(run.refused) == 3 - len(passed)


def test_a_given_file_that_the_submission_changed_is_given_nothing(tally: Any) -> None:
    asks = b"\n\nimport sys\n\nNAME = sys._getframe(0).f_code.co_name\n"
    starter = {**tally.starter, "tally/words.py": tally.starter["tally/words.py"] + asks}
    kit = replace(tally.kit, starter=starter, given=("tally/words.py",))
    changed = {**starter, "tally/words.py": starter["tally/words.py"] + b"# mine\n"}
    assert run_hidden(kit, starter, tally.runner).import_problem == ""
    assert "sys._getframe" in run_hidden(kit, changed, tally.runner).import_problem
    assert [flag.evidence for flag in taken_on_trust(kit, starter)] == ["tally/words.py"]
    assert list(taken_on_trust(kit, changed)) == []
