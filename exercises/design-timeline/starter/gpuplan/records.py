"""The file in which bookings are kept: a line for each, with tabs between its parts."""

from collections.abc import Iterable

from gpuplan.model import Booking

_PARTS = 4


def dump(bookings: Iterable[Booking]) -> str:
    """Return bookings as text, in the order in which they come."""
    lines = []
    for each in bookings:
        if set(each.name) & set("\t\n") or not each.name:
            raise ValueError(f"{each.name!r} can't be written down")
        lines.append(f"{each.start}\t{each.end}\t{each.gpus}\t{each.name}\n")
    return "".join(lines)


def load(text: str) -> list[Booking]:
    """Return the bookings of a text; empty lines are skipped."""
    bookings = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        parts = line.split("\t")
        try:
            if len(parts) != _PARTS:
                raise ValueError(f"{_PARTS} parts are needed, not {len(parts)}")
            start, end, gpus = map(int, parts[:3])
            bookings.append(Booking(parts[3], start, end, gpus))
        except ValueError as error:
            raise ValueError(f"record {number}: {error}") from error
    return bookings
