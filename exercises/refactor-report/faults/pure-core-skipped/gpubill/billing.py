"""Who owes what, as plain data."""

from collections.abc import Iterable
from dataclasses import dataclass

from gpubill.rates import Rates
from gpubill.sessions import Session

BLOCK = 15  # minutes


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
    labs: dict[str, dict[str, list[Session]]] = {}
    skipped = []
    for session in sessions:
        if session.end <= session.start:
            skipped.append(session)
            continue
        machines = labs.setdefault(session.lab, {})
        machines.setdefault(session.machine, []).append(session)
    invoices = tuple(_invoice(lab, labs[lab], rates) for lab in sorted(labs))
    skipped.sort(key=lambda session: session.start)
    return Billing(invoices, tuple(skipped))


def _invoice(lab: str, machines: dict[str, list[Session]], rates: Rates) -> Invoice:
    """Return the invoice of a lab for its sessions by machine."""
    lines = tuple(_line(name, machines[name], rates) for name in sorted(machines))
    minutes = sum(line.minutes for line in lines)
    cents = sum(line.cents for line in lines)
    discount = 0
    if minutes > rates.discount_from:
        discount = _rounded(cents * rates.discount_percent, 100)
    return Invoice(lab, lines, minutes, discount, cents - discount)


def _line(machine: str, sessions: list[Session], rates: Rates) -> Line:
    """Return the line for a lab's sessions on a machine."""
    minutes = _billed_minutes(sessions)
    try:
        cents = _rounded(rates.hourly[machine] * minutes, 60)
    except (KeyError, TypeError):  # not in the list, or there without a number
        return Line(machine, minutes, 0, rated=False)
    return Line(machine, minutes, cents)


def _billed_minutes(sessions: list[Session]) -> int:
    """Return the minutes of all periods, each rounded up to whole blocks.

    Fractions of a second don't begin a block.
    """
    first, *others = sorted(sessions, key=lambda session: session.start)
    periods = [(first.start, first.end)]
    for session in others:
        start, end = periods[-1]
        if session.start <= end:
            periods[-1] = (start, max(end, session.end))
        else:
            periods.append((session.start, session.end))
    seconds = [int((end - start).total_seconds()) for start, end in periods]
    return sum(BLOCK * -(-each // (60 * BLOCK)) for each in seconds)


def _rounded(amount: int, parts: int) -> int:
    """Return a part of an amount, half a cent and more rounded up."""
    return int(amount / parts + 0.5)
