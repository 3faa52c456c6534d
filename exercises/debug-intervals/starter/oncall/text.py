"""The file in which a rota is written, and the page on the wall."""

from datetime import datetime, tzinfo

from oncall.rota import Rota, Shift

_FIELDS = 5


def read_rota(text: str, zone: tzinfo) -> Rota:
    """Read a rota with one shift a line.

    A line has the local date and time of the start, those of the end, and a name:

        2026-05-01 18:00  2026-05-02 09:00  ada

    Empty lines and what follows a `#` say nothing. Where the wall shows a time twice,
    the first one is meant.
    """
    rota = Rota()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split(maxsplit=_FIELDS - 1)
        if not words:
            continue
        try:
            rota.add(_shift(words, zone))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    return rota


def _shift(words: list[str], zone: tzinfo) -> Shift:
    if len(words) < _FIELDS:
        raise ValueError("a shift has two dates, two times and a name")
    start, end = (
        datetime.strptime(" ".join(pair), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        for pair in (words[0:2], words[2:4])
    )
    return Shift(start, end, words[4].strip())


def page(rota: Rota, zone: tzinfo) -> str:
    """Return the page on the wall: a line for each shift, in local time."""
    return "".join(
        f"{_shown(shift.start, zone)} - {_shown(shift.end, zone)}  {shift.person}\n"
        for shift in rota.shifts
    )


def _shown(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
