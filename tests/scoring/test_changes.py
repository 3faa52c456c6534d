"""Differences between two trees: what counts, and that hunks tell the truth."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.changes import changed_lines, compare, shorten, text_lines
from scoring.model import DiffFile, DiffLine, Hunk

lines = st.lists(st.sampled_from(["", "a", "b", "c", "# note", "    d"]), max_size=30)


def compare_file(old: bytes | None, new: bytes | None, path: str = "pkg/a.py") -> DiffFile:
    before = {} if old is None else {path: old}
    after = {} if new is None else {path: new}
    (file,) = compare(before, after, ["pkg"], ["tests"])
    return file


def compared_in(old: bytes, new: bytes) -> tuple[DiffFile, float]:
    """With the seconds of processor time that it took, while nothing measures coverage."""
    tracer = sys.gettrace()
    sys.settrace(None)
    begun = time.process_time()
    try:
        file = compare_file(old, new)
        return file, time.process_time() - begun
    finally:
        sys.settrace(tracer)


def encoded(text: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in text).encode()


def rebuilt(file: DiffFile, old: list[str]) -> list[str]:
    """The new text out of the old one and the hunks, each number checked on the way."""
    new: list[str] = []
    taken = 0
    for hunk in file.hunks:
        first = next((line.old for line in hunk.lines if line.old is not None), None)
        if first is not None:
            new += old[taken : first - 1]
            taken = first - 1
        for line in hunk.lines:
            if line.kind != "+":
                assert line.old == taken + 1
                assert line.text == old[taken]
                taken += 1
            else:
                assert line.old is None
            if line.kind != "-":
                new.append(line.text)
                assert line.new == len(new)
            else:
                assert line.new is None
    return new + old[taken:]


# --- hunks ----------------------------------------------------------------------------------


@given(lines, lines)
def test_new_text_can_be_rebuilt_from_the_old_one_and_the_hunks(
    old: list[str], new: list[str]
) -> None:
    files = compare({"pkg/a.py": encoded(old)}, {"pkg/a.py": encoded(new)}, ["pkg"], [])

    assert len(files) == (old != new)
    for file in files:
        assert rebuilt(file, old) == new
        kinds = [line.kind for hunk in file.hunks for line in hunk.lines]
        assert (file.added, file.deleted) == (kinds.count("+"), kinds.count("-"))


@given(lines, lines)
def test_hunks_have_three_lines_of_context_and_never_touch(old: list[str], new: list[str]) -> None:
    for file in compare({"pkg/a.py": encoded(old)}, {"pkg/a.py": encoded(new)}, ["pkg"], []):
        end = 0
        for hunk in file.hunks:
            kinds = "".join(line.kind for line in hunk.lines)
            olds = [line.old for line in hunk.lines if line.old is not None]
            lead, trail = len(kinds) - len(kinds.lstrip(" ")), len(kinds) - len(kinds.rstrip(" "))
            assert kinds.strip(" ")
            assert "       " not in kinds.strip(" ")
            assert lead <= 3
            assert trail <= 3
            if olds:
                assert olds[0] > end
                # Context falls short only at an end of the file.
                assert lead == 3 or olds[0] == 1
                assert trail == 3 or olds[-1] == len(old)
                end = olds[-1]


@given(lines, lines)
def test_changed_lines_are_those_added(old: list[str], new: list[str]) -> None:
    for file in compare({"pkg/a.py": encoded(old)}, {"pkg/a.py": encoded(new)}, ["pkg"], []):
        unchanged = [each for n, each in enumerate(new, 1) if n not in changed_lines(file)]
        assert len(changed_lines(file)) == file.added
        assert len(unchanged) == len(old) - file.deleted


def test_a_change_in_the_middle_is_shown_with_context_and_line_numbers() -> None:
    old = [f"line {n}" for n in range(1, 11)]
    new = [*old[:4], "changed", "more", *old[5:]]

    assert compare_file(encoded(old), encoded(new)) == DiffFile(
        path="pkg/a.py",
        role="source",
        status="changed",
        added=2,
        deleted=1,
        churn=3,
        hunks=(
            Hunk(
                (
                    DiffLine(" ", 2, 2, "line 2"),
                    DiffLine(" ", 3, 3, "line 3"),
                    DiffLine(" ", 4, 4, "line 4"),
                    DiffLine("-", 5, None, "line 5"),
                    DiffLine("+", None, 5, "changed"),
                    DiffLine("+", None, 6, "more"),
                    DiffLine(" ", 6, 7, "line 6"),
                    DiffLine(" ", 7, 8, "line 7"),
                    DiffLine(" ", 8, 9, "line 8"),
                )
            ),
        ),
    )


def test_changes_six_lines_apart_share_a_hunk_and_seven_do_not() -> None:
    def hunks(between: int) -> int:
        middle = [f"same {n}" for n in range(between)]
        file = compare_file(encoded(["a", *middle, "b"]), encoded(["A", *middle, "B"]))
        return len(file.hunks)

    assert (hunks(6), hunks(7)) == (1, 2)


# --- files ----------------------------------------------------------------------------------


def test_added_changed_and_deleted_files_come_by_role_and_path() -> None:
    before = {"pkg/gone.py": b"x\n", "pkg/kept.py": b"k\n", "tests/t.py": b"t\n", "NOTES.md": b"n"}
    after = {
        "tests/t.py": b"u\n",
        "pkg/new.py": b"y\nz\n",
        "pkg/kept.py": b"k\n",
        "NOTES.md": b"m",
        "other/x.py": b"x\n",
    }

    files = compare(before, after, ["pkg"], ["tests"])

    assert [(f.path, f.role, f.status, f.added, f.deleted, f.churn) for f in files] == [
        ("pkg/gone.py", "source", "deleted", 0, 1, 1),
        ("pkg/new.py", "source", "added", 2, 0, 2),
        ("tests/t.py", "test", "changed", 1, 1, 0),
    ]


def test_blank_lines_comments_and_tests_are_no_churn() -> None:
    old = b"a = 1\n"
    new = b"# why\n\n   \n\t# what\na = 1\nb = 2  # counts\n"

    file = compare_file(old, new)
    assert (file.added, file.churn) == (5, 1)
    assert compare_file(new, None).churn == 2
    assert compare_file(None, b"assert 1\n", "tests/t.py").churn == 0


def test_empty_file_that_appears_is_a_change_of_no_lines() -> None:
    assert compare_file(None, b"") == DiffFile("pkg/a.py", "source", "added", 0, 0, 0, ())


def test_names_are_fit_for_a_report() -> None:
    assert compare_file(None, b"", "pkg/odd-\udcff\n.py").path == "pkg/odd-\\xff\\x0a.py"


# --- bytes ----------------------------------------------------------------------------------


def test_line_ends_alone_are_no_changed_lines() -> None:
    for new in (b"a\r\nb\r\n", b"a\rb\r", b"a\nb"):
        file = compare_file(b"a\nb\n", new)
        assert (file.status, file.added, file.deleted, file.hunks) == ("changed", 0, 0, ())


def test_line_without_an_end_is_a_line() -> None:
    file = compare_file(b"a\nb", b"a\nb\nc")

    assert [(line.kind, line.new, line.text) for line in file.hunks[0].lines] == [
        (" ", 1, "a"),
        (" ", 2, "b"),
        ("+", 3, "c"),
    ]


def test_lines_are_numbered_as_python_does() -> None:
    # A form feed, a vertical tab and Unicode's separators end a line for str.splitlines only.
    text = "a\x0cb\x0bc\x1cd\x85e\u2028f\ng\r\nh"

    assert text_lines(text.encode()) == ["a\x0cb\x0bc\x1cd\x85e\u2028f", "g", "h"]
    assert text_lines(b"") == []
    assert text_lines(b"\n") == [""]
    assert text_lines(b"\n\n") == ["", ""]


def test_undecodable_bytes_are_replaced_and_do_not_end_a_comparison() -> None:
    file = compare_file(b"a\n\xff\xfe\n", b"a\n\xe9\n")

    assert [(line.kind, line.text) for line in file.hunks[0].lines] == [
        (" ", "a"),
        ("-", "\ufffd\ufffd"),
        ("+", "\ufffd"),
    ]


# --- size -----------------------------------------------------------------------------------


def test_huge_files_count_as_one_replacement_and_take_no_time() -> None:
    old = ["same", *(f"old {n}" for n in range(20_000)), "shared", "same"]
    new = ["same", "shared", *(f"new {n}" for n in range(20_000)), "same"]
    file, seconds = compared_in(encoded(old), encoded(new))

    assert seconds < 5
    assert (file.added, file.deleted, file.churn) == (20_001, 20_001, 40_002)
    assert rebuilt(file, old) == new


def test_many_equal_lines_take_no_time() -> None:
    # A matching of these takes many minutes: its work is cubic in the number of equal lines.
    old = ["pass"] * 4000
    new = ["pass" if n % 2 else f"x{n} = 1" for n in range(4000)]
    file, seconds = compared_in(encoded(old), encoded(new))

    assert seconds < 10
    assert rebuilt(file, old) == new


def test_long_file_with_a_small_change_is_matched_all_the_same() -> None:
    old = [f"x{n} = 1" for n in range(50_000)]
    new = [*old[:25_000], "y = 2", *old[25_000:]]

    file = compare_file(encoded(old), encoded(new))

    assert (file.added, file.deleted, file.churn) == (1, 0, 1)
    assert changed_lines(file) == {25_001}


def test_shortened_diffs_tell_how_much_is_left_out() -> None:
    first = compare_file(None, encoded(["a"] * 5), "pkg/a.py")
    second = compare_file(
        encoded(["x", *map(str, range(20)), "y"]), encoded(["X", *map(str, range(20)), "Y"])
    )

    files = shorten((first, second), 7)

    assert [[len(hunk.lines) for hunk in file.hunks] for file in files] == [[5], [2]]
    assert [file.omitted for file in files] == [0, 8]
    assert [file.churn for file in files] == [5, 4]
    assert shorten((first, second), 15) == (first, second)
    assert [(f.hunks, f.omitted) for f in shorten((first, second), 0)] == [((), 5), ((), 10)]


# --- what a line adds to the size -------------------------------------------------------------


def churn(text: str, path: str = "pkg/a.py") -> int:
    return compare_file(None, text.encode(), path).churn


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a = 1; b = 2; c = 3\n", 3),
        ("if a: b = 1; c = 2\n", 3),
        ("if a:\n    b = 1\nelse:\n    c = 2\n", 4),
        ("(a := 1, b := 2, c := 3)\n", 3),
        ("if (a := b()) is None:\n    a = 1\n", 2),
        ("def f(): ...\nclass A: pass\n", 2),
        ('def f():\n    """Says."""\n', 2),
        ("f(\n    a,\n    b,\n)\n", 4),
        ("a = '; ; ;'\n", 1),
        (f"a = '{'x' * 113}'\n", 1),
        (f"a = '{'x' * 115}'\n", 2),
        (f"a = 1  # {'x' * 40}\n", 1),
        (f"# {'x' * 400}\n", 0),
        # Not Python, where nothing but semicolons can be counted.
        ("a = (1; b = 2\n", 2),
        ("# coding: utf-7\n# +AAo-a = 1+ADs- b = 2\n", 2),
    ],
)
def test_a_line_counts_for_as_many_as_it_has_statements_or_widths(text: str, size: int) -> None:
    assert churn(text) == size
    assert compare_file(text.encode(), None).churn == size


def test_lines_of_data_count_once_each() -> None:
    assert churn(f"{'a; ' * 200}\n\nb\n", "pkg/a.txt") == 2


def test_what_python_reads_of_another_encoding_is_shown() -> None:
    file = compare_file(None, b"# coding: latin-1\n# \xe9\n")

    assert [line.text for line in file.hunks[0].lines] == ["# coding: latin-1", "# \xe9"]


@pytest.mark.parametrize(
    ("before", "quotes"),
    [
        ("'''A text", "'''"),
        ('"""A text', '"""'),
        ('"""A text that ends"""', ""),
        ('"""It quotes \'\'\' and \\""" and goes on', '"""'),
        ('# not """ here', ""),
        ("name = \"'''\"", ""),
        ("one = 'it\\'s \"\"\" closed'", ""),
        ("broken = 'no end\n'''a text", "'''"),
        ("''' ends''' + ''' goes on", "'''"),
    ],
)
def test_a_hunk_tells_in_which_text_of_several_lines_it_begins(before: str, quotes: str) -> None:
    old = f"{before}\n" + "a\n" * 9
    new = old + "b\n"
    (hunk,) = compare_file(old.encode(), new.encode()).hunks
    assert hunk.within == (quotes, quotes)
    (hunk,) = compare_file(old.encode(), new.encode(), "pkg/a.toml").hunks
    assert hunk.within == ("", "")


def test_the_sides_of_a_hunk_may_begin_in_different_texts() -> None:
    old = '"""Open\n' + "a\n" * 9
    new = '"""Closed"""\n' + "a\n" * 9 + "b\n"
    first, second = compare_file(old.encode(), new.encode()).hunks
    assert (first.within, second.within) == (("", ""), ('"""', ""))
