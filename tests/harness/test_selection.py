"""Parts of a test module, and parts of a change, without what surrounds them being touched."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.authoring.hunks import changed_lines, hunks_between, is_without_effect, put_back
from harness.authoring.selection import function_of, keep_tests, public_names

MODULE = b'''\
"""Tests of sums."""

import pytest
import sums
from sums.more import total as whole

LIMIT = 3  # stays


def helper():
    return LIMIT


# Goes with its test.
@pytest.mark.parametrize("number", [1, 2])
def test_first(number):
    assert sums.add(number) == number


def test_second():
    assert helper() == whole(3)


class TestBase:
    def test_inherited(self):
        assert self

    def test_own(self):
        assert self


class TestChild(TestBase):
    # Above what stays.
    def test_child(self):
        assert self


def test_third():
    test_fourth()


def test_fourth():
    assert sums.sub
'''
KNOWN = [
    "test_first",
    "test_second",
    "TestBase::test_inherited",
    "TestBase::test_own",
    "TestChild::test_inherited",
    "TestChild::test_own",
    "TestChild::test_child",
    "test_third",
    "test_fourth",
]


def names_run(content: bytes) -> list[str]:
    """The tests that pytest would find in a module."""
    modules: dict[str, object] = {}
    text = content.replace(b"import sums\n", b"").replace(
        b"from sums.more import total as whole\n", b""
    )
    exec(compile(text, "module", "exec"), modules)
    found = [name for name in modules if name.startswith("test_")]
    for name, each in modules.items():
        if isinstance(each, type):
            methods = [m for m in dir(each) if m.startswith("test_") and getattr(each, m)]
            found += [f"{name}::{method}" for method in methods]
    return sorted(found)


@pytest.mark.parametrize(
    "kept",
    [
        ["test_first"],
        ["test_second", "TestBase::test_own", "TestChild::test_own"],
        ["TestChild::test_child"],
        ["test_third"],
        ["TestBase::test_own", "TestBase::test_inherited"],
        KNOWN,
    ],
)
def test_a_module_keeps_the_tests_that_were_asked_for(kept: list[str]) -> None:
    assert names_run(keep_tests(MODULE, KNOWN, kept)) == sorted(kept)


def test_everything_that_is_no_test_stays_as_it_was_written() -> None:
    text = keep_tests(MODULE, KNOWN, ["test_second"]).decode()
    assert text == (
        '"""Tests of sums."""\n\nimport pytest\nimport sums\n'
        "from sums.more import total as whole\n\nLIMIT = 3  # stays\n\n\ndef helper():\n"
        "    return LIMIT\n\n\ndef test_second():\n    assert helper() == whole(3)\n\n\n"
        "class TestBase:\n    pass\n"
    )


def test_a_test_that_another_one_calls_is_renamed() -> None:
    text = keep_tests(MODULE, KNOWN, ["test_third"])
    assert b"def _test_fourth():" in text
    assert b"    _test_fourth()" in text


def test_public_names_are_those_that_a_module_imports_or_looks_up() -> None:
    assert public_names(MODULE, ["sums"]) == {"sums.add", "sums.sub", "sums.more.total"}
    assert public_names(MODULE, ["other"]) == set()
    assert public_names(b"def (", ["sums"]) == set()


@pytest.mark.parametrize(
    ("test_id", "function"),
    [
        ("tests/test_a.py::test_b", "test_b"),
        ("tests/test_a.py::TestC::test_b[1-x::y]", "TestC::test_b"),
        ("tests/test_a.py::test_b[a\nb]", "test_b"),
    ],
)
def test_a_test_id_names_its_function(test_id: str, function: str) -> None:
    assert function_of(test_id) == function


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"d"]), max_size=12).map(
    b"".join
)
TREES = st.dictionaries(st.sampled_from(["x.py", "y.py"]), LINES, max_size=2)


@given(before=TREES, after=TREES)
def test_putting_all_hunks_back_gives_the_tree_before(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    hunks = hunks_between(before, after)
    assert put_back(after, hunks) == before
    assert put_back(after, []) == after
    assert bool(hunks) == (before != after)


def test_one_hunk_is_put_back_and_the_others_stay() -> None:
    before = {"x.py": b"a = 1\nb = 2\nc = 3\n"}
    after = {"x.py": b"a = 9\nb = 2\nc = 3\nd = 4\n"}
    first, second = hunks_between(before, after)
    assert (str(first), str(second)) == ("x.py:1", "x.py:4")
    assert put_back(after, [first]) == {"x.py": b"a = 1\nb = 2\nc = 3\nd = 4\n"}
    assert put_back(after, [second]) == {"x.py": b"a = 9\nb = 2\nc = 3\n"}
    assert changed_lines([first, second]) == {"x.py": {1, 4}}


@pytest.mark.parametrize(
    ("after", "idle"),
    [
        (b'def f():\n    """New."""\n    return 1  # one\n', True),
        (b"def f():\n    return (1)\n", True),
        (b"def f():\n    return 2\n", False),
        (b"def f(:\n", False),
    ],
)
def test_comments_docstrings_and_layout_have_no_effect(after: bytes, idle: bool) -> None:
    tree = {"x.py": after}
    hunks = hunks_between({"x.py": b"def f():\n    return 1\n"}, tree)
    assert all(is_without_effect(tree, hunk) for hunk in hunks) is idle


def test_classes_inside_of_classes_and_odd_line_ends_are_no_obstacle() -> None:
    module = (
        b"class TestOuter:\n"
        b"    TEXT = '''\x0c'''\n\n"
        b"    class TestInner:\n"
        b"        def test_a(self): pass\n\n"
        b"        def test_b(self): pass\n\n"
        b"    def test_c(self): pass\n"
    )
    known = ["TestOuter::TestInner::test_a", "TestOuter::TestInner::test_b", "TestOuter::test_c"]
    assert keep_tests(module, known, known[1:2]) == (
        b"class TestOuter:\n"
        b"    TEXT = '''\x0c'''\n\n"
        b"    class TestInner:\n\n"
        b"        def test_b(self): pass\n"
    )
    assert keep_tests(module, known, known[2:]) == (
        b"class TestOuter:\n"
        b"    TEXT = '''\x0c'''\n\n"
        b"    class TestInner:\n"
        b"        pass\n\n"
        b"    def test_c(self): pass\n"
    )
    assert keep_tests(module, known, []) == b""


CONDITIONAL = b"""\
import sys

if sys.platform != "plan9":
    # Only there.
    def test_first():
        assert True

    class TestSecond:
        def test_it(self):
            assert True
else:
    X = 1

try:
    import sums
except ImportError:
    def test_third():
        assert False
"""


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        (["test_first", "test_third"], {"test_first", "test_third"}),
        (["TestSecond::test_it"], {"TestSecond"}),
        ([], set()),
    ],
)
def test_tests_under_a_condition_are_cut_out_as_well(kept: list[str], left: set[str]) -> None:
    known = ["test_first", "TestSecond::test_it", "test_third"]
    text = keep_tests(CONDITIONAL, known, kept).decode()
    definitions = {
        each.name
        for each in ast.walk(ast.parse(text))
        if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name != "test_it"
    }
    assert definitions == left
    assert "X = 1" in text
    assert ("# Only there." in text) == ("test_first" in left)
