"""The three algorithms: each a record that is read from a text, spent from and written.

`Record` says what they have in common; it is all that a fourth one would need, too.
"""

import json
import math
from collections.abc import Callable
from typing import Protocol

from turnstile.decisions import Decision, StateUnreadable, Step, add_algorithm
from turnstile.rules import Rule


class Record(Protocol):
    """What is known of a caller at a moment."""

    left: float

    def wait(self, cost: int) -> float:
        """Return in how many seconds a call will pass that does not pass now."""

    def spend(self, cost: int) -> tuple[str, float]:
        """Charge a call; return the text to keep, and for how many seconds."""


class Windowed:
    """How many calls came in the current window."""

    def __init__(self, rule: Rule, state: str | None, now: float) -> None:
        self.rule = rule
        self.now = now
        self.window = int(now // rule.period)
        self.count = 0
        if state is not None:
            window, _, count = state.partition(":")
            if int(window) >= self.window:
                self.window = int(window)
                self.count = int(count)
            int(count)

    @property
    def left(self) -> int:
        return self.rule.limit - self.count

    def wait(self, cost: int) -> float:
        return (self.window + 1) * self.rule.period - self.now

    def spend(self, cost: int) -> tuple[str, float]:
        self.count += cost
        return f"{self.window}:{self.count}", self.wait(cost)


class Remembered:
    """When calls came."""

    def __init__(self, rule: Rule, state: str | None, now: float) -> None:
        self.rule = rule
        self.now = now
        times = [] if state is None else map(float, state.split(","))
        self.times = [time for time in map(_number, times) if time > now - rule.period]

    @property
    def left(self) -> int:
        return self.rule.limit - len(self.times)

    def wait(self, cost: int) -> float:
        which = len(self.times) + cost - self.rule.limit
        return self.times[which - 1] + self.rule.period - self.now

    def spend(self, cost: int) -> tuple[str, float]:
        self.times.extend([self.now] * cost)
        self.times.sort()
        keep = self.times[-1] + self.rule.period - self.now
        return ",".join(format(time, ".3f") for time in self.times), keep


class Filled:
    """How full a bucket is."""

    def __init__(self, rule: Rule, state: str | None, now: float) -> None:
        self.rule = rule
        self.ahead = 0.0
        self.at = now
        self.left = float(rule.limit)
        if state is None:
            return
        kept = json.loads(state)
        self.left, at = _number(kept["tokens"]), _number(kept["at"])
        if at > now:
            self.at, self.ahead = at, at - now
        else:
            drops = (now - at) * rule.limit / rule.period
            self.left = min(rule.limit, self.left + drops)

    def wait(self, cost: int) -> float:
        return (cost - self.left) * self.rule.period / self.rule.limit + self.ahead

    def spend(self, cost: int) -> tuple[str, float]:
        self.left = round(self.left - cost, 6)
        keep = (self.rule.limit - self.left) * self.rule.period / self.rule.limit
        return json.dumps({"tokens": self.left, "at": self.at}), keep


def _number(given: float) -> float:
    """Return a number as one with a fraction; NaN and the like are none."""
    if not math.isfinite(given):
        raise ValueError(f"no number: {given}")
    return given + 0.0


def by(kind: Callable[[Rule, str | None, float], Record]) -> Callable[..., Step]:
    """Return the algorithm that decides by such records."""

    def algorithm(rule: Rule, state: str | None, now: float, cost: int) -> Step:
        try:
            record = kind(rule, state, now)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise StateUnreadable(f"{state!r}: {error}") from error
        if cost > record.left:
            wait = record.wait(cost) if cost <= rule.limit else None
            return Step(Decision(False, rule.limit, int(record.left), wait))
        text, keep = record.spend(cost)
        return Step(Decision(True, rule.limit, int(record.left)), text, keep)

    return algorithm


add_algorithm("fixed", by(Windowed))
add_algorithm("sliding", by(Remembered))
add_algorithm("bucket", by(Filled))
