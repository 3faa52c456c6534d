"""What the client expects of whatever carries its bytes.

The package opens no sockets. The desktop app brings a transport that speaks HTTP/2, the
night jobs have one that speaks HTTP/1.1 through the company's gateway, and the tests have
one that lives in memory.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Request:
    """Asks for an answer, or for the rest of one that broke off."""

    body: str
    """The conversation as JSON; the same for every connection of an answer."""
    last_event_id: str = ""
    """The last event that is already here, "" to hear the answer from its beginning."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers to send along with the body."""
        headers = {
            "Accept": "text/event-stream",
            "Cache-Control": "no-store",
            "Content-Type": "application/json",
        }
        if self.last_event_id:
            headers["Last-Event-ID"] = self.last_event_id
        return headers


class Connection(Protocol):
    """One response of the provider."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    async def read(self) -> bytes:
        """Return the bytes that came in, as many as there are; b"" at the end.

        Raises OSError when the connection breaks. Whoever is cancelled in here has
        lost no bytes.
        """

    async def close(self) -> None:
        """Give the connection back, whatever state it is in.

        Never raises. Whoever is cancelled in here has given it back all the same.
        """


class Transport(Protocol):
    """Opens connections to the provider."""

    async def open(self, request: Request) -> Connection:
        """Send a request and wait for the response to begin.

        Raises OSError when there is no way through. Whoever is cancelled in here
        leaves no connection behind.
        """
