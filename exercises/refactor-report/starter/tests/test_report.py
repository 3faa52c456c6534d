import pytest
from months import RATES, march, one

from gpubill import print_report


def printed(capsys, *arguments, **options):
    print_report(*arguments, **options)
    return capsys.readouterr().out.splitlines()


def test_the_text_of_march(capsys):
    assert printed(capsys, march(), RATES) == [
        "! skipped: Vision on v100-1, 2026-03-05 12:00",
        "Vision                        10:30     36.90",
        "  discount                              -4.10",
        "Protein Folding                2:15      9.00",
        "---------------------------------------------",
        "Total                         12:45     45.90",
    ]


def test_the_text_of_march_with_details(capsys):
    lines = printed(capsys, march(), RATES, details=True)
    assert lines[1:5] == [
        "Vision                        10:30     36.90",
        "  a100-2                      10:15     41.00",
        "  lent-box ?                   0:15      0.00",
        "  discount                              -4.10",
    ]


def test_march_for_the_accounting_system(capsys):
    assert printed(capsys, march(), RATES, format="csv") == [
        "lab,minutes,cents",
        "Protein Folding,135,900",
        "Vision,630,3690",
    ]


def test_march_for_the_accounting_system_with_details(capsys):
    assert printed(capsys, march(), RATES, format="csv", details=True) == [
        "lab,machine,minutes,cents",
        "Protein Folding,a100-1,135,900",
        "Vision,a100-2,615,4100",
        "Vision,lent-box,15,0",
        "Vision,discount,,-410",
    ]


def test_march_for_the_wiki(capsys):
    assert printed(capsys, march(), RATES, format="markdown") == [
        "| lab | hours | euros |",
        "|---|--:|--:|",
        "| Protein Folding | 2.25 | 9.00 |",
        "| Vision (less 4.10) | 10.50 | 36.90 |",
        "| **Total** | **12.75** | **45.90** |",
        "> skipped: Vision on v100-1",
    ]


def test_some_labs_only(capsys):
    lines = printed(capsys, march(), RATES, "csv", only=["Vision"])
    assert lines == ["lab,minutes,cents", "Vision,630,3690"]


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("text", "Nothing to bill."),
        ("csv", "lab,minutes,cents"),
        ("markdown", "*Nothing to bill.*"),
    ],
)
def test_a_month_without_sessions(capsys, format, line):
    assert printed(capsys, [], RATES, format) == [line]


def test_a_format_that_there_is_not(capsys):
    assert printed(capsys, march(), RATES, "pdf") == ["unknown format: pdf"]


def test_sessions_that_touch_are_one_period(capsys):
    sessions = [one("09:05", "09:10"), one("09:00", "09:05"), one("09:11", "09:16")]
    assert printed(capsys, sessions, RATES, "csv")[1] == "Vision,30,200"
