"""Seeded bugs are small edits of a text; all around them stays as it was."""

from __future__ import annotations

import pytest

from harness.authoring.bugs import Bug, apply, mutant_bugs, possible_bugs


def bugs_in(body: str, arguments: str = "self, a, b") -> set[tuple[str, str]]:
    """The bugs in a function: what kind, and what its text becomes."""
    head = f"def f({arguments}):\n"
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    tree = {"m.py": (head + lines).encode()}
    found = possible_bugs(tree, {"m.py": range(1, 50)})
    texts = {(bug.kind, apply([bug], tree)["m.py"].decode()) for bug in found}
    return {(kind, text.replace("\n    ", "\n").rstrip("\n")) for kind, text in texts}


@pytest.mark.parametrize(
    ("body", "bugs"),
    [
        ("return a < b", {("swapped comparison", "return a <= b")}),
        (
            "return 0 <= a < b  # ok",
            {
                ("swapped comparison", "return 0 < a < b  # ok"),
                ("swapped comparison", "return 0 <= a <= b  # ok"),
            },
        ),
        ("return a - 1", {("off by one", "return a")}),
        ("return a - 2", set()),
        ("return a[1:]", {("off by one", "return a[2:]")}),
        (
            "if a:\n    raise KeyError(a)\nreturn b",
            {
                ("dropped guard", "return b"),
                ("wrong exception", "if a:\n    raise IndexError(a)\nreturn b"),
            },
        ),
        ("if a:\n    return b", set()),
        (
            "return a and b",
            {
                ("dropped condition", "return a"),
                ("dropped condition", "return b"),
                ("dropped condition", "return a or b"),
            },
        ),
        ("return not a", {("turned condition", "return a")}),
        ("self.n += a\nreturn b", {("lost update", "return b")}),
        ("self.n = a", set()),
        ("self.log.append(a)  # told\nreturn b", {
            ("lost update", "return b"),
            ("wrong function", "self.log.appendleft(a)  # told\nreturn b"),
        }),
        ("return g(a, b)", {("swapped arguments", "return g(b, a)")}),
        ("return isinstance(a, b)", set()),
        ("return super().g(self, b)", set()),
        (
            "return a.get(b, 0)",
            {("wrong default", "return a.get(b, 1)")},
        ),
        (
            "return a.pop(b, None)",
            {("wrong default", "return a.pop(b)")},
        ),
        ("return g(a, deep=True)", {("wrong default", "return g(a, deep=False)")}),
        ("return min(a)", {("wrong function", "return max(a)")}),
        ("return list(a)", {("lost copy", "return a")}),
        ("return sorted(a)", {("lost copy", "return list(a)")}),
        (
            "try:\n    return a\nexcept (KeyError, OSError):\n    return b",
            {
                ("wrong exception", "try:\n    return a\nexcept KeyError:\n    return b"),
                ("wrong exception", "try:\n    return a\nexcept OSError:\n    return b"),
            },
        ),
        ("assert a < b\nx: int = 0", set()),
        ('"""a < b"""\nreturn "ä<" + (a) < (b)', {
            ("swapped comparison", '"""a < b"""\nreturn "ä<" + (a) <= (b)'),
        }),
    ],
)  # fmt: skip
def test_each_sort_of_slip_is_made_where_people_make_it(
    body: str, bugs: set[tuple[str, str]]
) -> None:
    head = "def f(self, a, b):\n"
    assert bugs_in(body) == {(kind, head + text) for kind, text in bugs}


def test_a_default_is_another() -> None:
    assert bugs_in("pass", "a=1, *, b=True, c=None") == {
        ("wrong default", "def f(a=2, *, b=True, c=None):\npass"),
        ("wrong default", "def f(a=1, *, b=False, c=None):\npass"),
    }


def test_only_lines_that_are_named_get_bugs() -> None:
    tree = {"m.py": b"def f(a, b):\n    if a < b:\n        return 1\n    return a > b\n"}
    found = possible_bugs(tree, {"m.py": [4]})
    assert found == [
        Bug("m.py", "swapped comparison", "f", 4, 4, ("    return a >= b\n",)),
    ]


def test_bugs_of_several_functions_stand_side_by_side_and_all_else_stays() -> None:
    text = (
        "# -*- coding: latin-1 -*-\r\nclass A:\r\n"
        "    def f(self):\r\n        self.n += 1  # \xe4\x0c\r\n        return 1\r\n"
        "    def g(self, a):\r\n        return a < 1\r\n"
    ).encode("latin-1")
    found = possible_bugs({"m.py": text}, {"m.py": range(1, 20)})
    assert [(bug.function, bug.kind) for bug in found] == [
        ("A.f", "lost update"),
        ("A.g", "swapped comparison"),
    ]
    expected = text.replace(b"        self.n += 1  # \xe4\x0c\r\n", b"").replace(
        b"a < 1", b"a <= 1"
    )
    assert apply(found, {"m.py": text}) == {"m.py": expected}
    assert not found[0].overlaps(found[1])
    assert found[0].overlaps(found[0])


def test_what_is_no_python_gets_no_bugs_and_stops_nothing() -> None:
    tree = {"bad.py": b"def f(:\n", "coding.py": b"# coding: nowhere\n", "big.py": b"#" * 400_001}
    assert possible_bugs(tree, dict.fromkeys(tree, range(9))) == []


def test_mutants_are_bugs_as_well() -> None:
    tree = {"m.py": b"def f(a, b):\n    x = a * b\n    return x\n"}
    assert mutant_bugs(tree, {"m.py": [2]}) == [
        Bug("m.py", "mutant", "f", 2, 2, ("    x = a // b\n",))
    ]
