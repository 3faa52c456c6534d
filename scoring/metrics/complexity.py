"""Complexity: how much of the starter's tangle the answer took out, summed over all source.

What is counted is cognitive complexity, by complexipy. It does not look into every corner
(keyword arguments, class bodies, guards, what stands behind its own marker), so it is given an
outline of the module in which whatever counts stands where it does look.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scoring import formula
from scoring.model import ComplexFunction, GradingKit, Measured, Measurement, NotMeasured
from scoring.parsing import parse
from scoring.rewriting import decoded
from scoring.terms import Excess
from scoring.trees import Tree, below, printable

# Up to here a function is simple enough.
THRESHOLD = 15
MODULE = "module level"

# Nobody reads what is nested deeper, and nobody has to recurse into it.
_DEEPEST = 50
_MOST_BYTES = 400_000
_MOST_NAMED = 50

_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_NOTHING = "_"


class UnreadableError(ValueError):
    """Some source can't be read, so that nobody knows how complex it is; says which and why."""


@dataclass(frozen=True)
class Complexity:
    """The component, and the functions above the threshold, the most complex ones first."""

    measured: Measurement
    functions: tuple[ComplexFunction, ...]


def measure(kit: GradingKit, submission: Tree) -> Complexity:
    """X = the share of the excess that is gone, of what the reference takes out."""
    locked = kit.baseline.excess
    if not kit.weights.get("complexity") or locked is None:
        return Complexity(NotMeasured("complexity is not part of this exercise's score"), ())
    try:
        functions = tangled(submission, kit.packages, apart_from=kit.starter)
    except UnreadableError as error:
        return Complexity(Measured(formula.ZERO, str(error)), ())
    if locked.starter <= locked.reference:
        return Complexity(NotMeasured("the reference is no simpler than the starter"), functions)
    left = excess(functions)
    value = formula.complexity(left, locked.starter, locked.reference)
    return Complexity(Measured(value, _reason(left, locked, functions)), functions[:_MOST_NAMED])


def excess(functions: Iterable[ComplexFunction]) -> int:
    """E = the sum over functions of what is above the threshold."""
    return sum(each.complexity - THRESHOLD for each in functions)


def tangled(
    tree: Tree, packages: Iterable[str], *, apart_from: Tree
) -> tuple[ComplexFunction, ...]:
    """The functions above the threshold, the most complex ones first.

    What a module does outside of functions counts as one. Raises UnreadableError for a file that
    is no Python, unless it is one of `apart_from` and unchanged.
    """
    found = []
    for path, content in sorted(below(tree, packages).items()):
        if not path.endswith(".py"):
            continue
        try:
            found += [each for each in _functions(path, content) if each.complexity > THRESHOLD]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if apart_from.get(path) != content:
                why = error.msg if isinstance(error, SyntaxError) else str(error)
                raise UnreadableError(
                    f"{printable(path)} can't be read: {why or 'too deep'}"
                ) from None
    return tuple(sorted(found, key=lambda each: (-each.complexity, each.path, each.line)))


def _reason(left: int, locked: Excess, functions: tuple[ComplexFunction, ...]) -> str:
    gone, wanted = locked.starter - left, locked.starter - locked.reference
    told = f"{gone} of {wanted} excess gone" if gone >= 0 else f"excess grew by {-gone}"
    return f"{told}; highest: {functions[0].name} {functions[0].complexity}" if functions else told


def _functions(path: str, content: bytes) -> Iterator[ComplexFunction]:
    """Every function with its complexity, the module itself among them."""
    # Only where this is measured: few exercises pay for the import.
    from complexipy import code_complexity

    if len(content) > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES // 1000} kB")
    outline = _Outline(parse(decoded(content)[0]))
    text = "\n".join(line for each in outline.functions for line in each.lines)
    counted = code_complexity(text + "\n", no_ignore=True, with_plans=False).functions
    for function, count in zip(outline.functions, counted, strict=True):
        yield ComplexFunction(printable(path), function.line, function.name, count.complexity)


# --- the outline ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Function:
    name: str
    line: int
    lines: tuple[str, ...]


class _Outline:
    """The functions of a module as text, reduced to what counts.

    Statements and expressions that don't count are gone; conditions, loops and the like stand by
    themselves, at the same depth. Functions inside of functions stay there. A `match` becomes one
    `if`, with an `elif` a guard: cases cost nothing, as in a table.
    """

    def __init__(self, module: ast.Module) -> None:
        self.functions: list[_Function] = []
        self._add(MODULE, 1, self._body(module.body, "", 1))

    def _add(self, name: str, line: int, body: list[str]) -> None:
        # The statement in front keeps it from being taken for a decorator, which is let off.
        self.functions.append(_Function(name, line, ("def f():", " 0", *body)))

    def _body(self, statements: list[ast.stmt], owner: str | None, depth: int) -> list[str]:
        """Lines for a block; `owner` is the class around it, None inside of functions."""
        if depth > _DEEPEST:
            raise ValueError(f"it is nested more than {_DEEPEST} deep")
        return [line for each in statements for line in self._statement(each, owner, depth)]

    def _block(
        self, head: str, statements: list[ast.stmt], owner: str | None, depth: int
    ) -> list[str]:
        space = " " * depth
        return [f"{space}{head}:", f"{space} 0", *self._body(statements, owner, depth + 1)]

    def _statement(self, node: ast.stmt, owner: str | None, depth: int) -> list[str]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return _alone(node, depth) + self._definition(node, owner, depth)
            case ast.ClassDef() | ast.With() | ast.AsyncWith():
                if isinstance(node, ast.ClassDef) and owner is not None:
                    owner = f"{owner}{node.name}."
                return _alone(node, depth) + self._body(node.body, owner, depth)
            case ast.If() | ast.Match():
                return self._branches(_clauses(node), owner, depth)
            case ast.For() | ast.AsyncFor() | ast.While():
                head = f"while {_together(_expressions(node))}"
                lines = self._block(head, node.body, owner, depth)
                return lines + self._body(node.orelse, owner, depth)
            case ast.Try() | ast.TryStar():
                return self._attempt(node, owner, depth)
        return _alone(node, depth)

    def _definition(self, node: _Definition, owner: str | None, depth: int) -> list[str]:
        if owner is None:
            return self._block("def f()", node.body, None, depth)
        self._add(f"{owner}{node.name}", node.lineno, self._body(node.body, None, 1))
        return []

    def _branches(
        self,
        clauses: Iterable[tuple[ast.expr | None, list[ast.stmt]]],
        owner: str | None,
        depth: int,
    ) -> list[str]:
        lines: list[str] = []
        for test, body in clauses:
            word = "elif" if lines else "if"
            head = "else" if test is None else f"{word} {_together([test])}"
            lines += self._block(head, body, owner, depth)
        return lines

    def _attempt(self, node: ast.Try | ast.TryStar, owner: str | None, depth: int) -> list[str]:
        """Only handlers count; the rest stands beside."""
        space = " " * depth
        lines = self._body(node.body, owner, depth)
        for handler in node.handlers:
            lines += _alone(handler, depth)
        if node.handlers:
            lines += [f"{space}try:", f"{space} 0"]
        for handler in node.handlers:
            lines += self._block("except E", handler.body, owner, depth)
        return lines + self._body([*node.orelse, *node.finalbody], owner, depth)


def _clauses(
    node: ast.If | ast.Match,
) -> Iterator[tuple[ast.expr | None, list[ast.stmt]]]:
    """The branches with their tests; None is that of an `else`."""
    if isinstance(node, ast.Match):
        yield node.subject, [each for case in node.cases if not case.guard for each in case.body]
        yield from ((case.guard, case.body) for case in node.cases if case.guard)
        return
    yield node.test, node.body
    while len(node.orelse) == 1 and isinstance(following := node.orelse[0], ast.If):
        node = following
        yield node.test, node.body
    if node.orelse:
        yield None, node.orelse


def _alone(node: ast.AST, depth: int) -> list[str]:
    """What counts in a statement's own expressions, as a statement."""
    counting = _counting(_expressions(node), 0)
    return [f"{' ' * depth}_ = {_joined(counting)}"] if counting else []


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions right below a node; those of statements inside of it are theirs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _expressions(child)


def _together(nodes: Iterable[ast.expr], depth: int = 0) -> str:
    return _joined(_counting(nodes, depth))


def _joined(texts: list[str]) -> str:
    return f"({', '.join(texts)}, _)" if texts else _NOTHING


def _counting(nodes: Iterable[ast.expr], depth: int) -> list[str]:
    """The outermost expressions that count, wherever they are: each with those inside of it."""
    if depth > _DEEPEST:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    found = []
    left = list(nodes)
    while left:
        node = left.pop()
        match node:
            case ast.BoolOp():
                found.append(_sequence(node, left, depth))
            case ast.IfExp():
                parts = (node.body, node.test, node.orelse)
                body, test, orelse = (_together([each], depth + 1) for each in parts)
                found.append(f"({body} if {test} else {orelse})")
            case ast.Lambda():
                left += _expressions(node.args)
                found.append(f"(lambda: {_together([node.body], depth + 1)})")
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                found.append(_comprehension(node, depth + 1))
            case _:
                left += _expressions(node)
    return found


def _sequence(node: ast.expr, others: list[ast.expr], depth: int) -> str:
    """A chain of `and` and `or`; what it connects is added to the others."""
    if depth > _DEEPEST:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    match node:
        case ast.BoolOp():
            word = " and " if isinstance(node.op, ast.And) else " or "
            return f"({word.join(_sequence(each, others, depth + 1) for each in node.values)})"
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp() | ast.UnaryOp()):
            return f"(not {_sequence(node.operand, others, depth + 1)})"
    others.append(node)
    return _NOTHING


def _comprehension(node: _Comprehension, depth: int) -> str:
    element = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    text = f"[{_together(element, depth)}"
    for each in node.generators:
        text += f" for _ in {_together([each.target, each.iter], depth)}"
        text += "".join(f" if {_together([test], depth)}" for test in each.ifs)
    return f"{text}]"
