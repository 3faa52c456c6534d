"""Which local days a piece of time falls into."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from oncall.spans import Span

_ONE_DAY = timedelta(days=1)


def hours_by_day(spans: Iterable[Span], zone: tzinfo) -> dict[date, timedelta]:
    """Return how much time some spans have on each local day, in order of the days."""
    hours: dict[date, timedelta] = {}
    for span in spans:
        for day, part in _split(span, zone):
            hours[day] = hours.get(day, timedelta()) + part.length
    return dict(sorted(hours.items()))


def _split(span: Span, zone: tzinfo) -> Iterator[tuple[date, Span]]:
    """Cut a span at every local midnight."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    while start < end:
        day = start.date()
        until = min(end, _midnight(day + _ONE_DAY, zone))
        yield day, Span(start, until)
        start = until


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)
