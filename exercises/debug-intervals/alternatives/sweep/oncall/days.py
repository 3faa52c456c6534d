"""Which local days a piece of time falls into."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

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
    day = span.start.astimezone(zone).date()
    while (begin := _midnight(day, zone)) < span.end:
        next_day = day + _ONE_DAY
        start, end = max(begin, span.start), min(_midnight(next_day, zone), span.end)
        if start < end:
            yield day, Span(start, end)
        day = next_day


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
