"""Complexity: what is above the threshold, wherever in the source it stands."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from decimal import Decimal

import pytest
from complexipy import code_complexity

from scoring.baseline import BaselineError, baseline
from scoring.formula import WEIGHTS
from scoring.metrics.complexity import Complexity, measure, tangled
from scoring.model import (
    ComplexFunction,
    Component,
    GradingKit,
    LintFinding,
    Measured,
    NotMeasured,
)
from scoring.terms import Excess

# Six conditions, each inside of the other: 1 + 2 + 3 + 4 + 5 + 6.
DEEP = """\
if a:
    if b:
        if c:
            if d:
                if e:
                    if f:
                        g()
"""


def above(text: str, *, path: str = "tally/a.py") -> list[tuple[str, int]]:
    """Names and complexities of the functions above the threshold."""
    content = text.encode()
    functions = tangled({path: content}, ["tally"], apart_from={})
    return [(each.name, each.complexity) for each in functions]


def inside(head: str, body: str = DEEP) -> str:
    return f"{head}\n{textwrap.indent(body, '    ')}"


# --- what is counted ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        DEEP + "else:\n    h()\n" + DEEP,
        "if a:\n    b()\nelif c:\n    d()\nelif e:\n    f()\nelse:\n    g()\n" * 5,
        "for x in y:\n    for z in x:\n        if z:\n            break\n    else:\n        c()\n"
        * 3,
        "while a and b or c and d:\n    e()\n    if f:\n        continue\n" * 4,
        "try:\n    a()\nexcept B:\n    if c:\n        d()\nelse:\n    e()\nfinally:\n    f()\n" * 6,
        "x = a if b else (c if d else e)\n" * 6,
        "x = [a for a in b if a and c]\n" * 6,
        "with a as b:\n    if c:\n        d()\n" * 16,
        "async with a:\n    async for b in c:\n        if d:\n            await e\n" * 6,
        "def inner(x):\n    y = x\n    if x:\n        return y\n    return x\n" * 9,
        "return lambda x: 1 if x else 2\n" * 9,
        "x = not (a and b) or (c and not (d or e))\n" * 6,
        "match a:\n    case 1:\n        if b:\n            c()\n    case _:\n        d()\n" * 6,
    ],
)
def test_plain_code_counts_as_complexipy_counts_it(body: str) -> None:
    text = inside("async def function(a, b):", body)

    (function,) = code_complexity(text).functions

    assert function.complexity > 15
    assert above(text) == [("function", function.complexity)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# nothing\n", []),
        (inside("def f():"), [("f", 21)]),
        (inside("class C:\n    def f(self):", textwrap.indent(DEEP, "    ")), [("C.f", 21)]),
        ("".join(inside(f"def f{n}():", DEEP) for n in "ab"), [("fa", 21), ("fb", 21)]),
        # Where complexipy does not look:
        (DEEP, [("module level", 21)]),
        (inside("class C:"), [("module level", 21)]),
        (inside("class C:\n  class D:\n   def f(self):"), [("C.D.f", 21)]),
        (inside("if a:\n  def f():"), [("f", 21)]),
        (inside("def f():\n class C:"), [("f", 21)]),
        (inside("def f():\n class C:\n  def g(self):"), [("f", 27)]),
        (inside("def f():\n def g():") + " return g\n", [("f", 27)]),
        (inside("def f():  # noqa: complexipy"), [("f", 21)]),
        (inside("# complexipy: ignore\ndef f():  # complexipy: ignore"), [("f", 21)]),
        (inside("def f():\n match a:\n  case 1 if b: c()\n  case 2 if d:"), [("f", 30)]),
    ],
)
def test_code_counts_wherever_it_stands(text: str, found: list[tuple[str, int]]) -> None:
    assert above(text) == found


@pytest.mark.parametrize(
    "place",
    [
        "x = {}", "f(a={})", "f(*{})", "f(**{})", "x = a + {}", "x = -{}", "x = {}.y", "x = {}()",
        "x[{}] = 1", "x = y[1:{}]", "x = f'{{{}}}'", "x = f'{{a:{{{}}}}}'", "(x := {})", "yield {}",
        "await {}", "del x[{}]", "x = {{{}: 1}}", "x = a or ({},)", "x: int = {}", "return a < {}",
        "def g(a={}): pass", "@g({})\ndef h(): pass", "class A(b={}): pass", "print(a)[{}]()",
        "for x[{}] in y: pass", "with {}: pass", "try: pass\nexcept {}: pass", "assert a, {}",
        "match {}:\n case _: pass", "x = lambda a={}: a", "raise A from {}", "x = [1, *{}]",
    ],
)  # fmt: skip
def test_an_expression_counts_wherever_it_stands(place: str) -> None:
    plain = "async def f():\n    return 0\n"
    chain = "(1 if a else 2 if b else 3 if c else 4 if d else 5 if e else 6 if f else 7)"

    with_it, without = (
        above(plain + textwrap.indent(DEEP + place.format(each), "    ") + "\n")
        for each in (chain, "x")
    )

    assert without[0][1] >= 21
    assert with_it[0][1] - without[0][1] >= 21


def test_functions_are_told_with_their_place_the_most_complex_first() -> None:
    tree = {
        "tally/b.py": inside("x = 1\n\ndef low():").encode(),
        "tally/a.py": inside("class C:\n  def high(self):", DEEP + DEEP).encode(),
        "tally/c.pyi": DEEP.encode(),
        "tests/test_a.py": DEEP.encode(),
    }

    assert tangled(tree, ["tally"], apart_from={}) == (
        ComplexFunction("tally/a.py", 2, "C.high", 42),
        ComplexFunction("tally/b.py", 3, "low", 21),
    )


def test_a_comment_in_another_encoding_hides_nothing() -> None:
    text = "# coding: utf-7\n# +AAo-" + DEEP.replace("\n", "+AAo-") + "\n"

    assert above(text) == [("module level", 21)]


# --- what it is worth -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def kit(tally) -> GradingKit:
    """A function of 21 and one of 18 to take apart, of which the reference leaves 16."""
    middle = "for a in b:\n    if c and d:\n        e()\n" * 4 + "if f or g:\n    h()\n"
    return replace(
        tally.kit,
        kind="refactor",
        weights=WEIGHTS["refactor"],
        starter={
            "tally/a.py": inside("def one():").encode(),
            "tally/b.py": inside("def two():", middle).encode(),
            "tally/old.py": b"print 'old'\n",
        },
        baseline=replace(tally.kit.baseline, excess=Excess(9, 1)),
    )


def test_the_starter_gains_nothing(kit: GradingKit) -> None:
    assert measure(kit, kit.starter) == Complexity(
        Measured(Decimal(0), "0 of 8 excess gone; highest: one 21"),
        (ComplexFunction("tally/a.py", 1, "one", 21), ComplexFunction("tally/b.py", 1, "two", 18)),
    )


@pytest.mark.parametrize(
    ("changes", "value", "reason"),
    [
        ({"tally/a.py": b"", "tally/b.py": b""}, "1", "9 of 8 excess gone"),
        ({"tally/a.py": b""}, "0.75", "6 of 8 excess gone; highest: two 18"),
        ({"tally/c.py": inside("def three():").encode()}, "0", "excess grew by 6; highest: one 21"),
        # Moved out of sight.
        (
            {"tally/a.py": b"", "tally/deep/down.py": DEEP.encode()},
            "0",
            "0 of 8 excess gone; highest: module level 21",
        ),
    ],
)
def test_the_share_of_the_excess_that_is_gone_counts(
    kit: GradingKit, changes: dict[str, bytes], value: str, reason: str
) -> None:
    assert measure(kit, {**kit.starter, **changes}).measured == Measured(Decimal(value), reason)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"def f(:\n", "invalid syntax"),
        (b"x = '\xff'\n", "the file's encoding is not what it says"),
        (b"x = 1\0", "source code string cannot contain null bytes"),
        (b"#" * 400_001, "it is larger than 400 kB"),
        (b"x = " + b"(" * 10_000 + b")" * 10_000, "too many nested parentheses"),
        (b"x = " + b"1 if a else " * 60 + b"2\n", "it is nested more than 50 deep"),
        (b"x = " + b"(a and (b or " * 60 + b"c" + b"))" * 60, "it is nested more than 50 deep"),
        (b"x = " + b"not " * 20_000 + b"a\n", None),
        (b"x = " + b"lambda: " * 10_000 + b"a\n", None),
        (b"x = " + b"1 + " * 90_000 + b"1\n", None),
        (b"x = a" + b".b" * 100_000, None),
        (b"if a: pass\n" + b"elif b: pass\n" * 10_000, None),
        (b"".join(b" " * n + b"if a:\n" for n in range(60)) + b" " * 60 + b"pass\n",
         "it is nested more than 50 deep"),
        (b"".join(b" " * n + b"if a:\n" for n in range(1000)) + b" " * 1000 + b"pass\n", None),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_file_that_cannot_be_read_gains_nothing_and_takes_nobody_down(
    kit: GradingKit, content: bytes, why: str | None
) -> None:
    answer = measure(kit, {"tally/a.py": b"", "tally/b.py": b"", "tally/c.py": content})

    assert answer.functions == ()
    assert isinstance(answer.measured, Measured)
    assert answer.measured.value == 0
    told = answer.measured.reason.partition(" can't be read: ")
    assert told[:2] == ("tally/c.py", " can't be read: ")
    assert told[2]
    assert told[2].startswith(why or "")


def test_what_is_not_measured_says_why(kit: GradingKit) -> None:
    level = replace(kit, baseline=replace(kit.baseline, excess=Excess(9, 9)))
    reason = "the reference is no simpler than the starter"
    assert measure(level, {}) == Complexity(NotMeasured(reason), ())

    other = replace(kit, weights=WEIGHTS["debug"])
    reason = "complexity is not part of this exercise's score"
    assert measure(other, {}) == Complexity(NotMeasured(reason), ())


# --- in a grading ---------------------------------------------------------------------------


def test_what_the_solution_takes_out_is_locked_and_graded(tally) -> None:
    one, two = (inside(f"def {name}(a, b, c, d, e, f, g):").encode() for name in ("one", "two"))
    kit = replace(
        tally.kit,
        kind="refactor",
        weights=WEIGHTS["refactor"],
        starter={**tally.starter, "tally/mess.py": b"import os\n\n\n" + one + b"\n\n" + two},
        solution={**tally.kit.solution, "tally/mess.py": b"X = 1\n"},
    )

    facts = baseline(kit, tally.runner)
    assert (facts.excess, facts.targeted) == (Excess(12, 0), {"F401": 1})

    kit = replace(kit, baseline=facts)
    answer = {**tally.reference, "tally/mess.py": b"import os\n\n\n" + two}
    card = tally.grade(answer, kit=kit)
    assert card.components[-2:] == (
        Component("lint", "Lint", 0.5, 5.0, 10.0, "nothing new; 0 of 1 old ones fixed"),
        Component(
            "complexity", "Complexity", 0.5, 10.0, 20.0, "6 of 12 excess gone; highest: two 21"
        ),
    )
    assert card.complexity == (ComplexFunction("tally/mess.py", 4, "two", 21),)
    unused = LintFinding("tally/mess.py", 1, "F401", "`os` imported but unused")
    assert (card.lint, card.lint_left) == ((), (unused,))
    assert {each.anchor: each.text for each in card.advice if each.anchor != "strength"} == {
        "complexity": "Take two in tally/mess.py, line 4, apart: its complexity is 21.",
        "lint": "Clear up F401 in tally/mess.py, line 1.",
    }


def test_a_solution_that_cannot_be_read_is_not_locked(tally) -> None:
    solution = {**tally.kit.solution, "tally/spare.py": b"def f(:\n"}
    kit = replace(tally.kit, kind="refactor", weights=WEIGHTS["refactor"], solution=solution)

    with pytest.raises(BaselineError, match=r"^solution: tally/spare\.py can't be read: invalid"):
        baseline(kit, tally.runner)
