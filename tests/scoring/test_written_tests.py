"""Which tests count as the candidate's: new and changed ones, and all where their ground moved."""

from __future__ import annotations

import pytest

from scoring.written_tests import written_tests

TWO = "def test_one(): assert f(1)\ndef test_two(): assert f(2)\n"
CLASSES = "class TestA:\n    def test_x(self): pass\nclass TestB:\n    def test_x(self): pass\n"
ONE_ID, TWO_ID = "tests/test_a.py::test_one", "tests/test_a.py::test_two"
OTHER_ID = "tests/test_b.py::test_other"


def written(before: dict[str, str], after: dict[str, str], *ids: str) -> set[str]:
    trees = [{path: text.encode() for path, text in each.items()} for each in (before, after)]
    return set(written_tests(*trees, ("tests",), ids))


def changed(before: str, after: str, *ids: str) -> set[str]:
    return written({"tests/test_a.py": before}, {"tests/test_a.py": after}, *ids)


def test_untouched_tests_are_not_the_candidates() -> None:
    files = {"tests/test_a.py": TWO, "tests/conftest.py": "", "pkg/a.py": "x = 1"}

    assert written(files, {**files, "pkg/a.py": "x = 2"}, ONE_ID, TWO_ID) == set()


def test_all_tests_of_a_new_file_are() -> None:
    before = {"tests/test_a.py": TWO}

    found = written(before, {**before, "tests/test_b.py": TWO}, ONE_ID, OTHER_ID)

    assert found == {OTHER_ID}


@pytest.mark.parametrize(
    "after",
    [
        TWO.replace("f(2)", "f(3)"),
        TWO.replace("def test_two", "@mark\ndef test_two"),
        TWO.replace("def test_two", "async def test_two"),
        TWO + "def test_two(): pass\n",
        "def test_two(): assert f(0)\n" + TWO.splitlines(keepends=True)[0],
    ],
)
def test_in_a_changed_file_only_the_changed_tests_are(after: str) -> None:
    assert changed(TWO, after, ONE_ID, TWO_ID) == {TWO_ID}


def test_parameters_go_with_their_function_and_methods_with_their_class() -> None:
    in_classes = "tests/test_a.py::TestA::test_x[1]", "tests/test_a.py::TestB::test_x[a::b[1]"

    assert changed(TWO, TWO.replace("f(2)", "f(3)"), f"{TWO_ID}[x::test_one]", ONE_ID) == {
        f"{TWO_ID}[x::test_one]"
    }
    assert changed(CLASSES, CLASSES.replace("pass", "f()", 1), *in_classes) == {in_classes[0]}


@pytest.mark.parametrize(
    "after",
    [
        TWO + "import f\n",
        TWO + "def helper(): pass\n",
        TWO + "class Fake: pass\n",
        TWO + "ANSWER = 42\n",
        TWO + "def test_three(:\n",
        TWO + "\0",
        TWO + f"x = {'-' * 100_000}1\n",
    ],
)
def test_what_else_changes_in_a_file_makes_all_its_tests_the_candidates(after: str) -> None:
    assert changed(TWO, after, ONE_ID, TWO_ID, OTHER_ID) == {ONE_ID, TWO_ID}


def test_comments_and_layout_make_no_difference() -> None:
    after = "# all of them\n" + TWO.replace(": assert", ":\n    # so\n    assert")

    assert changed(TWO, after, ONE_ID, TWO_ID) == set()


@pytest.mark.parametrize(
    "path", ["tests/conftest.py", "tests/__init__.py", "tests/fakes.py", "tests/data/test_1.json"]
)
@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("1", None), (None, "2")])
def test_where_what_tests_lean_on_differs_every_test_counts(
    path: str, old: str | None, new: str | None
) -> None:
    before, after = {"tests/test_a.py": TWO}, {"tests/test_a.py": TWO}
    if old is not None:
        before[path] = old
    if new is not None:
        after[path] = new

    assert written(before, after, ONE_ID, OTHER_ID) == {ONE_ID, OTHER_ID}


def test_deleting_a_test_makes_no_other_the_candidates() -> None:
    files = {"tests/test_a.py": TWO, "tests/b_test.py": TWO}

    assert changed(TWO, TWO.splitlines()[0], ONE_ID) == set()
    assert written(files, {"tests/test_a.py": TWO}, ONE_ID) == set()
