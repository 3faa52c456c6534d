"""Folders of files as plain values: read without following anything, written only by us."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# Contents by path, relative and with forward slashes. Overlays are then plain unions
# (`starter | solution`), and what is graded can't change on disk meanwhile.
Tree = Mapping[str, bytes]

MAX_FILE_BYTES = 10 * 1024 * 1024

_NOT_SOURCE_DIRS = {"__pycache__", ".git"}
_NOT_SOURCE_SUFFIXES = (".pyc", ".pyo", ".pyd", ".so", ".dylib")


def is_kept(path: str) -> bool:
    """Whether a path can be part of a submission: no compiled file, no tool's folder."""
    *folders, name = path.split("/")
    return not (name.endswith(_NOT_SOURCE_SUFFIXES) or any(map(_is_of_a_tool, folders)))


def _is_of_a_tool(folder: str) -> bool:
    # The caches of pytest, ruff, mypy and others are called alike.
    return folder in _NOT_SOURCE_DIRS or (folder.startswith(".") and folder.endswith("_cache"))


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every regular file below `folder` that can be part of a submission.

    Links are left out, never followed. A missing folder is an empty tree. Raises OSError when
    a file can't be read, ValueError for one above `MAX_FILE_BYTES`.
    """
    return {path: read_regular(folder / path) for path in sorted(_walk(folder, ""))}


def weight(folder: Path, *without: str) -> tuple[int, int]:
    """How many files `read_tree` would read, and their bytes, without opening one of them.

    Cheap enough to notice in a list that something was changed.
    """
    sizes = [os.stat(folder / path).st_size for path in _walk(folder, "") if path not in without]  # noqa: PTH116
    return len(sizes), sum(sizes)


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError for a link or a device, ValueError if too big."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise ValueError(f"{path} has {status.st_size} bytes")
        return stream.read(MAX_FILE_BYTES + 1)


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if is_kept(f"{path}/x"):
                yield from _walk(Path(entry.path), f"{path}/")
        elif entry.is_file(follow_symlinks=False) and is_kept(path):
            yield path


def write_tree(tree: Tree, folder: Path) -> None:
    """Write the files below `folder`, which we own; paths that lead out of it are refused."""
    made: set[Path] = set()
    for path, content in tree.items():
        target = folder / path
        if ".." in target.parts or not target.is_relative_to(folder):
            raise ValueError(f"{path!r} leads out of the folder")
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(content)


def below(tree: Tree, folders: Iterable[str]) -> dict[str, bytes]:
    """The part of a tree inside the folders (or the single files) named."""
    names = tuple(folders)
    prefixes = tuple(f"{name}/" for name in names)
    return {
        path: content
        for path, content in tree.items()
        if path in names or path.startswith(prefixes)
    }


def replace_below(tree: Tree, folders: Iterable[str], new: Tree) -> dict[str, bytes]:
    """`tree` with everything inside the folders replaced by what `new` has there."""
    names = tuple(folders)
    old = below(tree, names)
    return {path: content for path, content in tree.items() if path not in old} | below(new, names)


def digest(tree: Tree) -> str:
    """SHA-256 over paths and contents, in hexadecimal; equal trees have equal digests."""
    import hashlib

    total = hashlib.sha256()
    for path in sorted(tree):
        name = os.fsencode(path)
        total.update(b"%d %s %d " % (len(name), name, len(tree[path])))
        total.update(tree[path])
    return total.hexdigest()


def printable(path: str) -> str:
    """A path fit for a report: undecodable bytes and line ends are shown, not passed on."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
