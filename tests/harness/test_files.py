"""A file is the old one or the new one, whatever happens."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from harness.files import sync_folder, write_atomically

WRITER = """
import itertools, sys
from pathlib import Path
from harness.files import write_atomically
for number in itertools.count():
    write_atomically(Path(sys.argv[1]), b"%d\\n" % (number % 10) * 20000)
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    write_atomically(tmp_path / "report.html", b"<p>\r\n\x00")
    assert contents(tmp_path) == {"report.html": b"<p>\r\n\x00"}


def test_an_old_file_is_replaced_and_readable_by_all(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"a longer old content")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert contents(tmp_path) == {"report.html": b"new"}
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_is_replaced_and_what_it_points_to_is_not(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    path = tmp_path / "report.html"
    path.symlink_to(elsewhere)
    write_atomically(path, b"ours")
    assert (path.is_symlink(), elsewhere.read_bytes(), path.read_bytes()) == (
        False,
        b"theirs",
        b"ours",
    )


def test_a_failed_replacement_leaves_no_half_written_file(tmp_path: Path) -> None:
    (tmp_path / "report.html" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"report\.html"):
        write_atomically(tmp_path / "report.html", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("action", [lambda path: write_atomically(path, b""), sync_folder])
def test_a_missing_folder_is_an_os_error(tmp_path: Path, action: Any) -> None:
    with pytest.raises(FileNotFoundError):
        action(tmp_path / "none" / "report.html")


def test_a_reader_never_sees_half_a_file_and_neither_does_kill(
    tmp_path: Path, start_python: Any
) -> None:
    path = tmp_path / "file"
    whole = {b"%d\n" % digit * 20000 for digit in range(10)}
    child = start_python(WRITER, path)
    child.wait_for(path.exists)
    seen = {path.read_bytes() for _ in itertools.repeat(None, 100)}
    child.wait_for(lambda: path.read_bytes() not in seen)
    child.running.kill()
    assert seen | {path.read_bytes()} <= whole
