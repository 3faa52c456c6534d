"""Periods of a contract: all of one length, counted from 1970."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """The seconds from `start` on, and before `end`."""

    start: float
    end: float


def period_of(now: float, seconds: float) -> Period:
    """Return the period of that length that a time falls into."""
    start = now // seconds * seconds
    return Period(start, start + seconds)
