"""Pieces of time, and what they cover together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def instant(moment: datetime) -> datetime:
    """Return the moment in the one zone in which Python compares moments as they passed."""
    return moment.astimezone(UTC)


@dataclass
class Span:
    """The time from a moment up to another, which is no longer part of it."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment.utcoffset() is None:
                raise ValueError(f"{moment} has no time zone, so it could be any time")
        if instant(self.end) <= instant(self.start):
            raise ValueError(f"from {self.start} to {self.end} there is no time")

    @property
    def length(self) -> timedelta:
        """How much time this is."""
        return instant(self.end) - instant(self.start)

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment is part of this time."""
        return instant(self.start) <= instant(moment) < instant(self.end)

    def overlap(self, other: Span) -> Span | None:
        """Return the time that both have in common, if there is any."""
        start = max(self.start, other.start, key=instant)
        end = min(self.end, other.end, key=instant)
        return Span(start, end) if instant(start) < instant(end) else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the time that some spans cover together, in order, in as few as possible."""
    covered: list[Span] = []
    for span in sorted(spans, key=lambda span: instant(span.start)):
        last = covered[-1] if covered else None
        if last is None or instant(last.end) < instant(span.start):
            covered.append(span)
        elif instant(last.end) < instant(span.end):
            covered[-1] = Span(last.start, span.end)
    return covered
