"""Brings one answer in, over as many connections as it takes."""

import asyncio

from parley.errors import DeadlineExceeded, GaveUp, ProviderError, Refused, StreamError
from parley.messages import Done, Piece, Trouble, piece_of
from parley.policy import Backoff, Limits
from parley.sse import Event, EventReader
from parley.transport import Connection, Request, Transport

Outlet = asyncio.Queue[Piece | Exception]


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
        self._last_id = ""  # where to go on after a break
        self._heard = ""  # what the provider may begin with once more
        self._failures = 0  # in a row
        self._retry = 0.0
        self._newest = 0

    async def run(self) -> None:
        """Bring the answer to its end, or the error that kept it from there."""
        try:
            await self._follow()
        except (StreamError, RuntimeError) as error:
            self._outlet.put_nowait(error)

    async def _follow(self) -> None:
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
        _check(connection.status)
        self._heard = self._last_id
        reader = EventReader(self._last_id)
        complete = False
        while not complete and (chunk := await self._read(connection)):
            events = reader.feed(chunk)
            self._retry = reader.retry
            complete = any([self._take(event) for event in events])
            self._last_id = reader.last_id
        await connection.close()
        return complete

    async def _open(self) -> Connection:
        """Ask for what is missing of the answer."""
        request = Request(self._body, self._last_id)
        async with asyncio.timeout(self._limits.patience):
            return await self._transport.open(request)

    async def _read(self, connection: Connection) -> bytes:
        """Wait for more bytes, as long as the limits allow."""
        patience = self._limits.patience
        reading = asyncio.create_task(connection.read())
        await asyncio.wait({reading}, timeout=patience)
        if reading.done():
            return reading.result()
        if patience == self._limits.deadline:
            raise DeadlineExceeded(patience)
        raise TimeoutError(f"nothing was heard for {patience} s")

    def _take(self, event: Event) -> bool:
        """Pass on what is new in an event; tell whether it was the last."""
        if event.id and int(event.id) <= int(self._heard or "0"):
            return False
        if event.id and int(event.id) > self._newest:
            self._newest = int(event.id)
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
