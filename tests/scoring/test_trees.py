"""Folders as values: what is read, what is refused, and what a digest tells apart."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.trees import (
    MAX_FILE_BYTES,
    below,
    digest,
    printable,
    read_regular,
    read_tree,
    replace_below,
    write_tree,
)

names = st.text("ab 0/", min_size=1, max_size=6)
trees = st.dictionaries(names, st.binary(max_size=6), max_size=4)


def test_reads_every_regular_file_with_its_bytes(tmp_path: Path) -> None:
    files = {
        "a.py": b"x = 1\r\n",
        "data/deep/er/b.txt": b"\xff\x00",
        "-dash": b"",
        "with space": b"1",
        "caf\u00e9": b"2",
        "line\nend": b"3",
        os.fsdecode(b"odd-\xff"): b"4",
        ".hidden": b"5",
    }
    write_tree(files, tmp_path / "tree")

    assert read_tree(tmp_path / "tree") == files


def test_paths_come_sorted(tmp_path: Path) -> None:
    write_tree({"b/x": b"", "a": b"", "b.py": b"", "B": b""}, tmp_path)

    assert list(read_tree(tmp_path)) == ["B", "a", "b.py", "b/x"]


def test_missing_folder_is_an_empty_tree(tmp_path: Path) -> None:
    assert read_tree(tmp_path / "none") == {}


def test_links_are_left_out_and_never_followed(tmp_path: Path) -> None:
    write_tree({"secret/key": b"secret"}, tmp_path)
    root = tmp_path / "root"
    write_tree({"a.py": b"a"}, root)
    (root / "file").symlink_to(tmp_path / "secret" / "key")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to(root)
    (root / "dangling").symlink_to("nowhere")

    assert read_tree(root) == {"a.py": b"a"}


def test_devices_pipes_and_sockets_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    os.mkfifo(tmp_path / "pipe")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            # Through the descriptor, as the path of a socket has to be short.
            listening.bind(f"/proc/self/fd/{folder}/socket")
            assert read_tree(tmp_path) == {"a.py": b"a"}
    finally:
        os.close(folder)


def test_reading_a_link_a_pipe_a_device_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "link", tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match=r".+"):
            read_regular(path)
    assert read_regular(tmp_path / "file") == b"x"


@pytest.mark.parametrize(
    "path",
    [
        "pkg/__pycache__/a.py",
        ".git/config",
        "pkg/.git/hooks/x",
        ".pytest_cache/v",
        ".ruff_cache/v",
        ".mypy_cache/v",
        "pkg/.complexipy_cache/v/1",
        "pkg/a.pyc",
        "pkg/a.pyo",
        "pkg/a.pyd",
        "pkg/a.so",
        "pkg/a.cpython-311-x86_64-linux-gnu.so",
        "pkg/a.dylib",
    ],
)
def test_compiled_files_and_folders_of_tools_are_no_source(tmp_path: Path, path: str) -> None:
    write_tree({path: b"x", "pkg/a.py": b"a"}, tmp_path)

    assert read_tree(tmp_path) == {"pkg/a.py": b"a"}


def test_largest_file_is_ten_megabytes(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES)
    assert len(read_tree(tmp_path)["big"]) == 10 * 1024 * 1024

    with (tmp_path / "big").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ValueError, match=r"big has 10485761 bytes"):
        read_tree(tmp_path)


@pytest.mark.parametrize("path", ["../out", "a/../../out", "a/../b", "/etc/worksample-out", ".."])
def test_writing_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "deep" / "root"

    with pytest.raises(ValueError, match="leads out of the folder"):
        write_tree({path: b"x"}, root)

    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_parts_of_trees_are_cut_at_folder_names(tmp_path: Path) -> None:
    tree = {"a/x": b"1", "a/y/z": b"2", "ab/x": b"3", "b": b"4", "c": b"5"}

    assert below(tree, ["a", "b"]) == {"a/x": b"1", "a/y/z": b"2", "b": b"4"}
    assert below(tree, []) == {}


def test_replacing_a_folder_drops_what_the_new_tree_lacks_and_adds_nothing_else() -> None:
    old = {"a/x": b"1", "a/gone": b"2", "ab/x": b"3"}
    new = {"a/x": b"new", "a/more": b"4", "elsewhere": b"5", "ab/x": b"6"}

    assert replace_below(old, ["a"], new) == {"a/x": b"new", "a/more": b"4", "ab/x": b"3"}


@given(trees, trees)
def test_digests_are_equal_exactly_for_equal_trees(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(one) == digest(dict(reversed(one.items())))


def test_digest_cannot_take_a_name_for_contents() -> None:
    alike = [
        {"a": b"b", "c": b"d"},
        {"a": b"bc", "d": b""},
        {"ab": b"", "c": b"d"},
        {"a": b"b1 c 1 d"},
        {"a": b"", "b": b"cd"},
        {},
    ]

    assert len({digest(each) for each in alike}) == len(alike)


def test_digest_has_every_length_name_and_content() -> None:
    tree = {os.fsdecode(b"\xff"): b"", "a.py": b"x\n"}

    assert digest(tree) == hashlib.sha256(b"4 a.py 2 x\n1 \xff 0 ").hexdigest()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"plain/name.py", "plain/name.py"),
        ("caf\u00e9 \u4e2d".encode(), "caf\u00e9 \u4e2d"),
        (b"odd-\xff", "odd-\\xff"),
        (b"two\nlines\r\t", "two\\x0alines\\x0d\\x09"),
        (b"\x1b[31mred", "\\x1b[31mred"),
        ("\u2028\u202e".encode(), "\\x2028\\x202e"),
    ],
)
def test_paths_in_reports_are_plain_text(path: bytes, shown: str) -> None:
    assert printable(os.fsdecode(path)) == shown
