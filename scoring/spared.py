"""The places of a source that no test could be asked to notice, so that no mutant is made there.

Annotations, decorators, assertions, what is raised, logged or warned, `__repr__`, names of the
module itself (`__all__`), conditions on who runs it and where. What is a setting is left alone as
well: constants at the level of a module or class, and numbers there and in defaults.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

# A line, counted from 1, and a column.
Position = tuple[int, int]

_LOG_METHODS = {
    "critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning",
}  # fmt: skip
_CONSTANT = (
    ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context,
    ast.List, ast.Tuple, ast.Set, ast.Dict,
)  # fmt: skip
_PLATFORM = {"implementation", "platform", "version_info"}


class Spared:
    """Tells of a place in some statements whether it is to be left alone.

    `lines` are the lines they stand on, of which the first has the number `first`.
    """

    def __init__(self, nodes: Iterable[ast.stmt], lines: list[str], first: int) -> None:
        self._lines = lines
        self._first = first
        self._spans: list[tuple[Position, Position]] = []
        self._settings: list[tuple[Position, Position]] = []
        for top in nodes:
            if isinstance(top, ast.Assign | ast.AnnAssign) and top.value is not None:
                constant = all(isinstance(node, _CONSTANT) for node in ast.walk(top.value))
                self._add(self._spans if constant else self._settings, top)
            for node in ast.walk(top):
                self._visit(node)

    def covers(self, start: Position, operator: str) -> bool:
        """Whether `start` (line and characters into it) is out of bounds for an operator."""
        line, column = start
        # ast counts bytes, parso characters.
        place = (line, len(self._lines[line - self._first][:column].encode()))
        spans = [*self._spans, *(self._settings if operator == "NumberReplacer" else ())]
        return any(begin <= place < end for begin, end in spans)

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Raise() | ast.Assert():
                self._add(self._spans, node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if node.name == "__repr__":
                    self._add(self._spans, node)
                self._add(self._spans, node.returns, *node.decorator_list)
            case ast.ClassDef():
                keywords = (keyword.value for keyword in node.keywords)
                self._add(self._spans, *node.decorator_list, *node.bases, *keywords)
            case ast.arguments():
                self._add(self._settings, *node.defaults, *node.kw_defaults)
            case ast.arg() | ast.AnnAssign():
                self._add(self._spans, node.annotation)
            case ast.Assign() if any(map(_is_dunder, node.targets)):
                self._add(self._spans, node)
            case ast.If() if _is_about_the_surroundings(node.test):
                self._add(self._spans, node)
            case ast.Call() if _is_log(node.func):
                self._add(self._spans, node)

    def _add(
        self, spans: list[tuple[Position, Position]], *nodes: ast.stmt | ast.expr | None
    ) -> None:
        for node in nodes:
            if node is not None:
                end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
                spans.append(((node.lineno, node.col_offset), end))


def _is_dunder(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.startswith("__")


def _is_about_the_surroundings(test: ast.expr) -> bool:
    """Whether a condition asks who runs the module, or on what."""
    names = {each.id for each in ast.walk(test) if isinstance(each, ast.Name)}
    attributes = {each.attr for each in ast.walk(test) if isinstance(each, ast.Attribute)}
    return bool({"__name__", "TYPE_CHECKING"} & {*names, *attributes} or _PLATFORM & attributes)


def _is_log(function: ast.expr) -> bool:
    """`log.debug`, `self._logger.info`, `warnings.warn` and the like."""
    if not isinstance(function, ast.Attribute) or function.attr not in _LOG_METHODS:
        return False
    owner = function.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return "log" in name.lower() or name == "warnings"
