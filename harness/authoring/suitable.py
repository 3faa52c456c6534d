"""Which commits of a repository would make an exercise: those that fix something and test it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.authoring.repository import Change, Repository

MOST_COMMITS = 20_000
MOST_FILES = 6
FEWEST_LINES, MOST_LINES = 3, 150

_FIX = re.compile(
    r"\b(fix(e[sd]|ing)?|bug(s|fix)?|wrong(ly)?|broken?|regression|crash(e[sd])?"
    r"|incorrect(ly)?|prevent(s|ed)?)\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(correct(s|ed|ly)?|handl(e|es|ed|ing)|error|issue|resolve[sd]?|closes?|don't)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(add(s|ed|ing)?|new|implement\w*|enhance\w*|support\w*|introduce\w*)\b", re.I)
_STYLE = re.compile(
    r"\b(format(ting)?|typos?|lint|rename[ds]?|refactor(ing|ed)?|release|bump|docs?|docstrings?"
    r"|typing|annotations?|black|isort|ruff|flake8|mypy|cleanup|version|drop|deprecat\w+)\b",
    re.IGNORECASE,
)
_NO_SOURCE = {"setup.py", "conf.py", "noxfile.py", "tasks.py", "fabfile.py", "versioneer.py"}


@dataclass(frozen=True)
class Suitable:
    """A commit that would do, with what speaks for it, the strongest first.

    Lines count what was added and deleted together.
    """

    commit: str
    subject: str
    moment: int
    source_files: int
    source_lines: int
    test_lines: int
    rank: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a search found: the best first, and why others were left out, by reason."""

    suitable: tuple[Suitable, ...]
    looked_at: int
    left_out: Mapping[str, int]


def find_suitable(repository: Repository, *, start: str = "HEAD") -> Found:
    """Rank the commits before `start` by what their message and their figures say; nothing is run.

    Raises GitError when the history can't be read.
    """
    history = repository.history(start, MOST_COMMITS, "*.py")
    found, left_out = [], Counter[str]()
    for change in history:
        judged = _judge(change)
        if isinstance(judged, str):
            left_out[judged] += 1
        else:
            found.append(judged)
    # The log has the newest first, and sorting keeps that among equals.
    found.sort(key=lambda each: -each.rank)
    return Found(tuple(found), len(history), left_out)


def is_test(path: str) -> bool:
    """Whether a path looks like a test or what tests share, by the names that pytest collects.

    `src/latest.py` is none, nor is a package called `testing`.
    """
    *folders, name = path.split("/")
    if name == "conftest.py" or re.fullmatch(r"test_.*\.py|.*_test\.py", name):
        return True
    return not {"test", "tests"}.isdisjoint(folders)


def _judge(change: Change) -> Suitable | str:
    """A commit with its rank, or why it is left out."""
    source = {p: n for p, n in change.lines.items() if not is_test(p) and _is_source(p)}
    tests = {path: n for path, n in change.lines.items() if is_test(path)}
    lines = _sum(source)
    added = sum(each[0] for each in tests.values() if each)
    obstacles = {
        "the first commit": not change.commit.parents,
        "no source changed": not source,
        "no tests in it": not tests,
        "binary source": None in source.values(),
        f"more than {MOST_FILES} source files": len(source) > MOST_FILES,
        f"not {FEWEST_LINES} to {MOST_LINES} lines of source": not (
            FEWEST_LINES <= lines <= MOST_LINES
        ),
        "no tests added": not added,
    }
    for reason, is_there in obstacles.items():
        if is_there:
            return reason
    return _ranked(change, len(source), lines, _sum(tests), added)


def _ranked(change: Change, files: int, lines: int, test_lines: int, added: int) -> Suitable:
    subject = change.commit.subject
    reasons = []
    rank = 0
    for words, most in ((_FIX, 3), (_MAYBE, 1)):
        speaks = words.search(subject)
        if speaks or words.search(change.commit.message):
            rank += most if speaks else 1
            reasons.append(
                f"speaks of “{speaks[0].lower()}”" if speaks else "its text speaks of a fix"
            )
            break
    if 5 <= lines <= 80:
        rank += 1
        reasons.append("of a good size")
    if added >= 5:
        rank += 1
        reasons.append(f"{added} lines of tests added")
    if 2 <= files <= 4:
        rank += 1
        reasons.append(f"in {files} source files")
    for words, least in ((_STYLE, 3), (_NEW, 1)):
        if speaks := words.search(subject):
            rank -= least
            reasons.append(f"but of “{speaks[0].lower()}”, too")
    return Suitable(
        commit=change.commit.id,
        subject=subject,
        moment=change.commit.moment,
        source_files=files,
        source_lines=lines,
        test_lines=test_lines,
        rank=rank,
        reasons=tuple(reasons),
    )


def _is_source(path: str) -> bool:
    *folders, name = path.split("/")
    return name not in _NO_SOURCE and folders[:1] not in (["docs"], ["doc"], ["examples"])


def _sum(changes: Mapping[str, tuple[int, int] | None]) -> int:
    return sum(sum(each) for each in changes.values() if each)
