"""Lint: what ruff finds in the submission and did not find in the starter.

Both trees are read by the same ruff in the same minute, with a configuration of ours: another
ruff than the author's can't blame the candidate for what was there before.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruff.__main__ import find_ruff_bin

from scoring import formula, process
from scoring.changes import text_lines
from scoring.model import GradingKit, LintFinding, Measured
from scoring.rewriting import as_read
from scoring.temporary import TemporaryFolder
from scoring.trees import Tree, below, printable, write_tree

_SECONDS = 60
_SUPPRESSION = re.compile(
    r"#\s*(?:noqa\b|(?:ruff|flake8)\s*:\s*(?:noqa|ignore|disable)\b|type\s*:\s*ignore\b)", re.I
)
_LISTABLE = re.compile(r"[^\r\n\ud800-\udfff]+")


class LintError(Exception):
    """ruff did not do its work; the text says what it answered."""


@dataclass(frozen=True)
class Lint:
    """The component, what is new, and what of the starter was to be fixed and is still there."""

    measured: Measured
    findings: tuple[LintFinding, ...]
    left: tuple[LintFinding, ...] = ()


@dataclass(frozen=True)
class _Reading:
    findings: tuple[LintFinding, ...]
    unformatted: frozenset[str]


def measure(kit: GradingKit, submission: Tree) -> Lint:
    """L = 0.85^n over new findings, lost formatting and new suppressions.

    Where findings of the starter are to be fixed, that is half of it; the other half is the share
    of them that are gone. Raises LintError when ruff can't read the starter: that is not the
    submission's doing.
    """
    folders = (*kit.packages, *kit.tests)
    before, after = _python(below(kit.starter, folders)), _python(below(submission, folders))
    old = _read(before, kit.lint_select)
    try:
        now = _read(after, kit.lint_select)
    except LintError as error:
        return Lint(Measured(formula.ZERO, f"ruff could not read it: {error}"), ())
    gone, new = _matched(
        old.findings,
        now.findings,
        lambda each: _identity(each, before),
        lambda each: _identity(each, after),
    )
    fixed, left = None, tuple[LintFinding, ...]()
    if targeted := kit.baseline.targeted:
        gone, new = _moved(gone, new, kit.packages)
        rules = Counter(each.rule for each in gone)
        done = {rule: min(rules[rule], number) for rule, number in targeted.items()}
        fixed = sum(done.values()), sum(targeted.values())
        unfixed = {rule for rule, number in targeted.items() if done[rule] < number}
        there = (Counter(now.findings) - Counter(new)).elements()
        left = tuple(each for each in there if each.rule in unfixed and _is_in(each, kit.packages))
    findings = (*new, *_blemishes(before, old, after, now))
    count = len(findings)
    reason = "nothing new" if not count else f"{count} new finding{'s' * (count != 1)}"
    if fixed is None:
        return Lint(Measured(formula.lint(count), reason), findings)
    reason += f"; {fixed[0]} of {fixed[1]} old ones fixed"
    return Lint(Measured(formula.lint(count, formula.share(*fixed)), reason), findings, left)


def targets(kit: GradingKit) -> dict[str, int]:
    """How many findings of a rule the starter's source has more than the reference's.

    Raises LintError.
    """
    starter, reference = (
        Counter(
            each.rule
            for each in _read(_python(below(tree, kit.packages)), kit.lint_select).findings
        )
        for tree in (kit.starter, kit.reference)
    )
    return dict(sorted((starter - reference).items()))


def _python(tree: Tree) -> dict[str, bytes]:
    """The modules of a tree, as Python reads them: ruff knows one encoding."""
    return {
        path: as_read(path, content)
        for path, content in tree.items()
        if path.endswith((".py", ".pyi"))
    }


def _matched(
    old: Iterable[LintFinding],
    new: Iterable[LintFinding],
    of_old: Callable[[LintFinding], Hashable],
    of_new: Callable[[LintFinding], Hashable],
) -> tuple[list[LintFinding], list[LintFinding]]:
    """Those of the old that are no more, and of the new that were not there before."""
    waiting: dict[Hashable, list[LintFinding]] = {}
    for finding in old:
        waiting.setdefault(of_old(finding), []).append(finding)
    unknown = []
    for finding in new:
        if same := waiting.get(of_new(finding)):
            same.pop()
        else:
            unknown.append(finding)
    return [finding for rest in waiting.values() for finding in rest], unknown


def _moved(
    gone: list[LintFinding], new: list[LintFinding], packages: tuple[str, ...]
) -> tuple[list[LintFinding], list[LintFinding]]:
    """The same without what is in other words, or in another module, what it was.

    Code that is taken apart moves; an old finding in it is neither fixed nor new.
    """
    others = [each for each in new if not _is_in(each, packages)]
    new = [each for each in new if _is_in(each, packages)]
    gone = [each for each in gone if _is_in(each, packages)]
    for identity in (lambda each: (each.rule, each.path), lambda each: each.rule):
        gone, new = _matched(gone, new, identity, identity)
    return gone, sorted([*others, *new], key=_position)


def _is_in(finding: LintFinding, folders: tuple[str, ...]) -> bool:
    return finding.path.startswith(tuple(f"{folder}/" for folder in folders))


def _blemishes(before: Tree, old: _Reading, after: Tree, new: _Reading) -> Iterator[LintFinding]:
    """What counts like a finding and is none of ruff's: lost formatting, suppressions."""
    unchanged = {path for path in after if before.get(path) == after[path]}
    for path in sorted(before.keys() & (new.unformatted - old.unformatted - unchanged)):
        yield LintFinding(
            printable(path), 1, "format", "was formatted as ruff does, and no longer is"
        )
    for path in sorted(set(after) - unchanged):
        yield from _new_suppressions(path, before.get(path, b""), after[path])


def _identity(finding: LintFinding, tree: Tree) -> tuple[str, str, str]:
    lines = text_lines(tree.get(finding.path, b""))
    text = lines[finding.line - 1].strip() if 0 < finding.line <= len(lines) else ""
    return finding.rule, finding.path, text


def _new_suppressions(path: str, before: bytes, after: bytes) -> Iterable[LintFinding]:
    known = Counter(line.strip() for line in text_lines(before) if _SUPPRESSION.search(line))
    for number, line in enumerate(text_lines(after), start=1):
        if _SUPPRESSION.search(line):
            if known[line.strip()]:
                known[line.strip()] -= 1
            else:
                message = "suppresses a finding; it is counted all the same"
                yield LintFinding(printable(path), number, "suppression", message)


def _read(tree: Tree, select: Iterable[str]) -> _Reading:
    if not tree:
        return _Reading((), frozenset())
    with TemporaryFolder() as made:
        root = Path(made.path) / "tree"
        write_tree(tree, root)
        listing = root.with_name("files")
        # Other names can't be listed; such a file is nobody's honest module.
        names = [f"./{path}" for path in tree if _LISTABLE.fullmatch(path)]
        listing.write_text("\n".join(names), encoding="utf-8")
        common = ("--isolated", "--no-cache", "--no-respect-gitignore", f"@{listing}")
        checked = _ruff(
            root,
            "check",
            f"--select={','.join(select)}",
            "--ignore-noqa",
            "--target-version=py311",
            "--output-format=json",
            "--exit-zero",
            *common,
        )
        try:
            rows = json.loads(checked.stdout)
        except ValueError as error:
            raise LintError(checked.stderr.decode("utf-8", "replace").strip()[:300]) from error
        # What it says of a file that it would change differs between versions: let it do so.
        _ruff(root, "format", "--target-version=py311", *common)
        return _Reading(
            findings=tuple(sorted((_finding(row, root) for row in rows), key=_position)),
            unformatted=frozenset(
                path for path, content in tree.items() if (root / path).read_bytes() != content
            ),
        )


def _ruff(root: Path, *arguments: str) -> process.Finished:
    return process.run(
        [find_ruff_bin(), *arguments],
        cwd=root,
        env={"HOME": str(root), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        seconds=_SECONDS,
        output_bytes=50_000_000,
    )


def _finding(row: Mapping[str, object], root: Path) -> LintFinding:
    location = row.get("location")
    line = location.get("row", 1) if isinstance(location, dict) else 1
    return LintFinding(
        path=str(Path(str(row["filename"])).relative_to(root)),
        line=int(line),
        rule=str(row.get("code") or "syntax"),
        message=str(row.get("message", "")),
    )


def _position(finding: LintFinding) -> tuple[str, int, str]:
    return finding.path, finding.line, finding.rule
