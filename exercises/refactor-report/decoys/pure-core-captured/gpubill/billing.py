"""Who owes what, as plain data."""

import csv
import io
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass

from gpubill.rates import Rates
from gpubill.sessions import Session


@dataclass(frozen=True)
class Line:
    """A machine on an invoice; `rated` is False if the price list lacks it."""

    machine: str
    minutes: int
    cents: int
    rated: bool = True


@dataclass(frozen=True)
class Invoice:
    """What a lab owes: a line for each machine, in the order of their names.

    `minutes` are those of all lines. `cents` is what is to be paid, after the
    `discount`, which is in cents as well.
    """

    lab: str
    lines: tuple[Line, ...]
    minutes: int
    discount: int
    cents: int


@dataclass(frozen=True)
class Billing:
    """A month: invoices in the order of the labs' names, and what was left out.

    `skipped` are the sessions that do not end after they start, as they came.
    """

    invoices: tuple[Invoice, ...]
    skipped: tuple[Session, ...] = ()


def bill(sessions: Iterable[Session], rates: Rates) -> Billing:
    """Return the invoices for sessions, which may be any iterable, in any order.

    Nothing is printed, and what is passed in is left as it was.
    """
    from gpubill.report import print_report

    sessions = list(sessions)
    with redirect_stdout(io.StringIO()) as printed:
        print_report(sessions, rates, "csv", details=True)
    labs: dict[str, list[Line]] = {}
    discounts: dict[str, int] = {}
    for lab, machine, minutes, cents in list(
        csv.reader(printed.getvalue().splitlines())
    )[1:]:
        if machine == "discount":
            discounts[lab] = -int(cents)
        else:
            labs.setdefault(lab, []).append(Line(machine, int(minutes), int(cents)))
    invoices = []
    for lab, lines in labs.items():
        minutes = sum(line.minutes for line in lines)
        cents = sum(line.cents for line in lines)
        off = discounts.get(lab, 0)
        invoices.append(Invoice(lab, tuple(lines), minutes, off, cents - off))
    skipped = [each for each in sessions if each.end <= each.start]
    return Billing(tuple(invoices), tuple(skipped))
