"""Pieces of time, and what they cover together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Span:
    """The time from a moment up to another, which is no longer part of it.

    Both are kept in UTC, whatever zone they came in. Python compares and subtracts two
    moments of one zone by what the wall shows, which is wrong when clocks change.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment.utcoffset() is None:
                raise ValueError(f"{moment} has no time zone, so it could be any time")
        if self.end <= self.start:
            raise ValueError(f"from {self.start} to {self.end} there is no time")

    @property
    def length(self) -> timedelta:
        """How much time this is."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment is part of this time."""
        return self.start <= moment < self.end

    def overlap(self, other: Span) -> Span | None:
        """Return the time that both have in common, if there is any."""
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the time that some spans cover together, in order, in as few as possible.

    The result is made of new spans; those that were given stay as they are.
    """
    covered: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if covered and span.start <= covered[-1].end:
            covered[-1].end = max(covered[-1].end, span.end)
        else:
            covered.append(Span(span.start, span.end))
    return covered
