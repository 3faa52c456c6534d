"""Who owes what, as plain data."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

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
    skipped: list[Session] = []
    ends: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    for session in sessions:
        if session.end > session.start:
            # Who comes at a moment is counted before who goes: to touch is to overlap.
            both = [(session.start, -1), (session.end, 1)]
            ends[session.lab, session.machine] += both
        else:
            skipped.append(session)
    lines: dict[str, list[Line]] = defaultdict(list)
    for lab, machine in sorted(ends):
        blocks = _blocks(sorted(ends[lab, machine]))
        try:
            price, rated = rates.hourly[machine], True
        except KeyError:
            price, rated = 0, False
        cents = _cents(Decimal(price) / 4 * blocks)
        lines[lab].append(Line(machine, 15 * blocks, cents, rated))
    invoices = tuple(_invoice(lab, tuple(own), rates) for lab, own in lines.items())
    return Billing(invoices, tuple(skipped))


def _blocks(events: list[tuple[datetime, int]]) -> int:
    """Count the blocks that were begun while anybody was logged in."""
    blocks = here = 0
    since = events[0][0]
    for moment, change in events:
        if here == 0:
            since = moment
        here -= change
        if here == 0:
            blocks += math.ceil(int((moment - since).total_seconds()) / 900)
    return blocks


def _invoice(lab: str, lines: tuple[Line, ...], rates: Rates) -> Invoice:
    minutes = sum(line.minutes for line in lines)
    cents = sum(line.cents for line in lines)
    percent = rates.discount_percent if minutes > rates.discount_from else 0
    off = _cents(Decimal(cents * percent) / 100)
    return Invoice(lab, lines, minutes, off, cents - off)


def _cents(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
