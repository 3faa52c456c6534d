"""Equality that a submission has no say in, where plain data is expected.

An object that is equal to everything passes every test that compares with `==`. In the author's
tests, comparing something plain (a number, a text, a list of these) with an object whose class
brings an `__eq__` of the submission's own is therefore never true. Objects of one class are
compared as ever: whether such a class is honest is for canaries to find out.
"""

from __future__ import annotations

import ast
from types import FunctionType, WrapperDescriptorType
from typing import Any

from scoring.inside.recorder import Tell

# Can't be written in source, so no test has a name like it.
NAME = "@same"

_PLAIN = frozenset(
    {bool, bytearray, bytes, complex, dict, float, frozenset, int, list, set, str, tuple}
    | {type(None)}
)
# Of two of these nothing inside needs a look.
_ATOMS = frozenset({bool, bytes, complex, float, int, str, type(None)})
# Not by way of the class, which could answer as it likes.
_MRO: Any = type.__dict__["__mro__"].__get__
_DICT: Any = type.__dict__["__dict__"].__get__


class Equality:
    """`same` is `==` for honest operands; `root` is the folder below which nobody is trusted."""

    def __init__(self, root: str, packages: list[str], vouch: Tell) -> None:
        self._foreign = (*(f"{root}/{package}" for package in packages), "<")
        self._vouch = vouch
        self._told: set[str] = set()

    def same(self, left: Any, right: Any) -> Any:
        kind: type = type(left)
        if (kind is type(right) and kind in _ATOMS) or self._is_honest(left, right):
            return left == right
        names = " == ".join(type(each).__qualname__ for each in (left, right))
        if names not in self._told and left == right:
            self._told.add(names)
            self._vouch("claimed", what=names)
        return False

    def contains(self, one: Any, many: Any) -> Any:
        if type(many) in {list, tuple}:
            return any(one is each or self.same(one, each) for each in many)
        return one in many

    def pair(self, left: Any, right: Any) -> tuple[Any, Any]:
        """Both, for somebody else to compare, if that can be left to them."""
        if not self._is_honest(left, right) and not self.same(left, right):
            raise AssertionError(f"{type(left).__name__} is not {type(right).__name__}")
        return left, right

    def _is_honest(self, left: Any, right: Any) -> bool:
        kind: type = type(left)
        other: type = type(right)
        if kind is other:
            if kind in {list, tuple}:
                return all(map(self._is_honest, left, right))
            if kind is dict:
                return all(self._is_honest(left[key], right[key]) for key in left if key in right)
            return True
        is_plain = kind in _PLAIN or other in _PLAIN
        return not (is_plain and (self._is_foreign(kind) or self._is_foreign(other)))

    def _is_foreign(self, kind: type) -> bool:
        """Whether instances are compared by a function of the submission's."""
        for base in _MRO(kind):
            compare = _DICT(base).get("__eq__")
            if isinstance(compare, FunctionType):
                return compare.__code__.co_filename.startswith(self._foreign)
            if compare is not None:
                # Classes made in C compare by one of these; anything else was put there.
                return not isinstance(compare, WrapperDescriptorType)
        return False


class UseEquality(ast.NodeTransformer):
    """Has `==`, `!=`, `in`, `not in` and `assertEqual` ask `Equality`, where they compare two
    values."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function, values = node.func, node.args[:2]
        is_method = isinstance(function, ast.Attribute) and function.attr == "assertEqual"
        if not is_method or len(values) < 2 or any(isinstance(v, ast.Starred) for v in values):
            return node
        pair = ast.Attribute(ast.Name(NAME, ast.Load()), "pair", ast.Load())
        node.args[:2] = [ast.Starred(ast.Call(pair, values, []), ast.Load())]
        return ast.fix_missing_locations(node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if len(node.ops) != 1:
            return node
        if isinstance(node.ops[0], ast.Eq | ast.NotEq):
            method = "same"
        elif isinstance(node.ops[0], ast.In | ast.NotIn):
            method = "contains"
        else:
            return node
        name = ast.Name(NAME, ast.Load())
        function = ast.Attribute(name, method, ast.Load())
        call: ast.expr = ast.Call(function, [node.left, node.comparators[0]], [])
        if isinstance(node.ops[0], ast.NotEq | ast.NotIn):
            call = ast.UnaryOp(ast.Not(), call)
        return ast.fix_missing_locations(ast.copy_location(call, node))
