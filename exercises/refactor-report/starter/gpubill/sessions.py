"""Sessions on the machines, as the login nodes write them down."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Session:
    """A lab was logged in to a machine from `start` until `end`."""

    lab: str
    machine: str
    start: datetime
    end: datetime


def read_sessions(log: str) -> list[Session]:
    """Return the sessions of a log, in its order.

    A line has start, end, machine and lab, as in
    `2026-03-02T09:00 2026-03-02T10:30 a100-1 Protein Folding`. Blank lines and those
    that begin with `#` are left out. Raises ValueError for any other line.
    """
    sessions = []
    for number, line in enumerate(log.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            start, end, machine, lab = line.split(maxsplit=3)
            times = datetime.fromisoformat(start), datetime.fromisoformat(end)
        except ValueError:
            raise ValueError(f"line {number} is no session: {line.strip()}") from None
        sessions.append(Session(lab.strip(), machine, *times))
    return sessions
