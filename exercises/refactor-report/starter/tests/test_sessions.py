from datetime import datetime

import pytest

from gpubill import read_sessions


def test_a_line_is_a_session():
    (session,) = read_sessions("2026-03-02T09:00 2026-03-02T10:30 a100-1 Vision\n")
    assert (session.lab, session.machine) == ("Vision", "a100-1")
    assert session.start == datetime(2026, 3, 2, 9)
    assert session.end == datetime(2026, 3, 2, 10, 30)


def test_labs_may_have_names_of_several_words():
    (session,) = read_sessions(
        "2026-03-02T09:00 2026-03-02T10:30 a100-1 Protein Folding  "
    )
    assert session.lab == "Protein Folding"


def test_blank_lines_and_remarks_are_left_out():
    assert read_sessions("\n# nobody was here\n  \n") == []


@pytest.mark.parametrize("line", ["hello", "09:00 10:00 a100-1 Vision", "2026-03-02"])
def test_other_lines_are_refused_with_their_number(line):
    with pytest.raises(ValueError, match="line 2 is no session"):
        read_sessions(f"\n{line}\n")
