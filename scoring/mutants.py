"""Mutants: a candidate's own source with one small mistake in a line that they changed.

The mistakes are cosmic-ray's operators; of that library nothing else is used. Everything happens
in memory: source text in, source text out. The same tree gives the same mutants on every machine,
and a change in one place leaves those of other places alone, because what is picked goes by the
hash of a line's text.

`scoring.spared` says what is left alone.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import itertools
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from scoring.parsing import is_other_code, parse
from scoring.rewriting import Unreadable, decoded
from scoring.spared import Position, Spared
from scoring.trees import Tree

MOST = 24
_A_LINE = 3
# Reading takes up to 3 s a megabyte. A function of `_UNIT_CHARS` has about 500 lines.
_FILE_BYTES = 400_000
_FILES_CHARS = 600_000
_UNIT_CHARS = 20_000
_READ_CHARS = 500_000
_LINE_CHARS = 2_000
_SHOWN_LINES = 8

# One mistake of each sort: a slip to the neighbour, or the opposite. Others of cosmic-ray's are
# noticed by running the line (every other sign for "+") or hang on a name that is not there.
_OPERATORS = (
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in (
            "Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv",
            "Pow_Mul", "LShift_RShift", "RShift_LShift", "BitAnd_BitOr", "BitOr_BitAnd",
            "BitXor_BitAnd",
        )
    ),
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE",
            "GtE_Gt", "GtE_Lt", "Is_IsNot", "IsNot_Is",
        )
    ),
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_Delete_Not",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "ZeroIterationForLoop",
)  # fmt: skip
# Of parso's tree only these can be mutated; the operators need not be asked about others.
_NODES = {
    "operator", "keyword", "number", "comparison", "factor", "not_test",
    "if_stmt", "while_stmt", "for_stmt", "test",
}  # fmt: skip
# An operator elsewhere is a star or a bar of the syntax, which cosmic-ray takes for arithmetic.
_ARITHMETIC = {"arith_expr", "term", "power", "expr", "xor_expr", "and_expr", "shift_expr"}


@dataclass(frozen=True)
class Mutant:
    """A file with one mistake in it: `content` is its new text.

    `line` is where the mistake is, `statement` the first line of the statement around it.
    `original` and `mutated` are the lines that differ, without their common indentation.
    """

    path: str
    line: int
    statement: int
    original: str
    mutated: str
    content: bytes


@dataclass(frozen=True)
class Mutants:
    """What was made, by path and line; and why a file, or a part of it, was left out."""

    made: tuple[Mutant, ...]
    left_out: Mapping[str, str]


def make_mutants(source: Tree, changed: Mapping[str, Iterable[int]], most: int = MOST) -> Mutants:
    """At most `most` mutants of the `changed` lines (numbers by path), spread over them evenly.

    A line gets a second one when every line has had its first. Nothing that a file holds raises.
    """
    files, units = _Budget(_FILES_CHARS), _Budget(_READ_CHARS)
    left_out: dict[str, str] = {}
    queue: list[tuple[bytes, str, Iterator[Mutant]]] = []
    with warnings.catch_warnings():
        # Of the candidate's code, not of ours: `compile` tells about odd escapes.
        warnings.simplefilter("ignore")
        for path in sorted(changed):
            try:
                module = _Module(path, source[path], frozenset(changed[path]), files, units)
            except Unreadable as problem:
                left_out[path] = str(problem)
                continue
            queue += ((key, path, module.mutants(line)) for key, line in module.order())
        queue.sort(key=lambda each: each[:1])
        made: dict[tuple[str, bytes], Mutant] = {}
        for _ in range(_A_LINE):
            waiting, queue = queue, []
            for key, path, mutants in waiting:
                if len(made) == most:
                    break
                try:
                    mutant = next(mutants, None)
                except Unreadable as problem:
                    left_out.setdefault(path, str(problem))
                    continue
                if mutant is not None:
                    made.setdefault((path, mutant.content), mutant)
                    queue.append((key, path, mutants))
    ordered = sorted(made.values(), key=lambda each: (each.path, each.line, each.mutated))
    return Mutants(tuple(ordered), left_out)


class _Budget:
    """How many characters may still be read; the same on every machine, as time is not."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def take(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise Unreadable("there is more changed code than is looked at")


@dataclass(frozen=True)
class _Candidate:
    """A mutation that an operator offers: of the node with this ordinal, at this place."""

    operator: str
    index: int
    ordinal: int
    start: Position
    end: Position


class _Module:
    """A file, cut into units: its functions, methods and other statements that are no class."""

    def __init__(
        self, path: str, content: bytes, changed: frozenset[int], files: _Budget, units: _Budget
    ) -> None:
        self._path = path
        if len(content) > _FILE_BYTES:
            raise Unreadable(f"the file has more than {_FILE_BYTES} bytes")
        text, self._encoding = decoded(content)
        files.take(text)
        self._lines = list(io.StringIO(text, newline=""))
        if max(map(len, self._lines), default=0) > _LINE_CHARS:
            raise Unreadable(f"a line has more than {_LINE_CHARS} characters")
        try:
            tree = parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Unreadable("Python can't read the file") from None
        self._units = {
            line: unit
            for unit in _units(tree.body, self._lines, changed, units)
            for line in unit.changed
        }

    def order(self) -> Iterator[tuple[bytes, int]]:
        """The changed lines with their keys: hashes of their texts, told apart by occurrence."""
        seen: Counter[str] = Counter()
        for line in sorted(self._units):
            text = self._lines[line - 1].strip()
            seen[text] += 1
            yield _hash(self._path, text, seen[text]), line

    def mutants(self, line: int) -> Iterator[Mutant]:
        """The mutants of one line, as they are asked for. Raises Unreadable."""
        unit = self._units[line]
        taken: set[tuple[Position, Position]] = set()
        for candidate in unit.candidates_on(line):
            place = (candidate.start, candidate.end)
            text = None if place in taken else unit.mutated(candidate)
            if text is None:
                continue
            lines = list(io.StringIO(text, newline=""))
            shown = _difference(unit.lines, lines)
            if shown is None:
                continue
            taken.add(place)
            before = self._lines[: unit.first - 1]
            after = self._lines[unit.first - 1 + len(unit.lines) :]
            yield Mutant(
                path=self._path,
                line=unit.first + shown[0],
                statement=unit.statement_at(line),
                original=shown[1],
                mutated=shown[2],
                content="".join([*before, *lines, *after]).encode(self._encoding),
            )


@dataclass
class _Unit:
    """Consecutive lines of a file that can be read by themselves; small, so reading is cheap."""

    first: int
    lines: list[str]
    nodes: list[ast.stmt]
    changed: tuple[int, ...]
    budget: _Budget

    def __post_init__(self) -> None:
        # What is indented needs something to stand under.
        self._head = "if 1:\n" if self.lines[0][:1] in {" ", "\t", "\f"} else ""
        self._text = "".join(self.lines)

    def statement_at(self, line: int) -> int:
        """Where the innermost statement around a line begins."""
        starts = (
            node.lineno
            for top in self.nodes
            for node in ast.walk(top)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        )
        return max(starts, default=line)

    def candidates_on(self, line: int) -> list[_Candidate]:
        """What can be done to a line, in an order that goes by the hash of its text."""
        text = self.lines[line - self.first]

        def key(each: _Candidate) -> bytes:
            return _hash(text, text[each.start[1] :], each.operator, each.index)

        return sorted(self._candidates.get(line, ()), key=key)

    @cached_property
    def _candidates(self) -> Mapping[int, list[_Candidate]]:
        if len(self._text) > _UNIT_CHARS:
            raise Unreadable(f"a function has more than {_UNIT_CHARS} characters")
        spared = Spared(self.nodes, self.lines, self.first)
        found: dict[int, list[_Candidate]] = {}
        for ordinal, node in enumerate(self._tree):
            if node.type not in _NODES or not _is_meant(node):
                continue
            for name, operator in _operators().items():
                try:
                    places = list(operator.mutation_positions(node))
                except Exception:  # noqa: BLE001 - an operator that a strange tree confuses
                    places = []
                for index, (start, end) in enumerate(places):
                    start, end = self._place(start), self._place(end)  # noqa: PLW2901
                    if start[0] in self.changed and not spared.covers(start, name):
                        candidate = _Candidate(name, index, ordinal, start, end)
                        found.setdefault(start[0], []).append(candidate)
        return found

    def mutated(self, candidate: _Candidate) -> str | None:
        """The unit's text with the mistake in it; None where that is no Python, or no mistake."""
        self.budget.take(self._text)
        node, operator = self._tree[candidate.ordinal], _operators()[candidate.operator]
        try:
            with _mutation(operator, node, candidate.index):
                text = str(self._tree[0].get_code())
            is_other = is_other_code(text, self._dump)
        except (RecursionError, MemoryError):
            raise Unreadable("the code is nested too deeply") from None
        except Exception:  # noqa: BLE001 - no Python, or an operator that a strange tree confuses
            return None
        return text.removeprefix(self._head) if is_other else None

    @cached_property
    def _dump(self) -> str:
        return ast.dump(parse(self._head + self._text))

    @cached_property
    def _tree(self) -> list[Any]:
        """parso's nodes of the unit, the root first."""
        from cosmic_ray.ast import ast_nodes, get_ast

        self.budget.take(self._text)
        try:
            return list(ast_nodes(get_ast(self._head + self._text)))
        except Exception:  # noqa: BLE001 - parso on what only Python can read
            raise Unreadable("the mutation library can't read the code") from None

    def _place(self, position: Position) -> Position:
        """A position in the unit's tree as one in the file."""
        line, column = position
        return line + self.first - 1 - bool(self._head), column


def _units(
    body: list[ast.stmt], lines: list[str], changed: frozenset[int], budget: _Budget
) -> Iterator[_Unit]:
    """The units that have changed lines. Statements that share a line share a unit."""
    groups: list[tuple[int, int, list[ast.stmt]]] = []
    for node in _outside_classes(body):
        start, stop = node.lineno, node.end_lineno or node.lineno
        if groups and start <= groups[-1][1]:
            first, last, nodes = groups.pop()
            groups.append((first, max(last, stop), [*nodes, node]))
        else:
            groups.append((start, stop, [node]))
    for start, stop, nodes in groups:
        touched = tuple(line for line in range(start, stop + 1) if line in changed)
        if touched:
            yield _Unit(start, lines[start - 1 : stop], nodes, touched, budget)


def _outside_classes(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.body[0].lineno > node.lineno:
            yield from _outside_classes(node.body)
        else:
            yield node


@cache
def _operators() -> Mapping[str, Any]:
    from cosmic_ray.operators.provider import OperatorProvider

    provider = OperatorProvider()
    return {name: provider[name]() for name in _OPERATORS}


def _is_meant(node: Any) -> bool:
    """Whether an operator that takes this node would not misread it, or repeat another's work."""
    if node.type == "operator":
        return node.parent is not None and node.parent.type in _ARITHMETIC
    if node.type in {"if_stmt", "while_stmt", "test"}:
        condition = node.children[2 if node.type == "test" else 1]
        return condition.type not in {"comparison", "not_test"}
    return True


@contextlib.contextmanager
def _mutation(operator: Any, node: Any, index: int) -> Iterator[None]:
    """A node mutated in its tree, for as long as the context lasts: reading a tree is dear."""
    children = getattr(node, "children", [])
    touched = [node, node.parent, *children, *(child.get_first_leaf() for child in children)]
    saved = [
        (each, name, list(value) if name == "children" else value)
        for each in touched
        for name in ("value", "prefix", "children")
        if (value := getattr(each, name, None)) is not None
    ]
    try:
        new = operator.mutate(node, index)
        if new is not node:
            new.value, new.prefix = new.value.strip(), node.prefix
            siblings = node.parent.children
            siblings[siblings.index(node)] = new
        elif node.type in {"factor", "not_test"}:
            # What follows a sign that is gone moves up.
            node.children[1].get_first_leaf().prefix = ""
        yield
    finally:
        for each, name, value in saved:
            setattr(each, name, value)


def _difference(before: list[str], after: list[str]) -> tuple[int, str, str] | None:
    """How many lines the two share at first, and those that differ; None for too many."""
    head = _shared(before, after)
    shortest = min(len(before), len(after)) - head
    tail = min(_shared(before[::-1], after[::-1]), shortest)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if max(len(old), len(new)) > _SHOWN_LINES:
        return None
    return head, textwrap.dedent("".join(old)).rstrip(), textwrap.dedent("".join(new)).rstrip()


def _shared(one: list[str], other: list[str]) -> int:
    pairs = zip(one, other, strict=False)
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _hash(*parts: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).digest()
