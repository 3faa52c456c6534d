"""From lines to events: the part of server-sent events that the provider uses."""

from dataclasses import dataclass

from parley.lines import LineReader


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    kind: str
    data: str
    id: str = ""
    """The event's own id, "" if it has none."""


class EventReader:
    """Puts the events of one connection together.

    A blank line ends an event. One that has no data, or that the end of the connection
    cuts off, is no event.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        """How far the stream has come."""
        self.retry = 0.0
        """For how many seconds the provider asked to wait before the next connection."""
        self._lines = LineReader()
        self._begin()

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this chunk completes."""
        events = []
        for line in self._lines.feed(chunk):
            if line:
                self._note(line)
                continue
            if self._data:
                events.append(Event(self._kind, "\n".join(self._data), self._id))
            self._begin()
        return events

    def _begin(self) -> None:
        """Forget the lines of the last event."""
        self._kind = "message"
        self._data: list[str] = []
        self._id = ""

    def _note(self, line: str) -> None:
        """Take in one line of an event; a line without a field's name is a comment."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                self._kind = value
            case "data":
                self._data.append(value)
            case "id":
                self._id = self.last_id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry = int(value) / 1000
