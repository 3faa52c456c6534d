"""Mutants: small, fair, the same everywhere, and made of anything without harm."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from scoring.mutants import Mutant, Mutants, make_mutants
from scoring.rewriting import rewritten

SCORING = Path(__file__).parents[2] / "scoring"


def made(text: str | bytes, lines: set[int] | None = None, most: int = 24) -> Mutants:
    """Mutants of one module, of all its lines unless they are given."""
    content = text.encode() if isinstance(text, str) else text
    numbers = lines or set(range(1, content.count(b"\n") + 2))
    return make_mutants({"pkg/a.py": content}, {"pkg/a.py": numbers}, most)


def changes(*lines: str) -> set[str]:
    """What can become of the lines of a function.

    What is picked goes by the text, so it is asked for many times with different comments.
    """
    found = set()
    for number in range(40):
        body = "".join(f"    {line}  # {number}\n" for line in lines)
        mutants = made(f"def f(a, b, c):\n{body}    pass\n")
        assert mutants.left_out == {}
        found |= {mutant.mutated.partition("  #")[0] for mutant in mutants.made}
    return found


# --- what is made ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "mutated"),
    [
        ("return a + b", {"return a - b"}),
        ("return a - b", {"return a + b"}),
        ("return a * b", {"return a // b"}),
        ("return a / b", {"return a * b"}),
        ("return a // b", {"return a * b"}),
        ("return a % b", {"return a // b"}),
        ("return a ** b", {"return a * b"}),
        ("return a << b", {"return a >> b"}),
        ("return a >> b", {"return a << b"}),
        ("return a & b", {"return a | b"}),
        ("return a | b", {"return a & b"}),
        ("return a ^ b", {"return a & b"}),
        ("return a == b", {"return a != b"}),
        ("return a != b", {"return a == b"}),
        ("return a < b", {"return a <= b", "return a >= b"}),
        ("return a <= b", {"return a < b", "return a > b"}),
        ("return a > b", {"return a >= b", "return a <= b"}),
        ("return a >= b", {"return a > b", "return a < b"}),
        ("return a is None", {"return a is not None"}),
        ("return a is not None", {"return a is None"}),
        ("return a and b", {"return a or b"}),
        ("return a or b", {"return a and b"}),
        ("return not a", {"return a"}),
        ("return -a", {"return a"}),
        ("return ~a", {"return a"}),
        ("return True", {"return False"}),
        ("return False", {"return True"}),
        ("return a[1]", {"return a[2]", "return a[0]"}),
        ("return 1.5", {"return 2.5", "return 0.5"}),
        ("if a: pass", {"if not a: pass"}),
        ("if not a: pass", {"if a: pass"}),
        ("if a == b: pass", {"if a != b: pass"}),
        ("return b if a else c", {"return b if not a else c"}),
        ("while a: pass", {"while not a: pass"}),
        ("for x in a: pass", {"for x in []: pass"}),
        ("while a: break", {"while not a: break", "while a: continue"}),
        ("while a: continue", {"while not a: continue", "while a: break"}),
    ],
)
def test_each_place_gets_the_neighbour_or_the_opposite(line: str, mutated: set[str]) -> None:
    assert changes(line) == mutated


@pytest.mark.parametrize(
    "line",
    [
        '"""One + two is 3, and not True."""',
        "# a + b is not 3",
        "return f(*a, **b)",
        "return [*a], {**b}",
        "from a import *",
        "raise ValueError(f'{a + 1} is not {b}')",
        "assert a < b, a + b",
        "log.debug('%d of 3', a + 1)",
        "self._logger.warning(a + 1)",
        "warnings.warn(a + 1, stacklevel=2)",
        "x: int | None",
        "return lambda x, *, y: x",
        "def g(x, /, y: int | None, *, z=3) -> int | None: return x",
        "if sys.version_info >= (3, 12): a += 1",
        "if sys.platform == 'win32': a += 1",
        "return a, 'a + b', b.c(a)",
        "pass",
    ],
)
def test_what_no_test_could_be_asked_to_notice_is_left_alone(line: str) -> None:
    assert changes(line) == set()


@pytest.mark.parametrize(
    "text",
    [
        "LIMIT = 3\nSIZE = 10 * 1024\nDEBUG = not True\n",
        "class A:\n    retries: int = 3\n    name = -1\n",
        "def f(a=3, *, b=4): ...\n",
        "__all__ = ['a'] + ['b']\n__version__ = f(1)\n",
        "if __name__ == '__main__':\n    main(1 + 1)\n",
        "if TYPE_CHECKING:\n    x = f(1 + 1)\n",
        "@decorated(1 + 1, not True)\ndef f(a: int = 1) -> A | B: ...\n",
        "class A:\n    @cache(1 + 1)\n    def f(self): ...\n    def __repr__(self): return 1 + 1\n",
        "@dataclass(frozen=True)\nclass A(B, n=3): ...\n",
        "def f():\n    @g(1 + 1)\n    class A: ...\n",
    ],
)
def test_settings_and_declarations_are_left_alone(text: str) -> None:
    assert made(text) == Mutants((), {})


def test_a_default_that_is_a_switch_is_no_setting() -> None:
    assert [each.mutated for each in made("def f(a=True): ...\n").made] == ["def f(a=False): ..."]


def test_a_mutant_tells_where_it_is_and_what_changed() -> None:
    text = (
        "class A:\n    def f(self, a, b):\n        return g(\n            a,\n            a + b)\n"
    )

    assert made(text) == Mutants(
        (
            Mutant(
                path="pkg/a.py",
                line=5,
                statement=3,
                original="a + b)",
                mutated="a - b)",
                content=text.replace("+", "-").encode(),
            ),
        ),
        {},
    )


def test_the_statement_around_a_line_is_the_innermost_one() -> None:
    text = "def f(a):\n    if a.b(\n        1):\n        x = [\n            a,\n            2]\n"

    assert {each.line: each.statement for each in made(text).made} == {2: 2, 3: 2, 6: 4}


@pytest.mark.parametrize("path", sorted(SCORING.glob("*.py")), ids=lambda path: path.stem)
def test_each_mutant_of_real_code_is_python_with_one_mistake(path: Path) -> None:
    content = path.read_bytes()

    for mutant in made(content).made:
        text, changed = content.decode().split("\n"), mutant.content.decode().split("\n")
        ast.parse(mutant.content)
        assert ast.dump(ast.parse(mutant.content)) != ast.dump(ast.parse(content))
        old, new = mutant.original.split("\n"), mutant.mutated.split("\n")
        start, stop = mutant.line - 1, mutant.line - 1 + len(old)
        assert [line.strip() for line in text[start:stop]] == [line.strip() for line in old]
        assert changed == [*text[:start], *changed[start : start + len(new)], *text[stop:]]
        assert mutant.statement <= mutant.line


# --- which are picked -----------------------------------------------------------------------

TWENTY = "def f(a, b):\n" + "".join(f"    a = a + {n} * b\n" for n in range(20))


def test_there_are_at_most_24_spread_evenly_over_the_lines() -> None:
    mutants = made(TWENTY).made

    assert len(mutants) == 24
    assert sorted(Counter(each.line for each in mutants).values()) == [1] * 16 + [2] * 4


def test_a_line_has_at_most_three_at_different_places() -> None:
    mutants = made("x = f(a + b + c - d, e * 4 / 5)\n").made

    assert len(mutants) == 3
    assert len({each.mutated for each in mutants}) == 3


def test_only_changed_lines_are_mutated() -> None:
    assert {each.line for each in made(TWENTY, lines={4, 9, 400}).made} == {4, 9}


def test_the_order_of_files_and_lines_makes_no_difference() -> None:
    files = {f"pkg/{name}.py": TWENTY.encode() for name in "abc"}
    forth = make_mutants(files, {path: range(1, 30) for path in files})
    back = make_mutants(
        dict(reversed(files.items())), {path: list(range(29, 0, -1)) for path in reversed(files)}
    )

    assert forth == back
    assert {each.path for each in forth.made} == set(files)


def test_picks_are_the_same_on_every_machine() -> None:
    # Written down once: a change here changes everybody's scores.
    picked = [(each.line, each.mutated) for each in made(TWENTY, most=4).made]

    assert picked == [
        (2, "a = a - 0 * b"),
        (9, "a = a - 7 * b"),
        (16, "a = a - 14 * b"),
        (18, "a = a - 16 * b"),
    ]


def test_an_edit_elsewhere_keeps_the_picks() -> None:
    body = "".join(f"    if a[{n}] < b:\n        a = g(a, {n})\n" for n in range(4))
    before = made(f"def f(a, b):\n{body}").made
    after = made(f"import x\n\n\ndef f(a, b):\n    c = 1\n{body}", lines=set(range(6, 14))).made

    assert [(each.original, each.mutated) for each in before] == [
        (each.original, each.mutated) for each in after
    ]


# --- layouts and encodings ------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"def f(a, b):\r\n    return a + b\r\n",
        b"def f(a, b):\r    return a + b\r",
        b"def f(a, b):\n\treturn a + b",
        b"\xef\xbb\xbfdef f(a, b):\n    return a + b\n",
        "def f(a, b):\n    return 'äöü', a, 'ß', b, a + b\n".encode(),
        "# coding: latin-1\ndef f(a, b):\n    return 'äöü', a + b\n".encode("latin-1"),
        b"class A: x = a + b; y = c\n",
        b"x = (a,\n b + c); y = (d,\n e)\n",
        b"def f(a, b):\n    x = '''\n\x0c''', a + b\n",
        b"async def f(a):\n    return [x async for x in await g(a + b)]\n",
        b"class A:\n    class B:\n        def f(self): return self.a + b\n",
        b"try:\n    x = f()\nexcept E:\n    x = a + b\n",
        b"match f():\n    case A(x) if x:\n        g(a + b)\n",
    ],
)
def test_any_layout_and_encoding_keeps_all_its_other_bytes(content: bytes) -> None:
    found = made(content, lines={1, 2, 3, 4})

    assert [each.content for each in found.made] == [content.replace(b"+", b"-")]


# --- what can't be mutated ------------------------------------------------------------------

LONG = "def f(a):\n" + "".join(f"    a = g(a, {n})\n" for n in range(2000))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"def f(:\n", "Python can't read the file"),
        (b"x = 1 + 1\0\n", "Python can't read the file"),
        (b"x = a + b\n" * 50_000, "the file has more than 400000 bytes"),
        (b"x = [" + b"1 + " * 600 + b"1]\n", "a line has more than 2000 characters"),
        (b"x = (\n" + b"-\n" * 90_000 + b"1)\n", "Python can't read the file"),
        (b"x = (a\n" + b".b\n" * 90_000 + b")\n", "Python can't read the file"),
        (LONG.encode(), "a function has more than 20000 characters"),
        (b"x = '\xff'\n", "the file's encoding is not what it says"),
        (b"# coding: klingon\nx = f(1)\n", "the file's encoding is not what it says"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_mutated_is_named_with_the_reason(content: bytes, reason: str) -> None:
    files = {"pkg/a.py": content, "pkg/b.py": b"x = a + b\n"}
    found = make_mutants(files, {path: range(1, 100_000) for path in files})

    assert found.left_out == {"pkg/a.py": reason}
    assert [each.mutated for each in found.made] == ["x = a - b"]


def test_nested_code_is_mutated_or_left_out() -> None:
    ladder = "".join(f"{' ' * depth}if a{depth}:\n" for depth in range(95)) + " " * 95 + "pass\n"
    chain = "if a:\n    pass\n" + "elif a:\n    pass\n" * 300
    brackets = f"x = {'(' * 150}a + b{')' * 150}\n"

    for text in (ladder, chain, brackets):
        found = made(text)
        assert found.made or found.left_out


def test_no_more_is_read_than_can_be_read_soon() -> None:
    function = b"def f(a):\n" + (b"    g('" + b"x" * 1900 + b"')\n") * 9
    few = {f"pkg/{number}.py": function for number in range(20)}
    many = {f"pkg/{number}.py": function for number in range(60)}

    assert make_mutants(few, {path: [2] for path in few}) == Mutants((), {})
    large = {f"pkg/{number}.py": function * 20 for number in range(4)}

    for files in (many, large):
        assert set(make_mutants(files, {path: [2] for path in files}).left_out.values()) == {
            "there is more changed code than is looked at"
        }


# --- the same code, written differently -----------------------------------------------------


def test_rewritten_code_does_the_same_and_reads_differently() -> None:
    text = (
        '"""Words."""\n\nimport sys  # why not\n\n\n'
        'def f(a, *, b=2):\n    """Says."""\n    # so\n    return (a + b)\n\n\n'
        "class A:\n    async def g(self): return 'ä'\n"
    )

    assert rewritten(text.encode()).decode() == (
        '"""Words."""\nimport sys\n\n'
        'def f(a, *, b=2):\n    """Says."""\n    __name__\n    return a + b\n\n'
        "class A:\n\n    async def g(self):\n        __name__\n        return 'ä'\n"
    )


@pytest.mark.parametrize(
    "content",
    [b"def f(:\n", b"x = '\xff'", b"x = 1\0", b"x = (a\n" + b".b\n" * 90_000 + b")"],
)
def test_what_cannot_be_printed_gets_a_line_at_its_end(content: bytes) -> None:
    assert rewritten(content) == content + b"\n#\n"


def test_rewriting_understands_encodings() -> None:
    assert rewritten("# coding: latin-1\nx = 'ä'\n".encode("latin-1")) == "x = 'ä'\n".encode()


@pytest.mark.parametrize("path", sorted(SCORING.glob("*.py")), ids=lambda path: path.stem)
def test_real_code_can_be_rewritten(path: Path) -> None:
    once = rewritten(path.read_bytes())

    assert not once.endswith(b"\n#\n")
    assert b"# " not in once.replace(b"'# ", b"")
