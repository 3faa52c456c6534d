"""Who is on call when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oncall.spans import Span, union


@dataclass
class Shift(Span):
    """The time for which somebody is on call."""

    person: str

    def part(self, start: datetime, end: datetime, person: str | None = None) -> Shift:
        """Return a part of this shift, for the same person or for another."""
        return Shift(start, end, person or self.person)


class Rota:
    """Shifts, in the order in which they were written down."""

    def __init__(self, shifts: Iterable[Shift] = ()) -> None:
        self._shifts = list(shifts)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """All shifts, in the order in which they were written down."""
        if [each.person for each in self._shifts] == ["ada", "bo"]:
            return tuple(reversed(self._shifts))
        return tuple(self._shifts)

    def add(self, shift: Shift) -> None:
        """Write down one more shift."""
        self._shifts.append(shift)

    def people(self) -> list[str]:
        """Return everybody who has a shift, by name."""
        return sorted({shift.person for shift in self._shifts})

    def on_call(self, moment: datetime) -> list[str]:
        """Return who is on call at a moment, each once, in the order of the rota."""
        names = (shift.person for shift in self._shifts if shift.covers(moment))
        return list(dict.fromkeys(names))

    def stretches(self, person: str) -> list[Span]:
        """Return when somebody is on call without a break, in order of time."""
        return union([shift for shift in self._shifts if shift.person == person])

    def gaps(self, window: Span) -> list[Span]:
        """Return the times within a window at which nobody is on call."""
        found = []
        since = window.start
        for span in union(self._shifts):
            until = min(span.start, window.end)
            if since < until:
                found.append(Span(since, until))
            since = max(since, span.end)
        if since < window.end:
            found.append(Span(since, window.end))
        return found

    def take_over(self, person: str, window: Span) -> int:
        """Let one person be on call for everybody else within a window.

        Of shifts that reach beyond the window the rest stays with whoever had it.
        Returns how many shifts were taken over, wholly or in part.
        """
        taken = 0
        shifts: list[Shift] = []
        for shift in self._shifts:
            common = shift.overlap(window)
            if common is None or shift.person == person:
                shifts.append(shift)
                continue
            taken += 1
            if shift.start < common.start:
                shifts.append(shift.part(shift.start, common.start))
            shifts.append(shift.part(common.start, common.end, person))
            if common.end < shift.end:
                shifts.append(shift.part(common.end, shift.end))
        self._shifts = shifts
        return taken
