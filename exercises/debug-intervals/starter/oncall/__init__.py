"""Who is on call, when, and what we owe them for it."""

from oncall.days import hours_by_day
from oncall.duty import Message, messages, overlong
from oncall.payroll import Rates, statement
from oncall.rota import Rota, Shift
from oncall.spans import Span, union
from oncall.text import page, read_rota

__all__ = [
    "Message",
    "Rates",
    "Rota",
    "Shift",
    "Span",
    "hours_by_day",
    "messages",
    "overlong",
    "page",
    "read_rota",
    "statement",
    "union",
]
