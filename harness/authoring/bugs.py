"""Bugs as people make them, in a project's own source: text edits, everything around them kept.

A bug is a few lines in the place of others. Where it may be made is told by the syntax tree; what
is written there, by the text.
"""

from __future__ import annotations

import ast
import io
import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from scoring.mutants import make_mutants
from scoring.parsing import parse
from scoring.rewriting import Unreadable, decoded
from scoring.trees import Tree

# A span of bytes in a file, and what stands there instead.
Edit = tuple[int, int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef

_MOST_BYTES = 400_000
_MUTANTS = 120

_COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
}
_EXCEPTIONS = {
    "ValueError": "TypeError", "TypeError": "ValueError", "KeyError": "IndexError",
    "IndexError": "KeyError", "AttributeError": "LookupError", "LookupError": "AttributeError",
    "RuntimeError": "ValueError", "NotImplementedError": "RuntimeError", "OSError": "ValueError",
    "OverflowError": "ValueError", "ZeroDivisionError": "ValueError", "StopIteration": "ValueError",
}  # fmt: skip
_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_METHODS = {
    "lstrip": "rstrip", "rstrip": "lstrip", "startswith": "endswith", "endswith": "startswith",
    "append": "appendleft", "appendleft": "append", "find": "rfind", "rfind": "find",
    "index": "rindex", "rindex": "index", "split": "rsplit", "rsplit": "split", "floor": "ceil",
    "ceil": "floor", "lower": "upper", "upper": "lower", "partition": "rpartition",
    "rpartition": "partition", "popleft": "pop", "keys": "values", "union": "intersection",
    "intersection": "union", "bisect_left": "bisect_right", "bisect_right": "bisect_left",
}  # fmt: skip
_CHANGES = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "move_to_end", "pop",
    "popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update",
}  # fmt: skip
# Their arguments are of different sorts: nobody would swap them without noticing at once.
_SORTED_ARGUMENTS = {"isinstance", "issubclass", "getattr", "setattr", "hasattr", "super", "type"}
_COPIES = {"list", "dict", "set", "sorted", "copy", "deepcopy"}


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
    with warnings.catch_warnings():
        # Of the project's code, not of ours: `compile` tells about odd escapes.
        warnings.simplefilter("ignore")
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
        self._text, _ = decoded(content)
        self._raw = self._text.encode()
        self._lines = _lines(self._text)
        self._tree = parse(self._text)
        self._dump = ast.dump(self._tree)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line.encode()))
        self._functions = list(_functions(self._tree.body, ""))

    def bugs(self, lines: Collection[int]) -> Iterator[Bug]:
        """The bugs that begin on one of these lines."""
        seen = set()
        for name, function in self._functions:
            if function.name in {"__repr__", "__str__", "__del__"}:
                continue
            for kind, line, (start, end, instead) in self._edits(function):
                raw = self._raw[:start] + instead.encode() + self._raw[end:]
                if line not in lines or raw in seen:
                    continue
                seen.add(raw)
                if bug := self.bug(kind, line, raw.decode(), name):
                    yield bug

    def bug(self, kind: str, line: int, text: str, function: str = "") -> Bug | None:
        """The bug that makes the module read `text`; None where that is no Python, or no bug."""
        try:
            if ast.dump(parse(text)) == self._dump:
                return None
            compile(text, self._path, "exec", dont_inherit=True)
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

    # --- what can be done where ---

    def _edits(self, function: Function) -> Iterator[tuple[str, int, Edit]]:
        for default in (*function.args.defaults, *function.args.kw_defaults):
            if isinstance(default, ast.Constant):
                yield from self._named("wrong default", default, self._other_constant(default))
        for node in _walk(function):
            yield from self._named("dropped guard", node, self._guard(node))
            yield from self._named("lost update", node, self._update(node, function))
            match node:
                case ast.Compare():
                    yield from self._named("swapped comparison", node, self._comparison(node))
                case ast.BinOp() | ast.Slice():
                    yield from self._named("off by one", node, self._step(node))
                case ast.BoolOp():
                    yield from self._named("dropped condition", node, self._condition(node))
                case ast.Raise() | ast.ExceptHandler():
                    yield from self._named("wrong exception", node, self._exception(node))
                case ast.Call():
                    yield from self._named("swapped arguments", node, self._swapped(node))
                    yield from self._named("wrong default", node, self._fallback(node))
                    yield from self._named("wrong function", node, self._other_function(node))
                    yield from self._named("lost copy", node, self._copy(node))
                case ast.UnaryOp(op=ast.Not()):
                    text = self._of(node.operand)
                    yield from self._named("turned condition", node, [(*self._span(node), text)])

    def _named(
        self, kind: str, node: ast.AST, edits: Iterable[Edit]
    ) -> Iterator[tuple[str, int, Edit]]:
        line = getattr(node, "lineno", 0)
        for edit in edits:
            yield kind, line or self._raw[: edit[0]].count(b"\n") + 1, edit

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return start, end

    def _of(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._raw[start:end].decode()

    def _between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Edit]:
        """`old` between two nodes replaced by `new`, where nothing but brackets is beside it."""
        start, end = self._span(left)[1], self._span(right)[0]
        between = self._raw[start:end].decode()
        if re.fullmatch(rf"[\s()\\]*{re.escape(old)}[\s()\\]*", between):
            yield start, end, between.replace(old, new)

    def _whole_lines(self, node: ast.stmt) -> Iterator[Edit]:
        """A statement cut out, where its lines are its own."""
        first, last = node.lineno, node.end_lineno or node.lineno
        start, end = self._span(node)
        before = self._raw[self._starts[first - 1] : start]
        after = self._raw[end : self._starts[last]].strip()
        if not before.strip() and (not after or after.startswith(b"#")):
            yield self._starts[first - 1], self._starts[last], ""

    def _comparison(self, node: ast.Compare) -> Iterator[Edit]:
        for (left, right), operator in zip(
            pairwise([node.left, *node.comparators]), node.ops, strict=True
        ):
            if type(operator) in _COMPARISONS:
                yield from self._between(left, right, *_COMPARISONS[type(operator)])

    def _step(self, node: ast.BinOp | ast.Slice) -> Iterator[Edit]:
        if isinstance(node, ast.Slice):
            for bound in (node.lower, node.upper):
                if isinstance(bound, ast.Constant) and type(bound.value) is int:
                    yield *self._span(bound), str(bound.value + 1)
        elif isinstance(node.op, ast.Add | ast.Sub) and _is_one(node.right):
            yield self._span(node.left)[1], self._span(node)[1], ""

    def _condition(self, node: ast.BoolOp) -> Iterator[Edit]:
        start, _ = self._span(node)
        for left, right in pairwise(node.values):
            if isinstance(node.op, ast.And):
                yield self._span(left)[1], self._span(right)[1], ""
        yield start, self._span(node.values[1])[0], ""
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        if len(node.values) == 2:
            yield from self._between(node.values[0], node.values[1], old, new)

    def _guard(self, node: ast.AST) -> Iterator[Edit]:
        """`if ...: raise`, `return` or `continue` gone, where something follows."""
        for statement, alone in _statements(node):
            if isinstance(statement, ast.If) and not statement.orelse and not alone:
                body = statement.body
                leaves = isinstance(body[0], ast.Raise | ast.Return | ast.Continue | ast.Break)
                if len(body) == 1 and leaves:
                    yield from self._whole_lines(statement)

    def _update(self, node: ast.AST, function: Function) -> Iterator[Edit]:
        if function.name in {"__init__", "__new__"}:
            return
        for statement, alone in _statements(node):
            if not alone and _changes_state(statement):
                yield from self._whole_lines(statement)

    def _exception(self, node: ast.Raise | ast.ExceptHandler) -> Iterator[Edit]:
        if isinstance(node, ast.ExceptHandler):
            if isinstance(node.type, ast.Tuple) and len(node.type.elts) > 1:
                for each in node.type.elts:
                    yield *self._span(node.type), self._of(each)
            return
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if isinstance(raised, ast.Name) and raised.id in _EXCEPTIONS:
            yield *self._span(raised), _EXCEPTIONS[raised.id]

    def _swapped(self, node: ast.Call) -> Iterator[Edit]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _SORTED_ARGUMENTS or name in _EXCEPTIONS:
            return
        for left, right in pairwise(node.args):
            plain = all(isinstance(each, ast.Name | ast.Attribute) for each in (left, right))
            one, other = self._of(left), self._of(right)
            if plain and one != other and not {one, other} & {"self", "cls"}:
                start, end = self._span(left)[0], self._span(right)[1]
                middle = self._raw[self._span(left)[1] : self._span(right)[0]].decode()
                yield start, end, other + middle + one

    def _fallback(self, node: ast.Call) -> Iterator[Edit]:
        """What `get`, `pop` or `getattr` give where there is nothing; True or False by name."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in {"get", "pop", "setdefault"} and len(node.args) == 2:
            default = node.args[1]
            if isinstance(default, ast.Constant):
                yield from self._other_constant(default)
                if method == "pop":
                    yield self._span(node.args[0])[1], self._span(default)[1], ""
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
                yield from self._other_constant(keyword.value)

    def _other_constant(self, node: ast.Constant) -> Iterator[Edit]:
        if isinstance(node.value, bool):
            yield *self._span(node), str(not node.value)
        elif type(node.value) is int:
            yield *self._span(node), str(node.value + 1)

    def _other_function(self, node: ast.Call) -> Iterator[Edit]:
        function = node.func
        if isinstance(function, ast.Name) and function.id in _FUNCTIONS:
            yield *self._span(function), _FUNCTIONS[function.id]
        elif isinstance(function, ast.Attribute) and function.attr in _METHODS:
            end = self._span(function)[1]
            yield end - len(function.attr.encode()), end, _METHODS[function.attr]

    def _copy(self, node: ast.Call) -> Iterator[Edit]:
        function = node.func
        name = getattr(function, "id", getattr(function, "attr", ""))
        if isinstance(function, ast.Attribute) and name == "copy" and not node.args:
            yield *self._span(node), self._of(function.value)
        elif name in _COPIES and len(node.args) == 1:
            argument = node.args[0]
            if isinstance(argument, ast.Name | ast.Attribute):
                text = self._of(argument)
                yield *self._span(node), f"list({text})" if name == "sorted" else text


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


def _walk(function: Function) -> Iterator[ast.AST]:
    """What runs in a function: without annotations, decorators, assertions and messages."""
    waiting: list[ast.AST] = list(reversed(function.body))
    yield ast.Module(function.body, [])
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assert):
            continue
        yield node
        if isinstance(node, ast.Raise):
            continue
        if isinstance(node, Function):
            waiting += reversed(node.body)
        elif isinstance(node, ast.AnnAssign):
            waiting += [node.value] if node.value else []
        else:
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _statements(node: ast.AST) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a node's blocks, and whether there is none beside it."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            real = [each for each in block if not _is_text(each)]
            for statement in real:
                yield statement, len(real) == 1


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes_state(node: ast.stmt) -> bool:
    """Whether a statement changes an object rather than naming a value."""
    match node:
        case ast.Assign(targets=targets):
            return all(isinstance(each, ast.Attribute | ast.Subscript) for each in targets)
        case ast.AugAssign() | ast.Delete():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name in _CHANGES
    return False


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 1
