import random
from datetime import datetime, timedelta

import pytest

from gpubill import Rates, Session, print_report, read_sessions

NOON = datetime(2026, 3, 2, 12)


def use(start, end, lab="Vision", machine="a100-1"):
    minute = timedelta(minutes=1)
    return Session(lab, machine, NOON + start * minute, NOON + end * minute)


def a_month():
    return [
        use(30, 100, "Vision", "v100-1"),
        use(0, 75, "Vision", "a100-1"),
        use(70, 91, "Vision", "a100-1"),
        use(0, 10, "Astro", "lent-box"),
        use(5, 5, "Astro", "a|1"),
        use(20, 31, "Astro", "a100-1"),
        use(20, 10, "Pi|pe", "a100-1"),
        use(0, 14, 'Q, "x"', "m,1"),
        use(0, 16, "Pi|pe", "h|1"),
    ]


def rates():
    return Rates({"a100-1": 241, "v100-1": 95, "m,1": 240, "h|1": 120}, 150, 15)


def printed(capsys, *arguments, **options):
    print_report(*arguments, **options)
    return capsys.readouterr().out


def test_the_text(capsys):
    assert printed(capsys, a_month(), rates()) == (
        "! skipped: Astro on a|1, 2026-03-02 12:05\n"
        "! skipped: Pi|pe on a100-1, 2026-03-02 12:20\n"
        "Vision                         3:00      4.60\n"
        "  discount                              -0.81\n"
        "Astro                          0:30      0.60\n"
        "Pi|pe                          0:30      0.60\n"
        'Q, "x"                         0:15      0.60\n'
        "---------------------------------------------\n"
        "Total                          4:15      6.40\n"
    )


def test_the_text_with_details(capsys):
    text = printed(capsys, a_month(), rates(), "text", True)
    assert text.splitlines()[2:12] == [
        "Vision                         3:00      4.60",
        "  a100-1                       1:45      4.22",
        "  v100-1                       1:15      1.19",
        "  discount                              -0.81",
        "Astro                          0:30      0.60",
        "  a100-1                       0:15      0.60",
        "  lent-box ?                   0:15      0.00",
        "Pi|pe                          0:30      0.60",
        "  h|1                          0:30      0.60",
        'Q, "x"                         0:15      0.60',
    ]


def test_the_csv(capsys):
    assert printed(capsys, a_month(), rates(), "csv").splitlines() == [
        "lab,minutes,cents",
        "Astro,30,60",
        "Pi|pe,30,60",
        '"Q, ""x""",15,60',
        "Vision,180,460",
    ]


def test_the_csv_with_details(capsys):
    assert printed(capsys, a_month(), rates(), "csv", details=True).splitlines() == [
        "lab,machine,minutes,cents",
        "Astro,a100-1,15,60",
        "Astro,lent-box,15,0",
        "Pi|pe,h|1,30,60",
        '"Q, ""x""","m,1",15,60',
        "Vision,a100-1,105,422",
        "Vision,v100-1,75,119",
        "Vision,discount,,-81",
    ]


def test_the_markdown(capsys):
    assert printed(capsys, a_month(), rates(), "markdown").splitlines() == [
        "| lab | hours | euros |",
        "|---|--:|--:|",
        "| Astro | 0.50 | 0.60 |",
        "| Pi\\|pe | 0.50 | 0.60 |",
        '| Q, "x" | 0.25 | 0.60 |',
        "| Vision (less 0.81) | 3.00 | 4.60 |",
        "| **Total** | **4.25** | **6.40** |",
        "> skipped: Astro on a\\|1",
        "> skipped: Pi\\|pe on a100-1",
    ]


def test_the_markdown_with_details(capsys):
    assert printed(capsys, a_month(), rates(), "markdown", True).splitlines() == [
        "| lab | hours | euros |",
        "|---|--:|--:|",
        "| Astro | 0.50 | 0.60 |",
        "| - a100-1 | 0.25 | 0.60 |",
        "| - lent-box | 0.25 | 0.00 |",
        "| Pi\\|pe | 0.50 | 0.60 |",
        "| - h\\|1 | 0.50 | 0.60 |",
        '| Q, "x" | 0.25 | 0.60 |',
        "| - m,1 | 0.25 | 0.60 |",
        "| Vision (less 0.81) | 3.00 | 4.60 |",
        "| - a100-1 | 1.75 | 4.22 |",
        "| - v100-1 | 1.25 | 1.19 |",
        "| **Total** | **4.25** | **6.40** |",
        "> skipped: Astro on a\\|1",
        "> skipped: Pi\\|pe on a100-1",
    ]


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("format", ["", "pdf", "TEXT", "markdown "])
def test_a_format_that_there_is_not(format, details, capsys):
    text = printed(capsys, a_month(), rates(), format, details)
    assert text == f"unknown format: {format}\n"


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("text", "! skipped: Vision on a100-1, 2026-03-02 12:01\nNothing to bill.\n"),
        ("csv", "lab,minutes,cents\n"),
        ("markdown", "*Nothing to bill.*\n> skipped: Vision on a100-1\n"),
    ],
)
def test_only_what_was_skipped(format, text, capsys):
    assert printed(capsys, [use(1, 1)], rates(), format) == text


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("text", "Nothing to bill.\n"),
        ("csv", "lab,minutes,cents\n"),
        ("markdown", "*Nothing to bill.*\n"),
    ],
)
def test_nothing(format, text, capsys):
    assert printed(capsys, [], rates(), format) == text


@pytest.mark.parametrize(
    "only", [["Astro", "Pi|pe"], ("Pi|pe", "Astro"), {"Astro", "Pi|pe"}]
)
def test_some_labs_only(only, capsys):
    text = printed(capsys, a_month(), rates(), "text", only=only)
    assert text.splitlines() == [
        "! skipped: Astro on a|1, 2026-03-02 12:05",
        "! skipped: Pi|pe on a100-1, 2026-03-02 12:20",
        "Astro                          0:30      0.60",
        "Pi|pe                          0:30      0.60",
        "---------------------------------------------",
        "Total                          1:00      1.20",
    ]


@pytest.mark.parametrize(
    ("only", "lines"),
    [
        ([], ["lab,minutes,cents", "Astro,15,60", "Vision,15,60"]),
        ((), ["lab,minutes,cents"]),
        (set(), ["lab,minutes,cents"]),
    ],
)
def test_no_labs_at_all_are_everybody_as_a_list_only(only, lines, capsys):
    sessions = [use(0, 10), use(0, 10, "Astro")]
    text = printed(capsys, sessions, Rates({"a100-1": 240}), "csv", only=only)
    assert text.splitlines() == lines


def test_a_lab_that_was_not_there(capsys):
    assert printed(capsys, a_month(), rates(), only=["Chess"]) == "Nothing to bill.\n"


def test_a_discount_of_nothing_is_not_mentioned(capsys):
    sessions = [use(0, 60), use(0, 60, "Astro", "lent-box")]
    text = printed(capsys, sessions, Rates({"a100-1": 240}, 0, 0), "csv", True)
    assert "discount" not in text
    text = printed(capsys, sessions, Rates({"a100-1": 240}, 0, 10), "csv", True)
    assert text.count("discount") == 1
    assert "Vision,discount,,-24\n" in text


@pytest.mark.parametrize(
    ("minutes", "line"), [(615, "Vision,615,2460"), (616, "Vision,630,2268")]
)
def test_who_is_above_the_threshold_pays_less(minutes, line, capsys):
    text = printed(capsys, [use(0, minutes)], Rates({"a100-1": 240}, 615), "csv")
    assert text == f"lab,minutes,cents\n{line}\n"


def test_the_price_list_has_a_discount_of_its_own(capsys):
    text = printed(capsys, [use(0, 6001)], Rates({"a100-1": 60}), "csv")
    assert text.splitlines()[1] == "Vision,6015,5413"
    text = printed(capsys, [use(0, 6000)], Rates({"a100-1": 60}), "csv")
    assert text.splitlines()[1] == "Vision,6000,6000"


@pytest.mark.parametrize("format", ["csv", "text", "markdown"])
def test_any_month_is_billed_by_the_block(format, capsys):
    chance = random.Random(7)
    for _ in range(8):
        starts = [chance.randrange(0, 600) for _ in range(12)]
        sessions = [use(start, start + chance.randrange(1, 60)) for start in starts]
        busy = {
            minute
            for each in sessions
            for minute in range(
                2 * int((each.start - NOON).total_seconds() // 60),
                2 * int((each.end - NOON).total_seconds() // 60) + 1,
            )
        }
        billed = length = 0
        for half in range(0, 1400):
            if half in busy:
                length += 1
            elif length:
                billed += -(-(length // 2) // 15) * 15
                length = 0
        text = printed(capsys, sessions, Rates({"a100-1": 60}), format)
        seen = {
            "csv": f"Vision,{billed},{billed}",
            "text": f"{'Vision':<25}{billed // 60:>7}:{billed % 60:02}{billed / 100:>10.2f}",
            "markdown": f"| Vision | {billed / 60:.2f} | {billed / 100:.2f} |",
        }
        assert seen[format] in text.splitlines()


def test_seconds_count(capsys):
    second = timedelta(seconds=1)
    sessions = [Session("Vision", "a100-1", NOON, NOON + 900 * second)]
    assert "Vision,15," in printed(capsys, sessions, rates(), "csv")
    sessions = [Session("Vision", "a100-1", NOON, NOON + 901 * second)]
    assert "Vision,30," in printed(capsys, sessions, rates(), "csv")
    sessions = [Session("Vision", "a100-1", NOON, NOON + 900.9 * second)]
    assert "Vision,15," in printed(capsys, sessions, rates(), "csv")


def test_a_log_is_read(capsys):
    log = """
# start           end              machine lab
2026-03-02T09:00 2026-03-02T10:20 a100-1 Protein  Folding

  2026-03-02T10:00 2026-03-02T11:05:30 a100-2 Vision
"""
    assert [
        (each.lab, each.machine, each.start.isoformat(), each.end.isoformat())
        for each in read_sessions(log)
    ] == [
        ("Protein  Folding", "a100-1", "2026-03-02T09:00:00", "2026-03-02T10:20:00"),
        ("Vision", "a100-2", "2026-03-02T10:00:00", "2026-03-02T11:05:30"),
    ]


@pytest.mark.parametrize(
    "line", ["a b c d", "2026-03-02T09:00 2026-03-02T10:20 a100-1", "x"]
)
def test_a_log_of_other_lines_is_refused(line):
    with pytest.raises(ValueError) as caught:
        read_sessions(f"# a remark\n\n{line} \n")
    assert str(caught.value) == f"line 3 is no session: {line}"
