"""Bills labs for their time on shared GPU machines."""

from gpubill.billing import Billing, Invoice, Line, bill
from gpubill.rates import Rates
from gpubill.report import UnknownFormat, add_format, formats, print_report, render
from gpubill.sessions import Session, read_sessions

__all__ = [
    "Billing",
    "Invoice",
    "Line",
    "Rates",
    "Session",
    "UnknownFormat",
    "add_format",
    "bill",
    "formats",
    "print_report",
    "read_sessions",
    "render",
]
