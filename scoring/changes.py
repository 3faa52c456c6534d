"""What a submission changed, line by line: made from the two trees, never from its git history."""

from __future__ import annotations

import ast
import contextlib
import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, TypeGuard

from scoring.model import DiffFile, DiffLine, Hunk
from scoring.parsing import parse
from scoring.rewriting import as_read
from scoring.trees import Tree, below, printable

_CONTEXT = 3
# Beyond this product of line counts a line matching would take minutes: one whole replacement.
_MATCH_LIMIT = 40_000_000
# And so would many equal lines: comparisons that a matching may take, about two seconds.
_MATCH_STEPS = 10_000_000
# As much as anybody writes in a line who does not want to hide how much it is.
_LINE_CHARS = 120
# Larger modules are not parsed.
_PARSED_BYTES = 400_000

# A comment, a text of several lines that may lack its end, a text of one line.
_COMMENT_OR_TEXT = re.compile(
    r"""\#.*
    | (?P<quotes>\"{3}|'{3}) (?s:\\.|(?!(?P=quotes)).)*+ (?:(?P=quotes)|\Z)
    | "(?:\\.|[^"\\\n])*+" | '(?:\\.|[^'\\\n])*+'
    """,
    re.VERBOSE,
)

Block = tuple[str, int, int, int, int]


def compare(
    before: Tree, after: Tree, packages: Iterable[str], tests: Iterable[str]
) -> tuple[DiffFile, ...]:
    """The files that differ, source first, each with its hunks."""
    roles: tuple[tuple[Literal["source", "test"], Iterable[str]], ...] = (
        ("source", packages),
        ("test", tests),
    )
    return tuple(
        _compare_file(path, role, old.get(path), new.get(path))
        for role, folders in roles
        for old, new in [(below(before, folders), below(after, folders))]
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    )


def changed_lines(file: DiffFile) -> frozenset[int]:
    """Numbers of the lines that the submission added or changed in this file."""
    return frozenset(
        line.new
        for hunk in file.hunks
        for line in hunk.lines
        if line.kind == "+" and line.new is not None
    )


def shorten(files: tuple[DiffFile, ...], limit: int) -> tuple[DiffFile, ...]:
    """The same files with at most `limit` diff lines in all; `omitted` counts the rest."""
    shortened = []
    for file in files:
        kept = []
        total = sum(len(hunk.lines) for hunk in file.hunks)
        for hunk in file.hunks:
            if limit <= 0:
                break
            kept.append(replace(hunk, lines=hunk.lines[:limit]))
            limit -= len(hunk.lines)
        shown = sum(len(hunk.lines) for hunk in kept)
        shortened.append(replace(file, hunks=tuple(kept), omitted=total - shown))
    return tuple(shortened)


def text_lines(content: bytes) -> list[str]:
    """Lines as Python numbers them (form feeds don't end one), undecodable bytes replaced."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _compare_file(
    path: str, role: Literal["source", "test"], old: bytes | None, new: bytes | None
) -> DiffFile:
    status: Literal["added", "changed", "deleted"] = (
        "added" if old is None else "deleted" if new is None else "changed"
    )
    was, now = as_read(path, old or b""), as_read(path, new or b"")
    before, after = text_lines(was), text_lines(now)
    blocks = _match(before, after)
    sizes, new_sizes = _sizes(path, was, before), _sizes(path, now, after)
    churn = added = deleted = 0
    for tag, start, stop, new_start, new_stop in blocks:
        if tag == "equal":
            continue
        deleted += stop - start
        added += new_stop - new_start
        churn += sum(sizes[start:stop]) + sum(new_sizes[new_start:new_stop])
    return DiffFile(
        path=printable(path),
        role=role,
        status=status,
        added=added,
        deleted=deleted,
        churn=churn if role == "source" else 0,
        hunks=_told_where(_hunks(blocks, before, after), path, before, after),
    )


def _sizes(path: str, content: bytes, lines: list[str]) -> list[int]:
    """What each line adds to the diff size: nothing where it is blank or only a comment.

    Else 1, as a rule. Of Python a line counts for as many as it has statements, or would be at
    `_LINE_CHARS` a line: a change is no smaller for being squeezed.
    """
    texts = [line.strip() for line in lines]
    sizes = [int(bool(text) and not text.startswith("#")) for text in texts]
    if not path.endswith(".py"):
        return sizes
    begun = _statements(content, texts)
    return [
        size and max(1, begun[number], math.ceil(len(text) / _LINE_CHARS))
        for number, (size, text) in enumerate(zip(sizes, texts, strict=True), start=1)
    ]


def _statements(content: bytes, texts: list[str]) -> Counter[int]:
    """How many statements, or assignments within one, begin on each line, by its number."""
    try:
        if len(content) > _PARSED_BYTES:
            raise ValueError("too large")
        tree = parse(content.decode("utf-8-sig"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Some of these semicolons may stand in a text; honest code has neither.
        return Counter({number: 1 + text.count(";") for number, text in enumerate(texts, start=1)})
    nodes = list(ast.walk(tree))
    statements = Counter(node.lineno for node in nodes if _is_statement(node))
    return statements | Counter(node.lineno for node in nodes if isinstance(node, ast.NamedExpr))


def _is_statement(node: ast.AST) -> TypeGuard[ast.stmt]:
    """`...` and `pass` may share the line of what they are the body of."""
    filler = isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
    return isinstance(node, ast.stmt) and not filler


class _TooManySteps(Exception):
    pass


class _BoundedMatcher(difflib.SequenceMatcher[str]):
    """Gives up after `_MATCH_STEPS`; equal lines make the plain one cubic."""

    def __init__(self, before: list[str], after: list[str]) -> None:
        super().__init__(None, before, after, autojunk=False)
        times = Counter(after)
        self._steps = [1 + times[line] for line in before]
        self._left = _MATCH_STEPS

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        self._left -= sum(self._steps[alo:ahi])
        if self._left < 0:
            raise _TooManySteps
        return super().find_longest_match(alo, ahi, blo, bhi)


def _match(before: list[str], after: list[str]) -> list[Block]:
    """Matching blocks, with what both ends share taken off first."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old_end, new_end = len(before) - tail, len(after) - tail
    old, new = before[head:old_end], after[head:new_end]
    middle: list[Block] = [("replace", 0, len(old), 0, len(new))]
    if len(old) * len(new) <= _MATCH_LIMIT:
        with contextlib.suppress(_TooManySteps):
            middle = list(_BoundedMatcher(old, new).get_opcodes())
    blocks = [
        ("equal", 0, head, 0, head),
        *(
            (tag, start + head, stop + head, new_start + head, new_stop + head)
            for tag, start, stop, new_start, new_stop in middle
        ),
        ("equal", old_end, len(before), new_end, len(after)),
    ]
    return [block for block in blocks if block[1] < block[2] or block[3] < block[4]]


def _hunks(blocks: list[Block], before: list[str], after: list[str]) -> Iterator[Hunk]:
    lines: list[DiffLine] = []
    for position, (tag, start, stop, new_start, new_stop) in enumerate(blocks):
        if tag != "equal":
            lines += [DiffLine("-", i + 1, None, before[i]) for i in range(start, stop)]
            lines += [DiffLine("+", None, i + 1, after[i]) for i in range(new_start, new_stop)]
            continue
        equal = [
            DiffLine(" ", start + i + 1, new_start + i + 1, before[start + i])
            for i in range(stop - start)
        ]
        first, last = position == 0, position == len(blocks) - 1
        closing = [] if first else equal[:_CONTEXT]
        opening = [] if last else equal[len(equal) - min(_CONTEXT, len(equal)) :]
        if not first and not last and len(equal) <= 2 * _CONTEXT:
            lines += equal
            continue
        lines += closing
        if lines:
            yield Hunk(tuple(lines))
        lines = opening
    if any(line.kind != " " for line in lines):
        yield Hunk(tuple(lines))


def _told_where(
    hunks: Iterable[Hunk], path: str, before: list[str], after: list[str]
) -> tuple[Hunk, ...]:
    """The hunks with the quotes of the texts that they begin in."""
    if not path.endswith(".py"):
        return tuple(hunks)
    old, new = _long_texts(before), _long_texts(after)
    return tuple(
        replace(
            hunk,
            within=(
                old.get(next((line.old for line in hunk.lines if line.old), 0), ""),
                new.get(next((line.new for line in hunk.lines if line.new), 0), ""),
            ),
        )
        for hunk in hunks
    )


def _long_texts(lines: list[str]) -> dict[int, str]:
    """The quotes of the text of several lines that goes on into a line, by the line's number."""
    source = "\n".join(lines)
    quotes: dict[int, str] = {}
    line, read = 1, 0
    for found in _COMMENT_OR_TEXT.finditer(source):
        first = line + source.count("\n", read, found.start())
        line, read = first + source.count("\n", found.start(), found.end()), found.end()
        quotes |= dict.fromkeys(range(first + 1, line + 1), found["quotes"])
    return quotes
