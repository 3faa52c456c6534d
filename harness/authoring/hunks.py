"""A change cut into hunks, contiguous changes of lines, that can be put back one by one."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from scoring.parsing import parse
from scoring.trees import Tree

_MOST_CELLS = 40_000_000


@dataclass(frozen=True, order=True)
class Hunk:
    """Lines `start` to `stop` of a file after the change, and the `old` ones they replaced.

    Lines count from 0, as slices do. `old` is None where the whole file is new, `stop` is -1 where
    the whole file is gone.
    """

    path: str
    start: int
    stop: int
    old: tuple[bytes, ...] | None
    new: tuple[bytes, ...]

    @property
    def lines(self) -> int:
        """How many lines it deletes and adds."""
        return len(self.old or ()) + len(self.new)

    def __str__(self) -> str:
        last = max(self.start + 1, self.stop)
        place = f"{self.start + 1}" if last == self.start + 1 else f"{self.start + 1}-{last}"
        return f"{self.path}:{place}" if self.stop >= 0 else f"{self.path} (deleted)"


def hunks_between(before: Tree, after: Tree) -> tuple[Hunk, ...]:
    """The hunks that lead from one tree to the other, by path and place."""
    return tuple(
        hunk
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
        for hunk in _of_file(path, before.get(path), after.get(path))
    )


def put_back(after: Tree, hunks: Collection[Hunk]) -> dict[str, bytes]:
    """The tree after the change, with these hunks as they were before it."""
    tree = dict(after)
    for hunk in sorted(hunks, reverse=True):
        if hunk.old is None:
            del tree[hunk.path]
        elif hunk.stop < 0:
            tree[hunk.path] = b"".join(hunk.old)
        else:
            lines = tree[hunk.path].splitlines(keepends=True)
            lines[hunk.start : hunk.stop] = hunk.old
            tree[hunk.path] = b"".join(lines)
    return tree


def is_without_effect(after: Tree, hunk: Hunk) -> bool:
    """Whether Python can't tell the difference: comments, blank lines, docstrings, layout."""
    if not hunk.path.endswith(".py"):
        return False
    now, then = after.get(hunk.path, b""), put_back(after, [hunk]).get(hunk.path, b"")
    try:
        return _meaning(now) == _meaning(then)
    except (SyntaxError, ValueError, RecursionError):
        return False


def changed_lines(hunks: Iterable[Hunk]) -> dict[str, set[int]]:
    """The numbers, from 1, of the lines that the hunks added, by path."""
    lines: dict[str, set[int]] = {}
    for hunk in hunks:
        if hunk.stop > hunk.start:
            lines.setdefault(hunk.path, set()).update(range(hunk.start + 1, hunk.stop + 1))
    return lines


def _of_file(path: str, before: bytes | None, after: bytes | None) -> Iterator[Hunk]:
    old = (before or b"").splitlines(keepends=True)
    new = (after or b"").splitlines(keepends=True)
    if before is None:
        yield Hunk(path, 0, len(new), None, tuple(new))
    elif after is None:
        yield Hunk(path, 0, -1, tuple(old), ())
    else:
        for start, stop, new_start, new_stop in _blocks(old, new):
            yield Hunk(
                path, new_start, new_stop, tuple(old[start:stop]), tuple(new[new_start:new_stop])
            )


def _blocks(old: list[bytes], new: list[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """What differs, as slices of both; what both ends share is not looked at."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(one) * len(other) > _MOST_CELLS:
        yield head, len(old) - tail, head, len(new) - tail
        return
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, stop, new_start, new_stop in matcher.get_opcodes():
        if tag != "equal":
            yield start + head, stop + head, new_start + head, new_stop + head


def _meaning(source: bytes) -> str:
    tree = parse(source)
    for node in ast.walk(tree):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and ast.get_docstring(node, clean=False):
            del node.body[0]
    return ast.dump(tree)
