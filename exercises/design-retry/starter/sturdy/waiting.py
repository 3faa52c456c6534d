"""What providers mean by Retry-After."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0


def seconds_to_wait(header: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, None if it says nothing.

    The header holds a number of seconds, or a date as HTTP writes it. A date that has
    passed asks for 0 seconds. What can't be read, and what asks for more than a day,
    says nothing.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)
    else:
        moment = _date(text)
        if moment is None:
            return None
        seconds = max(0.0, (moment - now).total_seconds())
    return seconds if seconds <= LONGEST else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    # HTTP's dates are in GMT, whether they say so or not.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
