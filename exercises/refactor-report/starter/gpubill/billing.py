"""Who owes what, as plain data."""

from collections.abc import Iterable
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
    raise NotImplementedError("bill is still to be written")
