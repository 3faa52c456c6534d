"""Brings one answer in, over as many connections as it takes."""

import asyncio
from collections.abc import Callable

from parley.errors import GaveUp, ProviderError, Refused
from parley.messages import Done, Piece, Trouble, piece_of
from parley.policy import Backoff, Limits
from parley.sse import Event, EventReader
from parley.transport import Connection, Request, Transport

Outlet = Callable[[Piece], None]


class Pump:
    """Puts the pieces of an answer into an outlet, each once and in their order.

    The last thing to come out is `Done`; where it does not come, `run` raises.
    """

    def __init__(
        self,
        transport: Transport,
        body: str,
        outlet: Outlet,
        *,
        backoff: Backoff,
        limits: Limits,
    ) -> None:
        self._transport = transport
        self._body = body
        self._outlet = outlet
        self._backoff = backoff
        self._limits = limits
        self._position = 0  # the number of the last event that went out
        self._failures = 0  # in a row
        self._retry = 0.0

    async def run(self) -> None:
        """Listen to one connection after the other until the answer is complete."""
        while True:
            cause: OSError | None = None
            try:
                if await self._listen():
                    return
            except OSError as error:  # TimeoutError is one
                cause = error
            self._failures += 1
            if self._failures == self._limits.attempts:
                raise GaveUp(self._failures) from cause
            pause = max(self._backoff.delay(self._failures), self._retry)
            await asyncio.sleep(pause)

    async def _listen(self) -> bool:
        """Hear one connection out; tell whether the answer is complete."""
        connection = await self._open()
        try:
            _check(connection.status)
            reader = EventReader()
            while chunk := await self._read(connection):
                events = reader.feed(chunk)
                self._retry = reader.retry
                for event in events:
                    if self._take(event):
                        return True
            return False
        finally:
            await connection.close()

    async def _open(self) -> Connection:
        """Ask for what is missing of the answer."""
        last = str(self._position) if self._position else ""
        async with asyncio.timeout(self._limits.idle):
            return await self._transport.open(Request(self._body, last))

    async def _read(self, connection: Connection) -> bytes:
        """Wait for more bytes, as long as silence is borne."""
        async with asyncio.timeout(self._limits.idle):
            return await connection.read()

    def _take(self, event: Event) -> bool:
        """Pass on what is new in an event; tell whether it was the last."""
        if event.id:
            number = int(event.id)
            if number <= self._position:
                return False
            self._position = number
            self._failures = 0
        piece = piece_of(event)
        if isinstance(piece, Trouble):
            if piece.retry:
                raise ConnectionError(piece.message)
            raise ProviderError(piece.message)
        if piece is not None:
            self._outlet(piece)
        return isinstance(piece, Done)


def _check(status: int) -> None:
    """Raise what a status other than 200 means."""
    if status == 429 or status >= 500:
        raise ConnectionError(f"the provider is not ready: status {status}")
    if status != 200:
        raise Refused(status)
