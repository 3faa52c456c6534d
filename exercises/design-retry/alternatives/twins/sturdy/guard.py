"""Calls that get through a provider's bad minute: try again, then take another model."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
            return max(pause, error.retry_after)
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
    tally = _Tally(policy, len(models), clock.now)
    while tally.may_ask():
        model = models[tally.place]
        try:
            reply = model.ask(prompt, timeout=tally.left())
        except _TRANSIENT as error:
            if pause := tally.failed(model.name, error):
                clock.sleep(pause)
        else:
            return tally.outcome(reply, model.name)
    raise tally.exhausted()


async def call_async(
    models: Sequence[AsyncModel], prompt: Prompt, policy: Policy
) -> Outcome:
    """Do what `call` does, on the running event loop and by its time.

    An attempt that takes longer than it may is cancelled, and counts as a failure with
    a TimeoutError. Whoever cancels the call cancels what it is doing.
    """
    tally = _Tally(policy, len(models), asyncio.get_running_loop().time)
    while tally.may_ask():
        model = models[tally.place]
        left = tally.left()
        try:
            reply = await asyncio.wait_for(model.ask(prompt, timeout=left), left)
        except _TRANSIENT as error:
            if pause := tally.failed(model.name, error):
                await asyncio.sleep(pause)
        else:
            return tally.outcome(reply, model.name)
    raise tally.exhausted()


class _Tally:
    """Where a call stands: whose turn it is, what failed, and how much time is left."""

    def __init__(self, policy: Policy, models: int, now: Callable[[], float]) -> None:
        if models == 0:
            raise ValueError("there is no model to ask")
        self.place = 0
        self._policy = policy
        self._models = models
        self._now = now
        self._end = now() + policy.budget
        self._in_a_row = 0
        self._failures: list[Failure] = []

    def left(self) -> float:
        """Return the seconds that are left."""
        return self._end - self._now()

    def may_ask(self) -> bool:
        """Tell whether there is a model to ask, and time for it."""
        return self.place < self._models and self.left() > 0

    def failed(self, name: str, error: Exception) -> float:
        """Note a failure; return how long to pause, 0 if it is another model's turn."""
        self._failures.append(Failure(name, error))
        self._in_a_row += 1
        pause = self._policy.pause(self._in_a_row, error)
        if self._in_a_row < self._policy.attempts and pause < self.left():
            return pause
        self.place += 1
        self._in_a_row = 0
        return 0.0

    def outcome(self, reply: Reply, name: str) -> Outcome:
        """Return what the call comes to with a reply."""
        return Outcome(reply, name, tuple(self._failures), self.place > 0)

    def exhausted(self) -> Exhausted:
        """Return what it comes to without one."""
        error = Exhausted(self._failures)
        error.__cause__ = self._failures[-1].error
        return error
