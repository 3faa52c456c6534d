"""A real project, brought into the shape of an exercise: packages and `tests` at the top level.

A project is read from a mapping of paths to bytes, so that a folder and a commit are read alike;
nothing of it is run. What is a test goes by what pytest collects, never by a word in a path.
"""

from __future__ import annotations

import ast
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness import git
from harness.authoring import metadata
from harness.authoring.imports import Moves, rewrite_imports
from harness.authoring.layout import TESTS, Layout, ancestors, has_tests, is_regular
from harness.errors import WorkspaceProblem
from scoring.parsing import parse
from scoring.trees import Tree, read_regular

MOST_FILES = 3_000
MOST_BYTES = 30_000_000
_MOST_LISTED = 200_000
_FILE_BYTES = 10_000_000

_BESIDE = re.compile(r"(licen[cs]e|copying|notice|authors|readme)([._-][\w.-]*)?", re.IGNORECASE)
_VERSION_FILE = re.compile(rb"_?version\.py", re.IGNORECASE)


@dataclass(frozen=True)
class Project:
    """A project in the shape of an exercise.

    `tree` has the packages and the tests at its top, the licence and the readme beside them.
    `origins` tells for each path of `tree` where it was in the project (made files are missing).
    `requires` are requirements as declared, without pytest and coverage, which every exercise has.
    `notes` say what was made differently, a sentence each.
    """

    name: str
    version: str
    packages: tuple[str, ...]
    tests: tuple[str, ...]
    tree: Tree
    origins: Mapping[str, str]
    requires: tuple[str, ...]
    licence: str
    notes: tuple[str, ...]


class FolderTree(Mapping[str, bytes]):
    """The files of a folder, each read when it is asked for.

    In a git repository these are the files that are tracked, or at least not ignored. A link counts
    as the file that it leads to, as long as that is inside of the folder. Raises WorkspaceProblem
    for a folder that can't be listed, and for a file that is asked for and can't be had.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            paths = _listed(folder)
        except OSError as error:
            raise WorkspaceProblem(
                f"{folder} can't be read: {error.strerror}", "name the folder of a project"
            ) from None
        self._paths = {path: None for path in paths if (folder / path).is_file()}

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        place = self._folder / path
        try:
            real = place.resolve(strict=True)
            if not real.is_relative_to(self._folder.resolve()):
                raise WorkspaceProblem(
                    f"{place} is a link that leads out of the project",
                    "put the file itself there, or leave it out",
                )
            return read_regular(real)
        except (OSError, ValueError) as error:
            raise WorkspaceProblem(
                f"{place} can't be read: {error}",
                "an exercise is made of plain files of at most 10 MB",
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _listed(folder: Path) -> list[str]:
    if (folder / ".git").exists():
        try:
            return git.list_files(folder)
        except git.GitError:
            pass  # then what lies there
    with os.scandir(folder):
        pass  # os.walk would say nothing of a folder that is not there
    found = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if is_regular(f"{name}/x"))
        found += [(Path(top) / name).relative_to(folder).as_posix() for name in names]
        if len(found) > _MOST_LISTED:
            raise WorkspaceProblem(
                f"{folder} has more than {_MOST_LISTED} files", "name the folder of one project"
            )
    return sorted(found)


def read_project(files: Tree, name: str, package: str = "") -> Project:
    """Read a project; `name` is what it is called where it does not say so itself.

    `package` chooses among several packages. Raises UsageProblem for one that is not there, and
    WorkspaceProblem where there is no package, no test, or more than can be taken.
    """
    paths = [path for path in files if is_regular(path)]
    facts = metadata.read_metadata(files, name)
    layout = Layout(paths, files)
    packages = layout.choose(facts.name, package)
    tests = layout.tests(packages)
    if not any(has_tests(path, files) for path in tests.values()):
        raise WorkspaceProblem(
            f"{name} has no tests: no test_*.py or *_test.py with a test in it",
            "an exercise is made of a project's tests; name another project, or write some first",
        )
    moved = {**layout.source(packages, tests.values()), **tests}
    moved |= {path: path for path in paths if "/" not in path and _BESIDE.fullmatch(path)}
    _check_size(files, moved.values(), name)
    tree = {new: files[old] for new, old in moved.items()}
    notes = []
    tree, made = _with_modules_in_order(tree, packages, tests, layout)
    notes += made
    tree, made = _with_generated(tree, packages, facts)
    notes += made
    return Project(
        name=facts.name,
        version=facts.version,
        packages=packages,
        tests=(TESTS,),
        tree=dict(sorted(tree.items())),
        origins={path: moved[path] for path in tree if path in moved},
        requires=facts.requires,
        licence=facts.licence,
        notes=tuple(notes),
    )


def _check_size(files: Tree, paths: Iterable[str], name: str) -> None:
    paths = list(paths)
    big = [path for path in paths if len(files[path]) > _FILE_BYTES]
    tip = "an exercise is a small project: take one package of it, or a smaller one"
    if big:
        raise WorkspaceProblem(
            f"{name} has files above {_FILE_BYTES // 1_000_000} MB: {', '.join(sorted(big)[:5])}",
            tip,
        )
    size = sum(len(files[path]) for path in paths)
    if len(paths) > MOST_FILES or size > MOST_BYTES:
        raise WorkspaceProblem(
            f"{name} is too large: {len(paths)} files with {size / 1e6:.1f} MB of source and "
            f"tests, where {MOST_FILES} files and {MOST_BYTES // 1_000_000} MB are the most",
            tip,
        )


def _with_modules_in_order(
    tree: dict[str, bytes], packages: tuple[str, ...], tests: Mapping[str, str], layout: Layout
) -> tuple[dict[str, bytes], list[str]]:
    """The tests' folder is no package: what its __init__ holds becomes a module beside them."""
    notes = []
    init = f"{TESTS}/__init__.py"
    common = ""
    if _has_code(tree.pop(init, b"")):
        names = (f"{TESTS}/{name}.py" for name in ("common", "shared", "in_common", "common_"))
        common = next(path for path in names if path not in tree)
        notes.append(f"what {init} held is in {common}")
    moved = {(common if new == init else new): old for new, old in tests.items()}
    moves = Moves(layout.root)
    for new, old in moved.items():
        if old.endswith(".py"):
            moves.add(old, new, alone=layout.stands_alone(old))
    for new, old in moved.items():
        if new.endswith(".py"):
            tree[new] = rewrite_imports(layout.content(old), old, moves)
    _make_packages(tree)
    notes += _join_conftests(tree)
    for package in packages:
        if f"{package}/__init__.py" not in tree:
            tree[f"{package}/__init__.py"] = b""
            notes.append(f"{package} is a namespace package; it got an empty __init__.py")
    return tree, notes


def _make_packages(tree: dict[str, bytes]) -> None:
    """Folders inside of the tests' folder are packages, so that names may appear twice."""
    modules = [path for path in tree if path.startswith(f"{TESTS}/") and path.endswith(".py")]
    for path in modules:
        for folder in ancestors(posixpath.dirname(path)):
            if folder not in {"", TESTS}:
                tree.setdefault(f"{folder}/__init__.py", b"")


def _has_code(content: bytes) -> bool:
    try:
        body = parse(content).body
    except (SyntaxError, ValueError):
        return True
    return any(not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in body)


def _join_conftests(tree: dict[str, bytes]) -> list[str]:
    """A conftest from further up hands its fixtures to the one of the tests."""
    notes = []
    above = f"{TESTS}/conftest_root"
    while f"{above}.py" in tree:
        line = f"from {posixpath.basename(above)} import *  # noqa: F403\n".encode()
        tree[f"{TESTS}/conftest.py"] = insert_line(tree[f"{TESTS}/conftest.py"], line)
        notes.append(f"a conftest.py from above the tests is {above}.py")
        above += "_root"
    return notes


def insert_line(content: bytes, line: bytes) -> bytes:
    """`content` with a line after its docstring and its imports from the future."""
    after = 0
    try:
        for number, node in enumerate(parse(content).body):
            is_doc = (
                not number and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            )
            if is_doc or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                after = node.end_lineno or 0
    except (SyntaxError, ValueError):
        return line + content
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:after], line, *lines[after:]])


def _with_generated(
    tree: dict[str, bytes], packages: tuple[str, ...], facts: metadata.Metadata
) -> tuple[dict[str, bytes], list[str]]:
    """What a build would have made and an import needs: version modules, metadata."""
    notes = []
    source = {
        path: tree[path] for path in tree if path.startswith(tuple(f"{p}/" for p in packages))
    }
    for path in sorted(source):
        for missing in _missing_version_modules(path, source):
            major = ", ".join(re.findall(r"\d+", facts.version)[:3])
            tree[missing] = (
                f'__version__ = version = "{facts.version}"\n'
                f"__version_tuple__ = version_tuple = ({major})\n"
            ).encode()
            notes.append(f"{missing} is made by the project's build; it stands in for it")
    if any(re.search(rb"importlib[._]metadata|pkg_resources", text) for text in source.values()):
        folder = f"{re.sub(r'[-.]+', '_', facts.name)}-{facts.version}.dist-info"
        text = f"Metadata-Version: 2.1\nName: {facts.name}\nVersion: {facts.version}\n"
        tree[f"{folder}/METADATA"] = text.encode()
        notes.append(f"{folder} tells the package its version, as an installation would")
    return tree, notes


def _missing_version_modules(path: str, source: Tree) -> Iterator[str]:
    if not path.endswith(".py"):
        return
    try:
        nodes = list(ast.walk(parse(source[path])))
    except (SyntaxError, ValueError, RecursionError):
        return
    folder = posixpath.dirname(path)
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        if node.level == 1:
            target = f"{folder}/{node.module.replace('.', '/')}.py"
        elif not node.level and node.module.partition(".")[0] == path.partition("/")[0]:
            target = f"{node.module.replace('.', '/')}.py"
        else:
            continue
        if (
            _VERSION_FILE.fullmatch(posixpath.basename(target).encode())
            and target not in source
            and f"{target.removesuffix('.py')}/__init__.py" not in source
        ):
            yield target
