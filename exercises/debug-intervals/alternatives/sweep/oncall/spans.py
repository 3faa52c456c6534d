"""Pieces of time, and what they cover together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Span:
    """The time from a moment up to another, which is no longer part of it."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment.utcoffset() is None:
                raise ValueError(f"{moment} has no time zone, so it could be any time")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError(f"from {self.start} to {self.end} there is no time")

    @property
    def length(self) -> timedelta:
        """How much time this is."""
        return self.end - self.start

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment is part of this time."""
        return self.start <= moment < self.end

    def overlap(self, other: Span) -> Span | None:
        """Return the time that both have in common, if there is any."""
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the time that some spans cover together, in order, in as few as possible."""
    edges = [
        (moment, change)
        for span in spans
        for moment, change in ((span.start, -1), (span.end, 1))
    ]
    covered: list[Span] = []
    open_spans = 0
    since: datetime | None = None
    # At one moment what begins comes before what ends, so that nothing breaks off.
    for moment, change in sorted(edges):
        if since is None:
            since = moment
        open_spans -= change
        if open_spans == 0:
            covered.append(Span(since, moment))
            since = None
    return covered
