"""Slips that people make, found in a syntax tree: spans of bytes, and what stands there instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

# A span of bytes in a file, and what stands there instead.
Edit = tuple[int, int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef

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


class Slips:
    """The slips that could be made in the functions of a text, which is given in lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        parts = [line.encode() for line in lines]
        self._raw = b"".join(parts)
        self._starts = [0, *accumulate(map(len, parts))]

    def text_with(self, edit: Edit) -> str:
        """The whole text with an edit made."""
        start, end, instead = edit
        return (self._raw[:start] + instead.encode() + self._raw[end:]).decode()

    def of(self, function: Function) -> Iterator[tuple[str, int, Edit]]:
        """The slips in a function: what sort each is of, its line, and the edit."""
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
