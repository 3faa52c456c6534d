"""Bugs as people make them, in a project's own source: text edits, everything around them kept.

A bug is a few lines in the place of others. Where it may be made is told by the syntax tree; what
is written there, by the text.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.authoring.slips import Function, Slips
from scoring.mutants import make_mutants
from scoring.parsing import is_other_code, parse
from scoring.rewriting import Unreadable, decoded
from scoring.trees import Tree

_MOST_BYTES = 400_000
_MUTANTS = 120


@dataclass(frozen=True)
class Bug:
    """Lines `first` to `last` of a file (from 1; none if `last` < `first`) replaced by `lines`.

    `function` is the qualified name of the function around it, `kind` what sort of slip it is.
    """

    path: str
    kind: str
    function: str
    first: int
    last: int
    lines: tuple[str, ...]

    def overlaps(self, other: Bug) -> bool:
        """Whether the two touch the same function, so that one may hide the other."""
        return (self.path, self.function) == (other.path, other.function)


def apply(bugs: Iterable[Bug], tree: Tree) -> dict[str, bytes]:
    """The files with the bugs in them; bugs of different functions don't overlap."""
    files: dict[str, bytes] = {}
    by_path: dict[str, list[Bug]] = {}
    for bug in bugs:
        by_path.setdefault(bug.path, []).append(bug)
    for path, theirs in by_path.items():
        text, encoding = decoded(tree[path])
        lines = _lines(text)
        for bug in sorted(theirs, key=lambda each: -each.first):
            lines[bug.first - 1 : bug.last] = bug.lines
        files[path] = "".join(lines).encode(encoding)
    return files


def possible_bugs(tree: Tree, lines: Mapping[str, Collection[int]]) -> list[Bug]:
    """All bugs that could be made in those lines of a tree's files, in the order of the text."""
    bugs: list[Bug] = []
    for path in sorted(lines):
        try:
            bugs += _Source(path, tree[path]).bugs(frozenset(lines[path]))
        except (Unreadable, SyntaxError, ValueError, RecursionError):
            continue
    return bugs


def mutant_bugs(tree: Tree, lines: Mapping[str, Collection[int]]) -> list[Bug]:
    """Mutants of those lines as bugs: plainer mistakes, for where the others don't suffice."""
    bugs = []
    for mutant in make_mutants(tree, lines, most=_MUTANTS).made:
        source = _Source(mutant.path, tree[mutant.path])
        text, _ = decoded(mutant.content)
        if bug := source.bug("mutant", mutant.line, text):
            bugs.append(bug)
    return bugs


class _Source:
    """A module's text with its tree."""

    def __init__(self, path: str, content: bytes) -> None:
        if len(content) > _MOST_BYTES:
            raise Unreadable(f"{path} has more than {_MOST_BYTES} bytes")
        self._path = path
        text, _ = decoded(content)
        self._lines = _lines(text)
        self._slips = Slips(self._lines)
        tree = parse(text)
        self._dump = ast.dump(tree)
        self._functions = list(_functions(tree.body, ""))

    def bugs(self, lines: Collection[int]) -> Iterator[Bug]:
        """The bugs that begin on one of these lines."""
        seen = set()
        for name, function in self._functions:
            if function.name in {"__repr__", "__str__", "__del__"}:
                continue
            for kind, line, edit in self._slips.of(function):
                text = self._slips.text_with(edit)
                if line not in lines or text in seen:
                    continue
                seen.add(text)
                if bug := self.bug(kind, line, text, name):
                    yield bug

    def bug(self, kind: str, line: int, text: str, function: str = "") -> Bug | None:
        """The bug that makes the module read `text`; None where that is no Python, or no bug."""
        try:
            if not is_other_code(text, self._dump):
                return None
        except (SyntaxError, ValueError, RecursionError):
            return None
        new = _lines(text)
        shortest = min(len(new), len(self._lines))
        before = next((n for n in range(shortest) if new[n] != self._lines[n]), shortest)
        rest = shortest - before
        after = next((n for n in range(rest) if new[-1 - n] != self._lines[-1 - n]), rest)
        return Bug(
            path=self._path,
            kind=kind,
            function=function or self._function_at(line),
            first=before + 1,
            last=len(self._lines) - after,
            lines=tuple(new[before : len(new) - after]),
        )

    def _function_at(self, line: int) -> str:
        names = (
            name for name, each in self._functions if each.lineno <= line <= (each.end_lineno or 0)
        )
        return next(names, f"line {line}")


def _lines(text: str) -> list[str]:
    """Lines as Python counts them: nothing but a line end ends one."""
    return list(io.StringIO(text, newline=""))


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
    """The functions and methods of a module; those inside of functions belong to these."""
    for node in body:
        if any("overload" in ast.dump(each) for each in getattr(node, "decorator_list", ())):
            continue
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, Function):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.If | ast.Try):
            yield from _functions([*node.body, *node.orelse], prefix)
