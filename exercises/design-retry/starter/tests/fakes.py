"""Models that play scripts, for tests: one to wait for, one for asyncio."""

import asyncio
from collections.abc import Sequence

from sturdy import ManualClock, Reply

FOREVER = float("inf")


class Script:
    """What a model does, one step an attempt; the last step is played again for ever.

    A text is the reply and an error is raised, both at once. A pair of seconds and one
    of those takes so long.
    """

    def __init__(self, name: str, steps: Sequence) -> None:
        self.name = name
        self.prompts: list[object] = []
        self.asked_at: list[float] = []
        self.timeouts: list[float] = []
        self._steps = list(steps)

    def note(self, prompt: object, timeout: float, now: float) -> tuple[float, object]:
        """Write down an attempt; return how long it takes and what comes of it."""
        self.prompts.append(prompt)
        self.timeouts.append(timeout)
        self.asked_at.append(now)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        return step if isinstance(step, tuple) else (0.0, step)

    @staticmethod
    def outcome(what: object) -> Reply:
        """Return the reply of a step, or raise its error."""
        if isinstance(what, BaseException):
            raise what
        return Reply(str(what), tokens=7)


class FakeModel(Script):
    """Plays a script by a clock. It heeds its timeout, unless it is `deaf`."""

    def __init__(
        self, clock: ManualClock, name: str, *steps: object, deaf: bool = False
    ) -> None:
        super().__init__(name, steps)
        self._clock = clock
        self._deaf = deaf

    def ask(self, prompt: object, *, timeout: float) -> Reply:
        seconds, what = self.note(prompt, timeout, self._clock.now())
        if seconds > timeout and not self._deaf:
            self._clock.advance(timeout)
            raise TimeoutError(f"{self.name} did not answer in {timeout} s")
        self._clock.advance(seconds)
        return self.outcome(what)


class AsyncFakeModel(Script):
    """Plays a script by the event loop's time, and does not heed its timeout."""

    def __init__(self, name: str, *steps: object) -> None:
        super().__init__(name, steps)
        self.running = 0

    async def ask(self, prompt: object, *, timeout: float) -> Reply:
        seconds, what = self.note(prompt, timeout, now())
        self.running += 1
        try:
            await pause(seconds)
            return self.outcome(what)
        finally:
            self.running -= 1


def now() -> float:
    """Return the seconds since the story began, by the loop's clock."""
    return asyncio.get_running_loop().time()


async def pause(seconds: float) -> None:
    """Let that much of the loop's time pass."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    if seconds < FOREVER:
        loop.call_later(seconds, lambda: over.done() or over.set_result(None))
    await over
