"""Run a coroutine on an event loop whose clock jumps instead of waiting.

    async def story() -> None:
        await asyncio.sleep(3600)
        assert asyncio.get_running_loop().time() == 3600

    run(story())                        # takes no time at all

The loop's time begins at 0. It moves on only when no task can go on without waiting, and
then right to the next timer: timeouts and delays happen in their order, exactly on time,
however slow the machine. The code under test needs no change as long as it takes its time
from the loop: `asyncio.sleep`, `asyncio.timeout`, `asyncio.wait_for`, `loop.call_later` and
`loop.time` do, `time.monotonic` does not.

What would hang fails instead. When every task waits and no timer is left, or when the
loop's time passes `limit`, that is an AssertionError which names the tasks.

A thread (`asyncio.to_thread`) gets PATIENCE real seconds to finish when nothing else is
left to wait for. While a timer is left, the clock does not wait for threads.

An exception that no task was asked for is one line on stderr.
"""

import asyncio
import selectors
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

PATIENCE = 1.0

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], *, limit: float = 86_400.0) -> T:
    """Run the coroutine to its end, and return what it returns or raise what it raises.

    `limit` is in seconds of the loop's time. Tasks that are left over are cancelled, as
    `asyncio.run` does it.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(limit)) as runner:
        return runner.run(main)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer when nothing else can be done."""

    def __init__(self, limit: float = 86_400.0) -> None:
        self._now = 0.0
        self._limit = limit
        super().__init__(_Jump(self))
        self.set_exception_handler(_tell)

    def time(self) -> float:
        """Return the seconds since the loop began, by its own clock."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Move the clock on; raise AssertionError where that passes the limit."""
        self._now += seconds
        assert self._now <= self._limit, (
            f"not done after {self._limit:g} s of the loop's time: {self._waiting()}"
        )

    def starve(self) -> None:
        """Raise AssertionError, since nothing will ever happen any more."""
        raise AssertionError(f"every task waits for ever: {self._waiting()}")

    def _waiting(self) -> str:
        tasks = [task for task in asyncio.all_tasks(self) if not task.done()]
        return ", ".join(
            sorted(getattr(task.get_coro(), "__qualname__", "?") for task in tasks)
        )


def _tell(_loop: Any, context: dict[str, Any]) -> None:
    what = context.get("exception") or context["message"]
    print(f"nobody asked for: {what!r}", file=sys.stderr)


class _Jump(selectors.SelectSelector):
    """Asks for events, and lets the loop's clock jump where it would wait for one."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        patient = timeout is None and threading.active_count() > 1
        ready = super().select(PATIENCE if patient else 0)
        if ready:
            return ready
        if timeout is None:
            self._loop.starve()
        elif timeout > 0:
            self._loop.jump(timeout)
        return ready
