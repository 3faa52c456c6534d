"""Brings one answer in, over as many connections as it takes."""

import asyncio

from parley.errors import DeadlineExceeded, GaveUp, ProviderError, Refused
from parley.messages import Done, Piece, Trouble, piece_of
from parley.policy import Backoff, Limits
from parley.sse import Event, EventReader
from parley.transport import Connection, Request, Transport

Outlet = asyncio.Queue[Piece | BaseException]


class Pump:
    """Puts the pieces of an answer into an outlet, each once and in their order.

    The last thing to come out is `Done` or an error.
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
        self._connection: Connection | None = None
        self._position = 0  # the number of the last event that went out
        self._failures = 0  # in a row
        self._retry = 0.0

    async def run(self) -> None:
        """Bring the answer to its end, or the error that kept it from there."""
        try:
            async with asyncio.timeout(self._limits.deadline):
                await self._follow()
        except TimeoutError:
            self._outlet.put_nowait(DeadlineExceeded(self._limits.deadline))
        except Exception as error:
            self._outlet.put_nowait(error)
        except asyncio.CancelledError as error:
            self._outlet.put_nowait(error)  # whoever raised it: a transport may as well
            raise
        finally:
            await self._hang_up()  # may take a while, and the reader knows already

    async def _follow(self) -> None:
        """Listen to one connection after the other until the answer is complete."""
        while True:
            cause: OSError | None = None
            try:
                if await self._listen():
                    return
            except OSError as error:  # TimeoutError is one
                cause = error
            await self._hang_up()
            self._failures += 1
            if self._failures == self._limits.attempts:
                raise GaveUp(self._failures) from cause
            pause = max(self._backoff.delay(self._failures), self._retry)
            await asyncio.sleep(pause)

    async def _listen(self) -> bool:
        """Hear one connection out; tell whether the answer is complete."""
        connection = self._connection = await self._open()
        reader = EventReader()
        try:
            _check(connection.status)
            while chunk := await self._read(connection):
                events = reader.feed(chunk)
                self._retry = reader.retry
                for event in events:
                    if self._take(event):
                        return True
            return False
        finally:
            self._position = max(self._position, int(reader.last_id or 0))

    async def _hang_up(self) -> None:
        """Give the connection back, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
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
            self._outlet.put_nowait(piece)
        return isinstance(piece, Done)


def _check(status: int) -> None:
    """Raise what a status other than 200 means."""
    if status == 429 or status >= 500:
        raise ConnectionError(f"the provider is not ready: status {status}")
    if status != 200:
        raise Refused(status)
