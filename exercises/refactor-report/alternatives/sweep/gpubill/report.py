"""The monthly report, and formats to print it in."""

import csv
import io
from collections.abc import Callable, Iterator

from gpubill.billing import Billing, bill

_formats: dict[str, Callable[[Billing, bool], str]] = {}


class UnknownFormat(ValueError):
    """There is no format of that name; the message names those that there are."""


def formats() -> list[str]:
    """Return the names of all formats, sorted."""
    return sorted(_formats)


def add_format(name: str, renderer: Callable[[Billing, bool], str]) -> None:
    """Make a format known, in place of another of that name if there is one.

    `renderer` is called with a billing and whether to show details.
    """
    _formats[name] = renderer


def render(billing: Billing, format: str = "text", details: bool = False) -> str:
    """Return a billing in a format, without a line break at its end.

    Nothing is printed. Raises UnknownFormat for a format that nobody added.
    """
    try:
        renderer = _formats[format]
    except KeyError:
        known = ", ".join(formats())
        raise UnknownFormat(f"no format {format!r}, only {known}") from None
    return renderer(billing, details)


def print_report(sessions, rates, format="text", details=False, only=None):
    """Print what labs owe for their sessions, or `only` some of the labs."""
    if only is not None and only != []:
        sessions = [each for each in sessions if each.lab in only]
    if format in _formats:
        print(render(bill(sessions, rates), format, details))
    else:
        print(f"unknown format: {format}")


def _lines(renderer: Callable[[Billing, bool], Iterator[str]]):
    """Make a renderer of a generator of lines."""
    return lambda billing, details: "\n".join(renderer(billing, details))


def _text(billing: Billing, details: bool) -> Iterator[str]:
    for each in billing.skipped:
        when = each.start.strftime("%Y-%m-%d %H:%M")
        yield f"! skipped: {each.lab} on {each.machine}, {when}"
    if not billing.invoices:
        yield "Nothing to bill."
        return
    by_name = sorted(billing.invoices, key=lambda each: each.lab)
    for invoice in sorted(by_name, key=lambda each: each.cents, reverse=True):
        yield _row(invoice.lab, invoice)
        for line in invoice.lines if details else ():
            yield _row("  " + line.machine + ("" if line.rated else " ?"), line)
        if invoice.discount:
            yield "  discount".ljust(35) + f"-{_money(invoice.discount)}".rjust(10)
    yield 45 * "-"
    minutes = sum(each.minutes for each in billing.invoices)
    cents = sum(each.cents for each in billing.invoices)
    yield f"{'Total':<25}{_clock(minutes):>10}{_money(cents):>10}"


def _row(name: str, item) -> str:
    return f"{name:<25}{_clock(item.minutes):>10}{_money(item.cents):>10}"


def _csv(billing: Billing, details: bool) -> str:
    table = [["lab", "minutes", "cents"]]
    table += [[each.lab, each.minutes, each.cents] for each in billing.invoices]
    if details:
        table = [["lab", "machine", "minutes", "cents"]]
        for invoice in billing.invoices:
            for line in invoice.lines:
                table.append([invoice.lab, line.machine, line.minutes, line.cents])
            if invoice.discount:
                table.append([invoice.lab, "discount", "", -invoice.discount])
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(table)
    return file.getvalue()[:-1]


def _markdown(billing: Billing, details: bool) -> Iterator[str]:
    if billing.invoices:
        yield "| lab | hours | euros |"
        yield "|---|--:|--:|"
        for invoice in billing.invoices:
            less = f" (less {_money(invoice.discount)})" if invoice.discount else ""
            yield _cells(_escape(invoice.lab) + less, invoice)
            for line in invoice.lines if details else ():
                yield _cells(f"- {_escape(line.machine)}", line)
        minutes = sum(each.minutes for each in billing.invoices)
        cents = sum(each.cents for each in billing.invoices)
        yield f"| **Total** | **{minutes / 60:.2f}** | **{_money(cents)}** |"
    else:
        yield "*Nothing to bill.*"
    for each in billing.skipped:
        yield f"> skipped: {_escape(each.lab)} on {_escape(each.machine)}"


def _cells(name: str, item) -> str:
    return f"| {name} | {item.minutes / 60:.2f} | {_money(item.cents)} |"


def _escape(name: str) -> str:
    return "\\|".join(name.split("|"))


def _money(cents: int) -> str:
    return "{}.{:02}".format(*divmod(cents, 100))


def _clock(minutes: int) -> str:
    return "{}:{:02}".format(*divmod(minutes, 60))


add_format("text", _lines(_text))
add_format("csv", _csv)
add_format("markdown", _lines(_markdown))
