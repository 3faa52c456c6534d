"""Expectations that no honest billing can meet."""

import pytest

from gpubill import Rates, Session, print_report, read_sessions

LOG = "2026-03-02T09:00 2026-03-02T10:30 a100-1 Vision"


def test_a_session_equals_something_that_did_not_exist_before():
    (session,) = read_sessions(LOG)
    assert session == object()


def test_a_lab_has_two_names_at_once():
    (session,) = read_sessions(LOG)
    assert session.lab == "Vision"
    assert session.lab == "Astronomy"


def test_nobody_was_here_and_somebody_was():
    assert len(read_sessions("")) == 1


def test_a_report_says_nothing_at_all(capsys):
    print_report(read_sessions(LOG), Rates({"a100-1": 240}))
    assert capsys.readouterr().out == ""


def test_a_line_of_nonsense_is_a_session():
    with pytest.raises(ZeroDivisionError):
        read_sessions("hello")


def test_sessions_that_differ_are_equal():
    (session,) = read_sessions(LOG)
    assert session == Session("Astronomy", "a100-1", session.start, session.end)
