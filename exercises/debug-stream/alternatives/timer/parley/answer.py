"""An answer as its reader sees it."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from parley.errors import DeadlineExceeded
from parley.messages import Done, Piece, Token, Usage
from parley.policy import Backoff, Limits
from parley.pump import Pump
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
        pump = Pump(transport, body, self._arrive, backoff=backoff, limits=limits)
        self._texts: deque[str] = deque()
        self._news = asyncio.Event()
        self._over = False
        self._error: BaseException | None = None
        self._task = asyncio.create_task(pump.run())
        self._task.add_done_callback(self._finish)
        self._limits = limits
        self._timer: asyncio.TimerHandle | None = None
        if limits.deadline is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(limits.deadline, self._expire)
        self.usage: Usage | None = None
        """What the provider will bill, as soon as it has said so."""
        self.reason: str | None = None
        """Why the answer ended, once it has been read to its end."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while not self._texts:
            if self._error is not None:
                raise self._error
            if self._over:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._texts.popleft()

    def _arrive(self, piece: Piece) -> None:
        """Take in a piece of the answer as it comes."""
        match piece:
            case Token(text):
                self._texts.append(text)
            case Usage():
                self.usage = piece
            case Done(reason):
                self.reason = reason
                self._over = True
        self._news.set()

    def _expire(self) -> None:
        """End an answer whose time is over."""
        if not self._over and not self._task.done():
            self._error = DeadlineExceeded(self._limits.deadline)
            self._task.cancel()
            self._news.set()

    def _finish(self, task: asyncio.Task[None]) -> None:
        """Tell the reader how the task ended, however that was."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._over and self._error is None:
            cancelled = task.cancelled()
            self._error = asyncio.CancelledError() if cancelled else task.exception()
        self._over = True
        self._news.set()

    async def text(self) -> str:
        """Wait for the whole answer, close it, and return its text."""
        try:
            return "".join([text async for text in self])
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Stop: when this returns, nothing of the answer is running or open any more.

        There is nothing more to read, either.
        """
        self._over = True
        self._texts.clear()
        self._news.set()
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
