"""A provider that lives in memory, for tests: events, scripts and an archive."""

import asyncio
import json
from collections.abc import Sequence

from parley import Request

FOREVER = float("inf")


def event(kind: str, number: int | None = None, end: str = "\n", **data) -> bytes:
    """Return an event as it comes over the wire; `end` is how its lines end."""
    lines = [] if number is None else [f"id: {number}"]
    lines += [f"event: {kind}", f"data: {json.dumps(data, ensure_ascii=False)}", ""]
    return "".join(line + end for line in lines).encode()


def answer(*texts: str, end: str = "\n") -> list[bytes]:
    """Return the events of a whole answer, numbered from 1."""
    events = [
        event("token", number, end, text=text) for number, text in enumerate(texts, 1)
    ]
    last = len(events) + 1
    return [*events, event("done", last, end, reason="stop")]


def now() -> float:
    """Return the seconds since the story began, by the loop's clock."""
    return asyncio.get_running_loop().time()


async def together(*stories):
    """Run several stories side by side; return what they return, in their order."""
    return await asyncio.gather(*stories)


async def pause(seconds: float) -> None:
    """Let that much of the loop's time pass."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    if seconds < FOREVER:
        loop.call_later(seconds, lambda: over.done() or over.set_result(None))
    await over


class Provider:
    """A transport that plays a script for each connection, in order.

    A script is a list of steps: bytes come in as one chunk, a number is a pause of so
    many seconds, and an error is raised. After its last step the connection ends.
    In place of a list there may be a number, the status of a connection that brings
    nothing else, or an error, which is raised instead of opening. When there are no
    scripts left, the last one is played again.

    `opening` and `closing` are the seconds that it takes to open and to close.
    """

    def __init__(self, *scripts, opening: float = 0.0, closing: float = 0.0) -> None:
        self.requests: list[Request] = []
        self.opened_at: list[float] = []
        self.open_connections = 0
        self.opening = opening
        self.closing = closing
        self._scripts = list(scripts)

    async def open(self, request: Request) -> "Wire":
        self.requests.append(request)
        self.opened_at.append(now())
        script = self.script(request)
        await pause(self.opening)
        if isinstance(script, BaseException):
            raise script
        if isinstance(script, int):
            return Wire(self, script, [])
        return Wire(self, 200, script)

    def script(self, request: Request):
        """Return what to play for a request."""
        return self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]

    @property
    def resumed_from(self) -> list[str]:
        """The event after which each connection was asked to begin."""
        return [request.last_event_id for request in self.requests]


class Archive(Provider):
    """A provider that has an answer at hand, and sends what is asked for.

    `breaks` says after how many bytes each connection breaks; once there are none
    left, connections hold. A client that comes back hears `rewind` events again.
    """

    def __init__(
        self, events: Sequence[bytes], *, breaks: Sequence[int], rewind: int = 0
    ) -> None:
        super().__init__()
        self.events = events
        self.breaks = list(breaks)
        self.rewind = rewind

    def script(self, request: Request):
        begin = max(0, int(request.last_event_id or 0) - self.rewind)
        sent = b"".join(self.events[begin:])
        if not self.breaks:
            return [sent]
        return [sent[: self.breaks.pop(0)], ConnectionResetError("reset by peer")]


class Wire:
    """A connection to such a provider."""

    def __init__(self, provider: Provider, status: int, steps: Sequence) -> None:
        self.status = status
        self._provider = provider
        self._steps = list(steps)
        self._open = True
        provider.open_connections += 1

    async def read(self) -> bytes:
        while self._steps:
            step = self._steps[0]
            if isinstance(step, int | float):
                await pause(step)
            self._steps.pop(0)
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, bytes) and step:
                return step
        return b""

    async def close(self) -> None:
        if self._open:
            self._open = False
            try:
                await pause(self._provider.closing)
            finally:
                self._provider.open_connections -= 1
