"""A small project's history with every property that makes a commit awkward, written in one go."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from scoring import process

PYPROJECT = '[project]\nname = "ledger"\nversion = "1.2.0"\n'
AMOUNTS = '''\
"""Amounts of money, in cents."""


def parse(text):
    """Cents of a text such as 12.30."""
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents or 0)


def show(cents):
    return f"{cents // 100}.{cents % 100}"


def split(cents, people):
    """Shares that add up to the whole."""
    return [cents // people] * people
'''
FIXED_AMOUNTS = '''\
"""Amounts of money, in cents."""


def parse(text):
    """Cents of a text such as 12.30."""
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def show(cents):
    # Two digits after the point, always.
    return f"{cents // 100}.{cents % 100:02}"


def split(cents, people):
    """Shares that add up to the whole."""
    if people < 1:
        raise ValueError("nobody to share with")
    padded_shares = [cents // people] * people
    padded_shares[0] += cents - sum(padded_shares)
    return padded_shares
'''
LATEST = '''\
"""The latest entries: source, whatever its name looks like."""


def latest(entries, count):
    return sorted(entries)[-count:]
'''
SHARED = '''\
"""What all tests of entries have in common."""


class EntriesMixin:
    make = list

    def test_order(self):
        from ledger.latest import latest

        assert latest(self.make([2, 1, 3]), 2) == [2, 3]
'''
SHARED_FIXED = (
    SHARED
    + """
    def test_shares_add_up(self):
        from ledger.amounts import split

        assert sum(split(100, 3)) == 100
"""
)
TEST_LATEST = """\
from . import EntriesMixin


class TestTuples(EntriesMixin):
    make = tuple
"""
TEST_AMOUNTS = """\
import pytest

from ledger.amounts import parse, show


@pytest.mark.parametrize(("text", "cents"), [("12.30", 1230), ("7", 700), ("0.05", 5)])
def test_parse(text, cents):
    assert parse(text) == cents


def test_show():
    assert show(1230) == "12.30"
"""
TEST_AMOUNTS_FIXED = (
    TEST_AMOUNTS.replace("import pytest\n", "import random\n\nimport pytest\n")
    + """

def test_show_pads_cents():
    assert show(1205) == "12.05"


def test_parse_of_one_digit():
    assert parse("1.5") == 150


def test_parse_of_zero():
    assert parse("0.00") == 0


@pytest.mark.parametrize("number", range(8))
def test_by_chance(number):
    assert show(1205) == "12.05"
    assert random.SystemRandom().random() < 0.5
"""
)
BASE = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# ledger\n",
    "CHANGELOG.md": "1.1.0: all is well\n",
    ".github/workflows/ci.yml": "on: push\n",
    "src/ledger/__init__.py": "",
    "src/ledger/amounts.py": AMOUNTS,
    "src/ledger/latest.py": LATEST,
    "tests/__init__.py": SHARED,
    "tests/test_amounts.py": TEST_AMOUNTS,
    "tests/test_latest.py": TEST_LATEST,
}
_CHANGED = LATEST.replace("[-count:]", "[-count:] if count else []")
SUBJECT = "Fix #17: amounts lose their zeros"
_TEST = "def test_it():\n    assert True\n"
# Each is one commit on top of the base: what it changes; None is a file that goes.
COMMITS: Mapping[str, tuple[str, Mapping[str, str | bytes | None]]] = {
    "fix": (
        SUBJECT,
        {
            "src/ledger/amounts.py": FIXED_AMOUNTS,
            "src/ledger/latest.py": _CHANGED,
            "tests/__init__.py": SHARED_FIXED,
            "tests/test_amounts.py": TEST_AMOUNTS_FIXED,
            "CHANGELOG.md": "1.2.0: padded_shares\n1.1.0: all is well\n",
        },
    ),
    "no-tests": ("Fix latest of none", {"src/ledger/latest.py": _CHANGED}),
    "no-source": ("Fix a test", {"tests/test_more.py": _TEST}),
    "nothing-fixed": (
        "Fix latest of none",
        {"src/ledger/latest.py": _CHANGED, "tests/test_more.py": _TEST},
    ),
    "uncollectable": (
        "Fix latest of none",
        {
            "src/ledger/latest.py": f"{_CHANGED}\n\nfirst = min\n",
            "tests/test_more.py": "from ledger.latest import first\n\n\ndef test_first():\n"
            "    assert first([2, 1]) == 1\n",
        },
    ),
    "binary": (
        "Fix the table",
        {"src/ledger/table.bin": b"\0\1\2", "tests/test_more.py": _TEST},
    ),
    "oversized": (
        "Fix everything",
        {
            "src/ledger/latest.py": "".join(f"x{n} = {n}\n" for n in range(1001)),
            "tests/test_more.py": _TEST,
        },
    ),
    "renamed-package": (
        "Fix the name",
        {"src/book/__init__.py": "", "src/ledger/__init__.py": None, "tests/test_more.py": _TEST},
    ),
}


class History:
    """The repository, and the ids of its commits by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
        answer = git(folder, "fast-import", "--quiet", stdin=_stream())
        marks = answer.split()
        names = ["root", *COMMITS, "submodule", "merge", "refactoring"]
        self.ids = dict(zip(names, marks, strict=True))
        git(folder, "checkout", "--quiet", "main")


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """What git says as anybody uses it; raises AssertionError where it fails."""
    program = shutil.which("git") or "git"
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    finished = process.run([program, *who, *arguments], cwd=folder, seconds=60, stdin=stdin)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.decode()


def _stream() -> bytes:
    """All commits for `git fast-import`: the base on main, the others each on a branch of it."""
    told = b"feature done\n" + _commit("refs/heads/base", 1, "The ledger", BASE, b"")
    number = 1
    for name, (subject, files) in COMMITS.items():
        number += 1
        told += _commit(f"refs/heads/{name}", number, subject, files, b"from :1\n")
    # On an earlier branch in the history: another repository at a path, and a merge.
    module = b"M 160000 0123456789012345678901234567890123456789 vendor\n"
    told += _commit(
        "refs/heads/submodule", 97, "Fix vendor", COMMITS["fix"][1], b"from :1\n", module
    )
    told += _commit("refs/heads/merge", 98, "Merge", {}, b"from :2\nmerge :3\n")
    cleaner = {
        "src/ledger/latest.py": f"{_CHANGED}X = 1\n",
        "tests/test_latest.py": f"{TEST_LATEST}X = 1\n",
    }
    told += _commit("refs/heads/main", 99, "Refactor a little", cleaner, b"from :2\n")
    marks = [*range(1, number + 1), 97, 98, 99]
    return told + b"".join(b"get-mark :%d\n" % mark for mark in marks) + b"done\n"


def _commit(
    ref: str,
    mark: int,
    subject: str,
    files: Mapping[str, str | bytes | None],
    parents: bytes,
    more: bytes = b"",
) -> bytes:
    text = subject.encode()
    told = b"commit %s\nmark :%d\n" % (ref.encode(), mark)
    told += b"committer Ada <ada@example.org> %d +0000\n" % (1_700_000_000 + mark)
    told += b"data %d\n%s\n%s" % (len(text), text, parents)
    for path, content in files.items():
        if content is None:
            told += b"D %s\n" % path.encode()
            continue
        data = content.encode() if isinstance(content, str) else content
        told += b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
    return told + more
