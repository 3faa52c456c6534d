import pytest

from gpubill import (
    Billing,
    Invoice,
    Rates,
    add_format,
    formats,
    print_report,
    read_sessions,
    render,
)


def vision():
    return read_sessions("2026-03-02T09:00 2026-03-02T10:30 a100-1 Vision")


def haiku(billing, details):
    labs = " ".join(each.lab for each in billing.invoices)
    return f"{labs} / {'with' if details else 'without'} details / slept"


def a_billing():
    return Billing((Invoice("Astro", (), 15, 0, 7),))


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (False, "Astro / without details / slept"),
        (True, "Astro / with details / slept"),
    ],
)
def test_a_format_that_was_added_can_be_rendered(details, text):
    add_format("haiku", haiku)
    assert render(a_billing(), "haiku", details) == text


def test_details_are_not_wanted_unless_asked_for():
    add_format("haiku-default", haiku)
    assert render(a_billing(), "haiku-default") == "Astro / without details / slept"


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (False, "Vision / without details / slept"),
        (True, "Vision / with details / slept"),
    ],
)
def test_the_report_prints_it(details, text, capsys):
    add_format("haiku-printed", haiku)
    print_report(vision(), Rates({"a100-1": 240}), "haiku-printed", details)
    assert capsys.readouterr().out == text + "\n"


def test_the_report_of_some_labs_prints_it(capsys):
    add_format("haiku-some", haiku)
    sessions = vision() + read_sessions(
        "2026-03-02T09:00 2026-03-02T10:30 a100-1 Astro"
    )
    print_report(sessions, Rates({}), "haiku-some", only=["Astro"])
    assert capsys.readouterr().out == "Astro / without details / slept\n"


def test_what_it_returns_is_printed_as_it_is(capsys):
    add_format("as-it-is", lambda billing, details: "two\nlines\n")
    print_report(vision(), Rates({}), "as-it-is")
    assert capsys.readouterr().out == "two\nlines\n\n"


def test_names_are_listed_in_order():
    before = formats()
    assert {"csv", "markdown", "text"} <= set(before)
    for name in ("zz-last", "aa-first", "mm-middle"):
        add_format(name, haiku)
    assert list(formats()) == sorted({*before, "zz-last", "aa-first", "mm-middle"})


def test_a_name_that_is_added_again_gets_the_new_function(capsys):
    add_format("again", haiku)
    add_format("again", lambda billing, details: "anew")
    assert render(a_billing(), "again") == "anew"
    capsys.readouterr()
    print_report(vision(), Rates({}), "again")
    assert capsys.readouterr().out == "anew\n"
    assert list(formats()).count("again") == 1


def test_errors_of_a_format_are_its_own():
    def broken(billing, details):
        raise KeyError("no such toner")

    add_format("broken", broken)
    with pytest.raises(KeyError, match="no such toner"):
        render(a_billing(), "broken")
