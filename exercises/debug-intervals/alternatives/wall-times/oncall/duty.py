"""What a rota means for the people in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.rota import Rota
from oncall.spans import Span, instant


@dataclass(frozen=True)
class Message:
    """What the pager tells somebody: you are on call from now on, or no longer."""

    moment: datetime
    person: str
    on: bool


def messages(rota: Rota) -> list[Message]:
    """Return what the pager has to send, in order of time.

    At the same moment those who leave are told first, then those who come, by name.
    """
    found = []
    for person in rota.people():
        for stretch in rota.stretches(person):
            found.append(Message(stretch.start, person, True))
            found.append(Message(stretch.end, person, False))
    return sorted(found, key=lambda each: (instant(each.moment), each.on, each.person))


def overlong(rota: Rota, limit: timedelta) -> list[tuple[str, Span]]:
    """Return who is on call for longer than the limit without a break, and when.

    By name, then by time. Whoever reaches the limit and stops is fine.
    """
    return [
        (person, stretch)
        for person in rota.people()
        for stretch in rota.stretches(person)
        if stretch.length > limit
    ]
