"""What must stay as it was: functions and classes that decide over outcomes, and imports."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from operator import is_, itemgetter
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

_FRAMEWORK = (
    "_pytest._code.code",
    "_pytest.assertion.rewrite",
    "_pytest.fixtures",
    "_pytest.main",
    "_pytest.nodes",
    "_pytest.outcomes",
    "_pytest.python",
    "_pytest.python_api",
    "_pytest.raises",
    "_pytest.reports",
    "_pytest.runner",
    "_pytest.skipping",
    "_pytest.unittest",
    "pluggy._callers",
    "pluggy._hooks",
    "pluggy._manager",
    "pluggy._result",
    "unittest.case",
)
# Not every pytest has them all. They are imported here, once, not in every run.
_MODULES = [import_module(name) for name in _FRAMEWORK if find_spec(name) is not None]
_FUNCTIONS = (FunctionType, BuiltinFunctionType, classmethod, staticmethod, property, type)

Part = tuple[str, Any, frozenset[str], Callable[[Any], tuple[Any, ...]], tuple[Any, ...]]


class Inventory:
    """The functions and classes of some modules, to be compared with what they become."""

    def __init__(self, modules: Iterable[ModuleType], *, closed: bool) -> None:
        """`closed` modules may not get further functions: a global can hide a builtin."""
        self._closed = closed
        self._parts: list[Part] = []
        for module in modules:
            for label, members in _namespaces(module):
                names = [name for name, each in members.items() if isinstance(each, _FUNCTIONS)]
                if names:
                    # A name that comes twice makes itemgetter answer with a tuple in any case.
                    get = itemgetter(names[0], *names)
                    self._parts.append((label, members, frozenset(members), get, get(members)))

    def change(self) -> str:
        """The name of something that was replaced or added; "" where all is as it was."""
        for label, members, known, get, values in self._parts:
            try:
                if not all(map(is_, get(members), values)):
                    return label
            except KeyError:
                return label
            if self._closed and len(members) > len(known):
                new = (members[name] for name in members.keys() - known)
                if any(callable(each) or hasattr(type(each), "__get__") for each in new):
                    return label
        return ""


def framework() -> Inventory:
    """What decides over outcomes: pytest's core and the builtins."""
    return Inventory([*_MODULES, builtins], closed=True)


class Imports:
    """Where imports come from: who finds modules, and which were there already."""

    def __init__(self) -> None:
        self._modules = dict(sys.modules)
        self._finders = [*map(id, sys.meta_path), *map(id, sys.path_hooks)]
        self._path = list(sys.path)
        self._functions = Inventory(self._modules.values(), closed=False)

    def change(self) -> str:
        """What of it is another now. Where to look for modules is simply put right."""
        sys.path[:] = self._path
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                return f"sys.modules[{name!r}]"
        if [*map(id, sys.meta_path), *map(id, sys.path_hooks)] != self._finders:
            return "sys.meta_path"
        return self._functions.change()


def renamed(packages: Iterable[str]) -> str:
    """A module of the submission that goes by another name than the one it is imported by; tests
    may tell the code under test by that."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in packages and vars(module).get("__name__") != name:
            return f"{name}.__name__"
    return ""


def _namespaces(module: ModuleType) -> Iterator[tuple[str, Any]]:
    name = getattr(module, "__name__", "?")
    yield name, vars(module)
    for each in list(vars(module).values()):
        if isinstance(each, type) and each.__module__ == name:
            yield f"{name}.{each.__qualname__}", vars(each)
