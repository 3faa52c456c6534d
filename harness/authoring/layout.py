"""Where a project keeps its packages and its tests, by its paths and a look at its imports.

What is a test goes by what pytest collects, never by a word in a path. Nothing is run.
"""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

from harness.errors import UsageProblem, WorkspaceProblem
from scoring.parsing import parse
from scoring.trees import Tree, is_kept

TESTS = "tests"
_SOURCE_ROOTS = ("src/", "lib/", "")
_TEST_FOLDERS = {"test", "tests"}
# Folders and modules at the top of a project that are not the project.
_ELSEWHERE = {
    "asv_bench", "bench", "benchmark", "benchmarks", "bin", "build", "ci", "demo", "demos", "dist",
    "doc", "docs", "env", "etc", "example", "examples", "extras", "fuzz", "fuzzing", "misc",
    "notebooks", "requirements", "samples", "scripts", "site", "tasks", "testing", "tools",
    "tutorial", "tutorials", "utils", "venv",
} | _TEST_FOLDERS  # fmt: skip
_NO_MODULES = {"conftest", "fabfile", "noxfile", "setup", "tasks", "toxfile", "versioneer"}


def is_test_file(path: str) -> bool:
    """Whether pytest would look for tests in a file of that name."""
    name = posixpath.basename(path)
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def is_regular(path: str) -> bool:
    """Whether a file can be part of a project: not hidden, not made by a tool."""
    hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in path.split("/"))
    return not hidden and is_kept(path) and ".." not in path.split("/")


def has_tests(path: str, files: Tree) -> bool:
    """Whether pytest would find a test in the file."""
    if not is_test_file(path):
        return False
    try:
        body = parse(files[path])
    except (SyntaxError, ValueError, RecursionError):
        return True  # what can't be read can't be collected, which is told later
    return any(
        (_is_function(node) and node.name.startswith("test"))
        or (isinstance(node, ast.ClassDef) and (node.name.startswith("Test") or bool(node.bases)))
        for node in ast.walk(body)
    )


def _is_function(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


class Layout:
    """Where a project keeps its packages and its tests; paths only, and a look at imports."""

    def __init__(self, paths: list[str], files: Tree) -> None:
        self._paths = paths
        self._files = files
        # Package or module by name: where it is, a folder ("src/pkg/") or a file ("pkg.py").
        self._places: dict[str, str] = {}
        self.root = ""
        for root in _SOURCE_ROOTS:
            self._places = dict(self._candidates(root))
            if self._places:
                self.root = root
                break

    def _candidates(self, root: str) -> Iterator[tuple[str, str]]:
        inside = [path[len(root) :] for path in self._paths if path.startswith(root)]
        folders: dict[str, bool] = {}
        for path in inside:
            top, slash, _ = path.partition("/")
            if slash and path.endswith(".py") and top.isidentifier():
                is_package = path.endswith("/__init__.py") and (bool(root) or path.count("/") < 3)
                folders[top] = folders.get(top, False) or is_package
        for top, is_package in sorted(folders.items()):
            if is_package and (root or top not in _ELSEWHERE) and top not in _TEST_FOLDERS:
                yield top, f"{root}{top}/"
        for path in inside:
            name = path.removesuffix(".py")
            if (
                name.isidentifier()
                and path.endswith(".py")
                and name not in folders
                and name not in _NO_MODULES
                and not (name.startswith("_") and not root)
                and not has_tests(root + path, self._files)
            ):
                yield name, root + path

    def choose(self, project: str, asked: str) -> tuple[str, ...]:
        """The packages of the exercise: the project's own, and what these import of the rest."""
        known = ", ".join(sorted(self._places))
        if asked:
            if asked not in self._places:
                raise UsageProblem(
                    f"there is no package named '{asked}'",
                    f"there are: {known}" if known else "there is none at the top or below src/",
                )
            return self._with_imported([asked])
        if not self._places:
            raise WorkspaceProblem(
                f"{project} has no package: no folder with an __init__.py at its top or below src/,"
                " and no module",
                "name the folder that holds the package's folder",
            )
        plain = re.sub(r"[-_.]+", "", project).lower()
        own = [
            name
            for name in self._places
            if name.replace("_", "").lower() in {plain, plain.removeprefix("python")}
        ]
        packages = [name for name, place in self._places.items() if place.endswith("/")]
        if own:
            return self._with_imported(own)
        if len(self._places) == 1 or len(packages) == 1 or self.root:
            return self._with_imported(packages or list(self._places))
        raise WorkspaceProblem(
            f"{project} has several packages: {known}",
            f"choose one: --package {sorted(self._places)[0]}",
        )

    def _with_imported(self, chosen: list[str]) -> tuple[str, ...]:
        waiting, taken = list(chosen), set(chosen)
        while waiting:
            place = self._places[waiting.pop()]
            for path in self._paths:
                if path == place or (place.endswith("/") and path.startswith(place)):
                    new = _imported(path, self._files) & self._places.keys() - taken
                    taken |= new
                    waiting += sorted(new)
        return tuple(sorted(taken))

    def source(self, packages: Iterable[str], tests: Iterable[str]) -> dict[str, str]:
        """New path to old path of all that is source."""
        left_out = set(tests)
        moved = {}
        for name in packages:
            place = self._places[name]
            if place.endswith(".py"):
                moved[f"{name}/__init__.py"] = place
            for path in self._paths:
                if place.endswith("/") and path.startswith(place) and path not in left_out:
                    moved[path[len(self.root) :]] = path
        return moved

    def tests(self, packages: Iterable[str]) -> dict[str, str]:
        """New path to old path of all that belongs to the tests."""
        inside = tuple(self._places[name] for name in packages)
        roots: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            if is_test_file(path) and self._is_ours(path, inside) and has_tests(path, self._files):
                roots.setdefault(_test_root(path, inside), []).append(path)
        moved: dict[str, str] = {}
        folders = sorted(
            (root for root in roots if root.endswith("/")),
            key=lambda root: (root not in {"tests/", "test/"}, -len(roots[root]), root),
        )
        for number, root in enumerate(folders):
            prefix = f"{TESTS}/" if not number else f"{TESTS}/{_unique_folder(root, moved)}/"
            for path in self._paths:
                if path.startswith(root):
                    moved[prefix + path[len(root) :]] = path
        for root in roots:
            if not root.endswith("/"):
                moved[_free(f"{TESTS}/{posixpath.basename(root)}", moved)] = root
        taken = set(moved.values())
        for path in _conftests_above(roots, self._paths):
            if path not in taken:
                moved[_free(f"{TESTS}/conftest.py", moved)] = path
        moved = dict(_named_for_pytest(moved, self._files))
        return {_apart(new, self._places): old for new, old in moved.items()}

    def content(self, path: str) -> bytes:
        """A file of the project, by its path there."""
        return self._files[path]

    def stands_alone(self, path: str) -> bool:
        """Whether a module's folder is no package, so that it is imported by its bare name."""
        return posixpath.join(posixpath.dirname(path), "__init__.py") not in self._files

    def _is_ours(self, path: str, inside: tuple[str, ...]) -> bool:
        top = path.partition("/")[0]
        return (
            path.startswith(inside)
            or "/" not in path
            or top in _TEST_FOLDERS
            or (top not in _ELSEWHERE and f"{top}/" not in self._places.values())
        )


def _test_root(path: str, packages: tuple[str, ...]) -> str:
    """The folder that moves with a test file, or the file itself where it stands beside code."""
    parts = path.split("/")[:-1]
    for number, part in enumerate(parts):
        if part in _TEST_FOLDERS:
            return "/".join(parts[: number + 1]) + "/"
    if not parts or path.startswith(packages):
        return path
    return f"{parts[0]}/"


def _unique_folder(root: str, moved: Mapping[str, str]) -> str:
    parts = [part for part in root.strip("/").split("/") if part not in {*_TEST_FOLDERS, "src"}]
    name = parts[-1] if parts else "more"
    while any(path.startswith(f"{TESTS}/{name}/") for path in moved):
        name += "_"
    return name


def _free(path: str, taken: Mapping[str, str]) -> str:
    stem = path.removesuffix(".py")
    while path in taken:
        stem += "_root" if stem.endswith("conftest") else "_"
        path = f"{stem}.py"
    return path


def _conftests_above(roots: Iterable[str], paths: list[str]) -> list[str]:
    """The conftests that hold for tests from outside of their folder, the nearest first."""
    above = {
        posixpath.join(folder, "conftest.py")
        for root in roots
        for folder in ancestors(posixpath.dirname(root.rstrip("/")))
    }
    return sorted((path for path in paths if path in above), key=lambda path: -path.count("/"))


def ancestors(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _named_for_pytest(moved: Mapping[str, str], files: Tree) -> Iterator[tuple[str, str]]:
    """x_test.py becomes test_x.py: hidden tests go by one of pytest's two names."""
    for new, old in moved.items():
        folder, name = posixpath.split(new)
        renamed = f"{folder}/test_{name.removesuffix('_test.py')}.py"
        if (
            name.startswith("test_")
            or not name.endswith("_test.py")
            or renamed in moved
            or not has_tests(old, files)
        ):
            yield new, old
        else:
            yield renamed, old


def _apart(path: str, packages: Iterable[str]) -> str:
    """A folder of tests that is named like what it tests can't be imported beside it."""
    tests, _, rest = path.partition("/")
    folder, slash, name = rest.partition("/")
    if slash and (folder in packages or folder in sys.stdlib_module_names):
        return f"{tests}/{folder}_tests/{name}"
    return path


def _imported(path: str, files: Tree) -> set[str]:
    """Top-level names that a module imports, read without running it."""
    if not path.endswith(".py"):
        return set()
    try:
        nodes = list(ast.walk(parse(files[path])))
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {
        node.module
        for node in nodes
        if isinstance(node, ast.ImportFrom) and not node.level and node.module
    }
    return {name.partition(".")[0] for name in names}
