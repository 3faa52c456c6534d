"""Short ways to write down times, for tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from oncall import Shift, Span

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN, *, second: bool = False) -> datetime:
    """Return a moment such as "05-01 18:00" of 2026.

    Where the wall shows this time twice, it is the first unless `second` is asked for.
    """
    moment = datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")
    return moment.replace(tzinfo=zone, fold=int(second))


def span(start: str, end: str) -> Span:
    """Return a span of time in Berlin."""
    return Span(at(start), at(end))


def shift(start: str, end: str, person: str = "ada") -> Shift:
    """Return a shift in Berlin."""
    return Shift(at(start), at(end), person)


def shown(spans: list[Span]) -> list[str]:
    """Return spans as text, in Berlin's time, so that a test can be read."""
    return [
        f"{each.start.astimezone(BERLIN):%m-%d %H:%M} {each.end.astimezone(BERLIN):%m-%d %H:%M}"
        for each in spans
    ]
