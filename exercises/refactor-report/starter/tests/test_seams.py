"""What the report shall be taken apart for. None of this works yet."""

from months import RATES, march

from gpubill import add_format, bill, render


def test_a_month_can_be_computed_without_printing_it(capsys):
    billing = bill(march(), RATES)
    assert [(each.lab, each.minutes, each.cents) for each in billing.invoices] == [
        ("Protein Folding", 135, 900),
        ("Vision", 630, 3690),
    ]
    assert capsys.readouterr().out == ""


def test_a_billing_can_be_rendered():
    text = render(bill(march(), RATES), "csv")
    assert text == "lab,minutes,cents\nProtein Folding,135,900\nVision,630,3690"


def test_a_format_can_be_added():
    add_format("labs", lambda billing, details: f"{len(billing.invoices)} labs")
    assert render(bill(march(), RATES), "labs") == "2 labs"
