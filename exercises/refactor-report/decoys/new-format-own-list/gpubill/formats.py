"""The three formats that the institute uses: a billing in, a text out."""

from gpubill.billing import Billing, Invoice, Line


def as_text(billing: Billing, details: bool) -> str:
    """Return a billing for reading: who pays most comes first."""
    rows = [
        f"! skipped: {each.lab} on {each.machine}, {each.start:%Y-%m-%d %H:%M}"
        for each in billing.skipped
    ]
    if not billing.invoices:
        return "\n".join([*rows, "Nothing to bill."])
    for invoice in sorted(billing.invoices, key=lambda each: (-each.cents, each.lab)):
        rows.append(_text_row(invoice.lab, invoice.minutes, invoice.cents))
        if details:
            rows += [_text_line(line) for line in invoice.lines]
        if invoice.discount:
            off = f"-{_euros(invoice.discount)}"
            rows.append(f"  {'discount':<33}{off:>10}")
    return "\n".join([*rows, "-" * 45, _text_row("Total", *_totals(billing))])


def as_csv(billing: Billing, details: bool) -> str:
    """Return a billing for the accounting system, which finds out totals by itself."""
    if not details:
        rows = ["lab,minutes,cents"]
        for each in billing.invoices:
            rows.append(f"{_quoted(each.lab)},{each.minutes},{each.cents}")
        return "\n".join(rows)
    rows = ["lab,machine,minutes,cents"]
    for invoice in billing.invoices:
        lab = _quoted(invoice.lab)
        for line in invoice.lines:
            rows.append(f"{lab},{_quoted(line.machine)},{line.minutes},{line.cents}")
        if invoice.discount:
            rows.append(f"{lab},discount,,{-invoice.discount}")
    return "\n".join(rows)


def as_markdown(billing: Billing, details: bool) -> str:
    """Return a billing for the wiki, with decimal hours."""
    notes = [
        f"> skipped: {_escaped(each.lab)} on {_escaped(each.machine)}"
        for each in billing.skipped
    ]
    if not billing.invoices:
        return "\n".join(["*Nothing to bill.*", *notes])
    rows = ["| lab | hours | euros |", "|---|--:|--:|"]
    for invoice in billing.invoices:
        rows += _markdown_rows(invoice, details)
    minutes, cents = _totals(billing)
    rows.append(f"| **Total** | **{minutes / 60:.2f}** | **{_euros(cents)}** |")
    return "\n".join([*rows, *notes])


def _text_row(name: str, minutes: int, cents: int) -> str:
    hours = f"{minutes // 60}:{minutes % 60:02}"
    return f"{name:<25}{hours:>10}{_euros(cents):>10}"


def _text_line(line: Line) -> str:
    mark = "" if line.rated else " ?"
    return _text_row(f"  {line.machine}{mark}", line.minutes, line.cents)


def _markdown_rows(invoice: Invoice, details: bool) -> list[str]:
    lab = _escaped(invoice.lab)
    if invoice.discount:
        lab += f" (less {_euros(invoice.discount)})"
    rows = [(lab, invoice.minutes, invoice.cents)]
    if details:
        for line in invoice.lines:
            rows.append((f"- {_escaped(line.machine)}", line.minutes, line.cents))
    return [_markdown_row(*row) for row in rows]


def _markdown_row(name: str, minutes: int, cents: int) -> str:
    return f"| {name} | {minutes / 60:.2f} | {_euros(cents)} |"


def _totals(billing: Billing) -> tuple[int, int]:
    """Return the minutes and cents of all invoices."""
    invoices = billing.invoices
    return sum(each.minutes for each in invoices), sum(each.cents for each in invoices)


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _quoted(name: str) -> str:
    """Return a name as a CSV field."""
    if "," in name or '"' in name:
        return '"' + name.replace('"', '""') + '"'
    return name


def _escaped(name: str) -> str:
    """Return a name for a cell of a table."""
    return name.replace("|", "\\|")
