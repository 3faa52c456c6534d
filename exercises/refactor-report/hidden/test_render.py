from datetime import datetime

import pytest

from gpubill import (
    Billing,
    Invoice,
    Line,
    Rates,
    Session,
    UnknownFormat,
    bill,
    formats,
    print_report,
    read_sessions,
    render,
)


def made_up():
    """A billing that nobody computed: its numbers do not follow from each other."""
    ten = datetime(2026, 3, 2, 10)
    return Billing(
        (
            Invoice("Astro, ETH", (Line("a100-1", 75, 105),), 80, 0, 9),
            Invoice(
                'Bio "B"',
                (Line("a,1", 600, 100_007), Line("x|y", 15, 0, rated=False)),
                7,
                150,
                123_456,
            ),
            Invoice("Chem|ist", (), 0, 0, 123_456),
        ),
        (Session("Dora|", "v|1", ten, ten), Session("Astro", "v2", ten, ten)),
    )


TEXT = """\
! skipped: Dora| on v|1, 2026-03-02 10:00
! skipped: Astro on v2, 2026-03-02 10:00
Bio "B"                        0:07   1234.56
  discount                              -1.50
Chem|ist                       0:00   1234.56
Astro, ETH                     1:20      0.09
---------------------------------------------
Total                          1:27   2469.21"""

TEXT_DETAILS = """\
! skipped: Dora| on v|1, 2026-03-02 10:00
! skipped: Astro on v2, 2026-03-02 10:00
Bio "B"                        0:07   1234.56
  a,1                         10:00   1000.07
  x|y ?                        0:15      0.00
  discount                              -1.50
Chem|ist                       0:00   1234.56
Astro, ETH                     1:20      0.09
  a100-1                       1:15      1.05
---------------------------------------------
Total                          1:27   2469.21"""

CSV = """\
lab,minutes,cents
"Astro, ETH",80,9
"Bio ""B""\",7,123456
Chem|ist,0,123456"""

CSV_DETAILS = """\
lab,machine,minutes,cents
"Astro, ETH",a100-1,75,105
"Bio ""B""\","a,1",600,100007
"Bio ""B""\",x|y,15,0
"Bio ""B""\",discount,,-150"""

MARKDOWN = """\
| lab | hours | euros |
|---|--:|--:|
| Astro, ETH | 1.33 | 0.09 |
| Bio "B" (less 1.50) | 0.12 | 1234.56 |
| Chem\\|ist | 0.00 | 1234.56 |
| **Total** | **1.45** | **2469.21** |
> skipped: Dora\\| on v\\|1
> skipped: Astro on v2"""

MARKDOWN_DETAILS = """\
| lab | hours | euros |
|---|--:|--:|
| Astro, ETH | 1.33 | 0.09 |
| - a100-1 | 1.25 | 1.05 |
| Bio "B" (less 1.50) | 0.12 | 1234.56 |
| - a,1 | 10.00 | 1000.07 |
| - x\\|y | 0.25 | 0.00 |
| Chem\\|ist | 0.00 | 1234.56 |
| **Total** | **1.45** | **2469.21** |
> skipped: Dora\\| on v\\|1
> skipped: Astro on v2"""


@pytest.mark.parametrize(
    ("format", "details", "text"),
    [
        ("text", False, TEXT),
        ("text", True, TEXT_DETAILS),
        ("csv", False, CSV),
        ("csv", True, CSV_DETAILS),
        ("markdown", False, MARKDOWN),
        ("markdown", True, MARKDOWN_DETAILS),
    ],
)
def test_any_billing_can_be_rendered(format, details, text, capsys):
    assert render(made_up(), format, details) == text
    assert render(made_up(), format=format, details=details) == text
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_text_without_details_is_what_is_rendered_by_default():
    assert render(made_up()) == TEXT


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("text", "Nothing to bill."),
        ("csv", "lab,minutes,cents"),
        ("markdown", "*Nothing to bill.*"),
    ],
)
def test_a_month_in_which_nothing_happened(format, text):
    assert render(Billing(()), format) == text


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("text", "! skipped: Vision on v1, 2026-03-02 10:00\nNothing to bill."),
        ("csv", "lab,machine,minutes,cents"),
        ("markdown", "*Nothing to bill.*\n> skipped: Vision on v1"),
    ],
)
def test_a_month_in_which_all_was_skipped(format, text):
    ten = datetime(2026, 3, 2, 10)
    billing = Billing((), (Session("Vision", "v1", ten, ten),))
    assert render(billing, format, details=True) == text


@pytest.mark.parametrize("format", ["text", "csv", "markdown"])
@pytest.mark.parametrize("details", [False, True])
def test_it_is_what_the_report_prints(format, details, capsys):
    log = """
    2026-03-02T09:00 2026-03-02T10:30 a100-1 Vision
    2026-03-02T09:00 2026-03-02T10:30 v100-1 Astro
    2026-03-02T09:00 2026-03-02T08:30 v100-1 Astro
    """
    rates = Rates({"a100-1": 240}, 60)
    print_report(read_sessions(log), rates, format, details)
    printed = capsys.readouterr().out
    assert render(bill(read_sessions(log), rates), format, details) + "\n" == printed


@pytest.mark.parametrize("format", ["txt", "", "TEXT", "pdf"])
def test_a_format_that_nobody_added_is_an_error(format, capsys):
    with pytest.raises(UnknownFormat) as caught:
        render(made_up(), format)
    for name in formats():
        assert name in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert capsys.readouterr().out == ""
