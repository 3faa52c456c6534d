"""An answer as its reader sees it."""

import asyncio
from types import TracebackType
from typing import Self

from parley.messages import Done, Piece, Token, Usage
from parley.policy import Backoff, Limits
from parley.pump import Outlet, Pump
from parley.transport import Transport


class Answer:
    """An answer on its way. It is read once, by one reader, a few letters at a time.

    async with client.ask("Why is the sky blue?") as answer:
        async for text in answer:
            print(text, end="")

    Whoever stops before the end closes the answer, which `async with` and `text` do.
    """

    def __init__(
        self, transport: Transport, body: str, backoff: Backoff, limits: Limits
    ) -> None:
        self._outlet: Outlet = asyncio.Queue()
        pump = Pump(transport, body, self._outlet, backoff=backoff, limits=limits)
        self._task = asyncio.create_task(pump.run())
        self._end: BaseException | None = None
        self.usage: Usage | None = None
        """What the provider will bill, as soon as it has said so."""
        self.reason: str | None = None
        """Why the answer ended, once it has been read to its end."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while True:
            item = await self._outlet.get()
            if self._end is None and isinstance(item, Token):
                return item.text
            self._note(item)
            if self._end is not None:
                raise self._end

    async def text(self) -> str:
        """Wait for the whole answer, close it, and return its text."""
        async with self:
            return "".join([text async for text in self])

    async def aclose(self) -> None:
        """Stop: when this returns, nothing of the answer is running or open any more.

        There is nothing more to read, either.
        """
        if self._end is None:
            self._end = StopAsyncIteration()
            self._outlet.put_nowait(self._end)  # for a reader who waits
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _note(self, item: Piece | BaseException) -> None:
        """Remember what is not for reading aloud."""
        match item:
            case Usage():
                self.usage = item
            case Done():
                self.reason = item.reason
                self._end = StopAsyncIteration()
            case BaseException():
                self._end = item
