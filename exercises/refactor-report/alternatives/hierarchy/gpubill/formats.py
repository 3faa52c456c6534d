"""The formats that the institute uses, a class for each."""

from abc import ABC, abstractmethod

from gpubill.billing import Billing, Invoice, Line


class Format(ABC):
    """Turns a billing into a text, part by part."""

    def __call__(self, billing: Billing, details: bool) -> str:
        """Return the text of a billing."""
        rows = list(self.above(billing))
        if billing.invoices:
            rows += self.header(details)
            for invoice in self.in_order(billing):
                rows += self.invoice(invoice, details)
            rows += self.footer(billing)
        else:
            rows += self.nothing(details)
        return "\n".join([*rows, *self.below(billing)])

    def above(self, billing: Billing) -> list[str]:
        """Return what stands above all."""
        return []

    def below(self, billing: Billing) -> list[str]:
        """Return what stands below all."""
        return []

    def header(self, details: bool) -> list[str]:
        """Return what stands above the invoices."""
        return []

    def footer(self, billing: Billing) -> list[str]:
        """Return what stands below the invoices."""
        return []

    def in_order(self, billing: Billing) -> list[Invoice]:
        """Return the invoices in the order of the format."""
        return list(billing.invoices)

    @abstractmethod
    def invoice(self, invoice: Invoice, details: bool) -> list[str]:
        """Return the lines of an invoice."""

    @abstractmethod
    def nothing(self, details: bool) -> list[str]:
        """Return what stands in place of no invoices."""


class TextFormat(Format):
    """For reading: who pays most comes first."""

    def above(self, billing: Billing) -> list[str]:
        return [
            f"! skipped: {each.lab} on {each.machine}, {each.start:%Y-%m-%d %H:%M}"
            for each in billing.skipped
        ]

    def in_order(self, billing: Billing) -> list[Invoice]:
        return sorted(billing.invoices, key=lambda each: (-each.cents, each.lab))

    def invoice(self, invoice: Invoice, details: bool) -> list[str]:
        rows = [_text_row(invoice.lab, invoice.minutes, invoice.cents)]
        if details:
            rows += [_text_line(line) for line in invoice.lines]
        if invoice.discount:
            off = f"-{_euros(invoice.discount)}"
            rows.append(f"  {'discount':<33}{off:>10}")
        return rows

    def footer(self, billing: Billing) -> list[str]:
        return ["-" * 45, _text_row("Total", *_totals(billing))]

    def nothing(self, details: bool) -> list[str]:
        return ["Nothing to bill."]


class CsvFormat(Format):
    """For the accounting system."""

    def header(self, details: bool) -> list[str]:
        return ["lab,machine,minutes,cents" if details else "lab,minutes,cents"]

    nothing = header

    def invoice(self, invoice: Invoice, details: bool) -> list[str]:
        lab = _quoted(invoice.lab)
        if not details:
            return [f"{lab},{invoice.minutes},{invoice.cents}"]
        rows = [
            f"{lab},{_quoted(line.machine)},{line.minutes},{line.cents}"
            for line in invoice.lines
        ]
        if invoice.discount:
            rows.append(f"{lab},discount,,{-invoice.discount}")
        return rows


class MarkdownFormat(Format):
    """For the wiki, with decimal hours."""

    def header(self, details: bool) -> list[str]:
        return ["| lab | hours | euros |", "|---|--:|--:|"]

    def invoice(self, invoice: Invoice, details: bool) -> list[str]:
        return _markdown_rows(invoice, details)

    def footer(self, billing: Billing) -> list[str]:
        minutes, cents = _totals(billing)
        return [f"| **Total** | **{minutes / 60:.2f}** | **{_euros(cents)}** |"]

    def nothing(self, details: bool) -> list[str]:
        return ["*Nothing to bill.*"]

    def below(self, billing: Billing) -> list[str]:
        return [
            f"> skipped: {_escaped(each.lab)} on {_escaped(each.machine)}"
            for each in billing.skipped
        ]


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
