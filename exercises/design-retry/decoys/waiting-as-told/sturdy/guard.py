"""Calls that get through a provider's bad minute: try again, then take another model."""

import asyncio
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from sturdy.clock import Clock
from sturdy.errors import Exhausted, Failure, Overloaded, Unavailable
from sturdy.messages import Prompt, Reply
from sturdy.models import AsyncModel, Model

# What a later attempt may not meet again. Timeouts and lost connections are OSErrors.
_TRANSIENT = (Overloaded, Unavailable, OSError)


@dataclass(frozen=True)
class Policy:
    """How often to ask, how long to pause, and how long a call may take altogether."""

    attempts: int = 3
    """How often one model is asked."""
    budget: float = 20.0
    """Seconds for the whole call: every attempt at every model, and the pauses."""
    base: float = 0.5
    """Seconds of the pause after a model's first failure."""
    factor: float = 2.0
    """How much longer each further pause is."""
    cap: float = 8.0
    """The longest pause, unless the provider asks for a longer one."""

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError("at least one attempt is needed")
        if not self.budget > 0:
            raise ValueError("a call needs time")
        if not 0 < self.base <= self.cap:
            raise ValueError("pauses need 0 < base <= cap")
        if not self.factor >= 1:
            raise ValueError("pauses cannot shrink")

    def pause(self, failures: int, error: Exception) -> float:
        """Return the seconds to pause after so many failures of one model in a row.

        `base` after the first, `factor` times as long after each further one, `cap` at
        most. `error` is the last failure's: where it is an `Overloaded` that says how
        long to wait, the pause is at least that long, `cap` or not.
        """
        try:
            pause = min(self.cap, self.base * self.factor ** (failures - 1))
        except OverflowError:  # more than any number, and so more than the cap
            pause = self.cap
        if isinstance(error, Overloaded) and error.retry_after is not None:
            return error.retry_after
        return pause


@dataclass(frozen=True)
class Outcome:
    """A reply, where it came from, and what it took."""

    reply: Reply
    model: str
    """The name of the model that gave the reply."""
    failures: tuple[Failure, ...] = ()
    """The attempts before, in order."""
    degraded: bool = False
    """Whether the reply is from another model than the first."""


def call(
    models: Sequence[Model], prompt: Prompt, policy: Policy, *, clock: Clock
) -> Outcome:
    """Ask the models, the best one first, until one of them gives a reply.

    Raises `Exhausted` if none does. BRIEF.md says what is tried when.
    """
    course = _course([model.name for model in models], policy, clock.now)
    step = next(course)
    while not isinstance(step, Outcome):
        if isinstance(step, _Attempt):
            came: Reply | Exception
            try:
                came = models[step.model].ask(prompt, timeout=step.timeout)
            except _TRANSIENT as error:
                came = error
            step = course.send(came)
        else:
            clock.sleep(step)
            step = next(course)
    return step


async def call_async(
    models: Sequence[AsyncModel], prompt: Prompt, policy: Policy
) -> Outcome:
    """Do what `call` does, on the running event loop and by its time.

    An attempt that takes longer than it may is cancelled, and counts as a failure with
    a TimeoutError. Whoever cancels the call cancels what it is doing.
    """
    course = _course(
        [model.name for model in models], policy, asyncio.get_running_loop().time
    )
    step = next(course)
    while not isinstance(step, Outcome):
        if isinstance(step, _Attempt):
            came: Reply | Exception
            try:
                async with asyncio.timeout(step.timeout):
                    came = await models[step.model].ask(prompt, timeout=step.timeout)
            except _TRANSIENT as error:
                came = error
            step = course.send(came)
        else:
            await asyncio.sleep(step)
            step = next(course)
    return step


@dataclass(frozen=True)
class _Attempt:
    """Ask the model in this place, for so many seconds."""

    model: int
    timeout: float


_Step = _Attempt | float | Outcome


def _course(
    names: Sequence[str], policy: Policy, now: Callable[[], float]
) -> Generator[_Step, Any, None]:
    """Yield what to do next: an attempt, a pause in seconds, and at last the outcome.

    What came of an attempt is sent back. All decisions are made in here, none of the
    waiting, so that both ways to call cannot help but agree.
    """
    if not names:
        raise ValueError("there is no model to ask")
    end = now() + policy.budget
    failures: list[Failure] = []
    for place, name in enumerate(names):
        for number in range(1, policy.attempts + 1):
            left = end - now()
            if left <= 0:
                raise Exhausted(failures) from failures[-1].error
            came = yield _Attempt(place, left)
            if isinstance(came, Reply):
                yield Outcome(came, name, tuple(failures), degraded=place > 0)
                return
            failures.append(Failure(name, came))
            pause = policy.pause(number, came)
            if number == policy.attempts or pause >= end - now():
                break
            yield pause
    raise Exhausted(failures) from failures[-1].error
