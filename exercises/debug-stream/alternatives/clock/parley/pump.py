"""Brings one answer in, over as many connections as it takes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from parley.errors import DeadlineExceeded, GaveUp, ProviderError, Refused
from parley.messages import Done, Piece, Trouble, piece_of
from parley.policy import Backoff, Limits
from parley.sse import Event, EventReader
from parley.transport import Connection, Request, Transport

T = TypeVar("T")

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
        self._heard: set[int] = set()  # the numbers of all events that went out
        self._began = asyncio.get_running_loop().time()
        self._failures = 0  # in a row
        self._retry = 0.0

    async def run(self) -> None:
        """Bring the answer to its end, or the error that kept it from there."""
        try:
            await self._follow()
        except Exception as error:
            self._outlet.put_nowait(error)
        except asyncio.CancelledError as error:
            self._outlet.put_nowait(error)
            raise
        finally:
            await self._give_back()

    async def _follow(self) -> None:
        """Listen to one connection after the other until the answer is complete."""
        while True:
            cause: OSError | None = None
            try:
                if await self._listen():
                    return
                self._left()
            except OSError as error:  # TimeoutError is one
                cause = error
            await self._give_back()
            self._failures += 1
            if self._failures == self._limits.attempts:
                raise GaveUp(self._failures) from cause
            pause = max(self._backoff.delay(self._failures), self._retry)
            left = self._left()
            await asyncio.sleep(min(pause, left))
            if pause >= left:
                raise DeadlineExceeded(self._limits.deadline)

    def _left(self) -> float:
        """Return the seconds that are left for the answer, or raise if none are."""
        if self._limits.deadline is None:
            return float("inf")
        passed = asyncio.get_running_loop().time() - self._began
        if passed >= self._limits.deadline:
            raise DeadlineExceeded(self._limits.deadline)
        return self._limits.deadline - passed

    async def _within_limits(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for something until it is too silent or too late."""
        try:
            async with asyncio.timeout(min(self._limits.idle, self._left())):
                return await waiting
        except TimeoutError:
            self._left()
            raise

    async def _listen(self) -> bool:
        """Hear one connection out; tell whether the answer is complete."""
        last = str(max(self._heard)) if self._heard else ""
        request = Request(self._body, last)
        connection = await self._within_limits(self._transport.open(request))
        self._connection = connection
        return await self._hear(connection)

    async def _give_back(self) -> None:
        """Close the connection, if one is open; its reader has been told by now."""
        if connection := self._connection:
            self._connection = None
            await connection.close()

    async def _hear(self, connection: Connection) -> bool:
        """Take in what a connection brings; tell whether the answer is complete."""
        _check(connection.status)
        reader = EventReader()
        complete = False
        while not complete and (chunk := await self._within_limits(connection.read())):
            events = reader.feed(chunk)
            self._retry = reader.retry
            complete = any([self._take(event) for event in events])
        return complete

    def _take(self, event: Event) -> bool:
        """Pass on what is new in an event; tell whether it was the last."""
        if event.id and int(event.id) in self._heard:
            return False
        if event.id:
            self._heard.add(int(event.id))
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
