"""Imports of test modules that moved: told their new names, everything else of the text kept."""

from __future__ import annotations

import ast
import io
import re
from dataclasses import dataclass, field

from scoring.parsing import parse
from scoring.rewriting import Unreadable, decoded


@dataclass
class Moves:
    """Where test modules were and are, by dotted name; `root` is "src/" or the like."""

    root: str
    _new: dict[str, str] = field(default_factory=dict)

    def add(self, old: str, new: str, *, alone: bool) -> None:
        """A file that moved from `old` to `new`; "" where it is gone.

        It was known by its whole path, or without the first folder of it. `alone` says that its
        folder was no package, so that its bare name was enough.
        """
        name = _dotted(new.partition("/")[2])
        names = [self.dotted(old), _dotted(old.partition("/")[2])]
        if alone:
            names.append(_dotted(old.rpartition("/")[2]))
        for known in names:
            self._new.setdefault(known, name)

    def dotted(self, old: str) -> str:
        """The name of a file by its path in the project."""
        return _dotted(old.removeprefix(self.root))

    def find(self, name: str) -> str | None:
        """The new name of a module, None for one that did not move."""
        return self._new.get(name)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def rewrite_imports(content: bytes, old: str, moves: Moves) -> bytes:
    """A test module with its imports of what moved, and those relative to its old folder, renewed.

    `old` is the file's path in the project. What can't be read stays as it is.
    """
    try:
        text, encoding = decoded(content)
        tree = parse(text)
    except (Unreadable, SyntaxError, ValueError, RecursionError):
        return content
    package = moves.dotted(old)
    if not old.endswith("/__init__.py"):
        package = package.rpartition(".")[0]
    starts = [0]
    for line in io.StringIO(text, newline=""):
        starts.append(starts[-1] + len(line.encode()))
    raw = text.encode()
    edits = []
    for node in ast.walk(tree):
        new = None
        start, end = _span(node, starts) if isinstance(node, ast.stmt) else (0, 0)
        if isinstance(node, ast.ImportFrom):
            new = _from_import(node, raw[start:end].decode(), package, moves)
        elif isinstance(node, ast.Import):
            new = _plain_import(node, moves)
        if new is not None:
            edits.append((start, end, new.encode()))
    for start, end, replacement in sorted(edits, reverse=True):
        raw = raw[:start] + replacement + raw[end:]
    return raw.decode().encode(encoding)


def _span(node: ast.stmt, starts: list[int]) -> tuple[int, int]:
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return starts[node.lineno - 1] + node.col_offset, end


def _from_import(node: ast.ImportFrom, text: str, package: str, moves: Moves) -> str | None:
    """The statement anew, None where it can stay."""
    if node.level:
        parts = package.split(".") if package else []
        if len(parts) < node.level - 1:
            return None
        base = parts[: len(parts) - node.level + 1]
        module = ".".join([*base, *([node.module] if node.module else [])])
    else:
        module = node.module or ""
    modules = {
        alias.name: new
        for alias in node.names
        if (new := moves.find(f"{module}.{alias.name}" if module else alias.name))
    }
    new_module = moves.find(module)
    if not modules:
        target = new_module or (module if node.level else "")
        if not target or (target == node.module and not node.level):
            return None
        return re.sub(r"^from\s+[.\w\s]+?\s*\bimport\b", f"from {target} import", text, count=1)
    statements = []
    others = [alias for alias in node.names if alias.name not in modules]
    if others:
        names = ", ".join(map(_aliased, others))
        statements.append(f"from {new_module or module} import {names}")
    statements += (
        _import_as(modules[alias.name], alias.asname or alias.name)
        for alias in node.names
        if alias.name in modules
    )
    return "; ".join(statements)


def _plain_import(node: ast.Import, moves: Moves) -> str | None:
    """`import tests.helper as h`; without a name of its own it can't be told another."""
    if not any(alias.asname and moves.find(alias.name) for alias in node.names):
        return None
    statements = []
    for alias in node.names:
        new = moves.find(alias.name)
        if alias.asname and new:
            statements.append(_import_as(new, alias.asname))
        else:
            statements.append(f"import {_aliased(alias)}")
    return "; ".join(statements)


def _import_as(module: str, name: str) -> str:
    parent, _, last = module.rpartition(".")
    if parent:
        return f"from {parent} import {last}" + (f" as {name}" if last != name else "")
    return f"import {module}" + (f" as {name}" if module != name else "")


def _aliased(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
