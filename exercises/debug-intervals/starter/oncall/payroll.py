"""What a month on call costs."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from oncall.days import hours_by_day
from oncall.rota import Rota

_SATURDAY = 5
_SECOND = timedelta(seconds=1)
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Rates:
    """What an hour on call is worth, in cents."""

    weekday: int
    weekend: int

    def on(self, day: date) -> int:
        """Return the rate of a day."""
        return self.weekend if day.weekday() >= _SATURDAY else self.weekday


def statement(
    rota: Rota, year: int, month: int, zone: tzinfo, rates: Rates
) -> dict[str, int]:
    """Return the cents that each person has earned in a month, by name.

    Whoever has a shift but none in this month is not in it.
    """
    earned: dict[str, int] = {}
    for person in rota.people():
        hours = hours_by_day(rota.stretches(person), zone)
        days = [day for day in hours if (day.year, day.month) == (year, month)]
        if days:
            owed = sum(hours[day] // _SECOND * rates.on(day) for day in days)
            earned[person] = _rounded(owed, _SECONDS_AN_HOUR)
    return earned


def _rounded(number: int, divisor: int) -> int:
    """Divide, and round a half upwards."""
    return (2 * number + divisor) // (2 * divisor)
