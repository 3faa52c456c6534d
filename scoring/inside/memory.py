"""Modules that never were files: nothing to read for the code that runs beside them.

What could be read instead, code objects, is kept in the frames of waiting generators, which are
reached only in ways that `scoring.inside.guard` refuses.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from marshal import loads
from types import CodeType, ModuleType
from typing import Any, cast

from _pytest.assertion.rewrite import rewrite_asserts

from scoring.inside.equality import UseEquality


def compile_test(path: str, source: bytes, root: str) -> CodeType:
    """A test module with assertions that explain themselves. Raises SyntaxError and the like."""
    name = f"{root}/{path}"
    tree = ast.parse(source, name)
    rewrite_asserts(tree, source, name)
    tree = UseEquality().visit(tree)
    return compile(tree, name, "exec", dont_inherit=True)


def unpack(code: bytes) -> CodeType:
    """Code that was compiled elsewhere, by us."""
    return cast("CodeType", loads(code))  # noqa: S302


class CompiledModules(MetaPathFinder):
    """A finder on `sys.meta_path` for the modules of a tree, by path; some are compiled already."""

    def __init__(
        self, files: Mapping[str, bytes], compiled: Mapping[str, bytes], root: str
    ) -> None:
        self._loaders = {}
        for path in files:
            name, is_package = module_name(path)
            code = _hold(f"{root}/{path}", files[path], compiled.get(path))
            self._loaders[name] = _Loader(code, path, root, is_package)

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        loader = self._loaders.get(name)
        return None if loader is None else loader.spec(name)


class _Loader(Loader):
    def __init__(
        self, code: Generator[None, dict[str, Any], None], path: str, root: str, is_package: bool
    ) -> None:
        self._code = code
        self._origin = f"{root}/{path}"
        self._is_package = is_package
        next(code)

    def spec(self, name: str) -> ModuleSpec:
        spec = ModuleSpec(name, self, origin=self._origin, is_package=self._is_package)
        spec.has_location = True
        if self._is_package:
            spec.submodule_search_locations = [self._origin.rpartition("/")[0]]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        self._code.send(vars(module))


def _hold(
    name: str, source: bytes, compiled: bytes | None
) -> Generator[None, dict[str, Any], None]:
    code = None
    while True:
        names = yield
        if code is None:
            if compiled is not None:
                code = unpack(compiled)
            else:
                code = compile(source, name, "exec", dont_inherit=True)
            source, compiled = b"", None
        exec(code, names)  # noqa: S102 - that is what importing is


def module_name(path: str) -> tuple[str, bool]:
    """Under which name a file is imported, and whether it is a package."""
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        return ".".join(parts[:-1]), True
    return ".".join(parts), False


class SupportModules(MetaPathFinder, Loader):
    """A finder for modules that tests import from beside them, while tests are being loaded."""

    def __init__(
        self, load: Callable[[str, dict[str, Any]], None], files: Mapping[str, str]
    ) -> None:
        self._load = load
        self._files = files

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._files:
            return None
        is_package = self._files[name].endswith("/__init__.py")
        spec = ModuleSpec(name, self, origin=self._files[name], is_package=is_package)
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        self._load(self._files[module.__name__], vars(module))


def decoy(name: str) -> None:
    """An empty module under that name, for those who look a class's module up (dataclasses)."""
    sys.modules[name] = ModuleType(name)
