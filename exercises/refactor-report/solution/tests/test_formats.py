from datetime import datetime

import pytest
from months import RATES, march

from gpubill import (
    Billing,
    Invoice,
    Line,
    Session,
    UnknownFormat,
    add_format,
    formats,
    print_report,
    render,
)

TEN = datetime(2026, 3, 2, 10)
BILLING = Billing(
    (
        Invoice("Art, Media", (Line("a100-1", 75, 105),), 75, 0, 105),
        Invoice("Bio|", (Line('x"', 15, 0, rated=False),), 15, 0, 123_405),
        Invoice("Chess", (Line("a|1", 600, 123_455),), 600, 50, 123_405),
    ),
    (Session("Dora|", "v|1", TEN, TEN),),
)

EXPECTED = {
    ("text", False): """\
! skipped: Dora| on v|1, 2026-03-02 10:00
Bio|                           0:15   1234.05
Chess                         10:00   1234.05
  discount                              -0.50
Art, Media                     1:15      1.05
---------------------------------------------
Total                         11:30   2469.15""",
    ("text", True): """\
! skipped: Dora| on v|1, 2026-03-02 10:00
Bio|                           0:15   1234.05
  x" ?                         0:15      0.00
Chess                         10:00   1234.05
  a|1                         10:00   1234.55
  discount                              -0.50
Art, Media                     1:15      1.05
  a100-1                       1:15      1.05
---------------------------------------------
Total                         11:30   2469.15""",
    ("csv", False): """\
lab,minutes,cents
"Art, Media",75,105
Bio|,15,123405
Chess,600,123405""",
    ("csv", True): """\
lab,machine,minutes,cents
"Art, Media",a100-1,75,105
Bio|,"x\""",15,0
Chess,a|1,600,123455
Chess,discount,,-50""",
    ("markdown", False): """\
| lab | hours | euros |
|---|--:|--:|
| Art, Media | 1.25 | 1.05 |
| Bio\\| | 0.25 | 1234.05 |
| Chess (less 0.50) | 10.00 | 1234.05 |
| **Total** | **11.50** | **2469.15** |
> skipped: Dora\\| on v\\|1""",
    ("markdown", True): """\
| lab | hours | euros |
|---|--:|--:|
| Art, Media | 1.25 | 1.05 |
| - a100-1 | 1.25 | 1.05 |
| Bio\\| | 0.25 | 1234.05 |
| - x" | 0.25 | 0.00 |
| Chess (less 0.50) | 10.00 | 1234.05 |
| - a\\|1 | 10.00 | 1234.55 |
| **Total** | **11.50** | **2469.15** |
> skipped: Dora\\| on v\\|1""",
}


@pytest.mark.parametrize(("format", "details"), EXPECTED)
def test_a_billing_becomes_a_text(format, details, capsys):
    assert render(BILLING, format, details) == EXPECTED[format, details]
    assert capsys.readouterr().out == ""


def test_an_unknown_format_blows_up_and_names_those_there_are():
    with pytest.raises(UnknownFormat) as caught:
        render(BILLING, "txt")
    assert all(name in str(caught.value) for name in formats())


@pytest.mark.parametrize("details", [False, True])
def test_a_format_that_was_added_works_everywhere(details, capsys):
    add_format("brief", lambda billing, details: f"details: {details}")
    assert render(BILLING, "brief", details) == f"details: {details}"
    print_report(march(), RATES, "brief", details)
    assert capsys.readouterr().out == f"details: {details}\n"
    assert {"brief", "csv", "markdown", "text"} <= set(formats())
    assert formats() == sorted(formats())


def test_a_format_can_be_added_anew():
    add_format("anew", lambda billing, details: "old")
    add_format("anew", lambda billing, details: "new")
    assert render(BILLING, "anew") == "new"


@pytest.mark.parametrize(
    ("only", "labs"), [([], 2), ((), 0), (set(), 0), (["Vision"], 1), (("Chess",), 0)]
)
def test_the_report_is_about_some_labs_only(only, labs, capsys):
    print_report(march(), RATES, "csv", only=only)
    assert len(capsys.readouterr().out.splitlines()) == 1 + labs
