"""A rule that is kept to, with any store."""

import math
from typing import Protocol

from turnstile.clock import Clock, SystemClock
from turnstile.decisions import Decision, StoreUnavailable, check_cost, decide, require
from turnstile.rules import Rule


class Store(Protocol):
    """What keeps a text for each key. What it raises is its own affair."""

    def get(self, key: str) -> str | None:
        """Return the text of a key, None if there is none."""

    def set(self, key: str, text: str, ttl: int) -> None:
        """Keep a text for that many seconds, or longer."""

    def delete(self, key: str) -> None:
        """Forget a key, if it is there."""


class MemoryStore:
    """Keeps texts in this process until they are deleted."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._texts.get(key)

    def set(self, key: str, text: str, ttl: int) -> None:
        self._texts[key] = text

    def delete(self, key: str) -> None:
        self._texts.pop(key, None)


class _Guarded:
    """A store whose errors are ours."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str):
        def guarded(*arguments):
            try:
                return getattr(self._store, name)(*arguments)
            except Exception as error:
                raise StoreUnavailable(f"{name} failed") from error

        return guarded


class Limiter:
    """Keeps to a rule: a clock tells the time, and a store has the callers' states.

    The key of a caller is `algorithm/name/who`, with the rule's algorithm and name.
    Raises UnknownAlgorithm if nobody added the rule's.
    """

    def __init__(self, rule: Rule, store: Store, clock: Clock | None = None) -> None:
        require(rule)
        self._rule = rule
        self._store = _Guarded(store)
        self._clock = SystemClock() if clock is None else clock

    def check(self, who: str, cost: int = 1) -> Decision:
        """Return whether a call may go on, and charge it if so.

        The store is read once, and written at most once: with a `ttl` in whole
        seconds, rounded up, at least 1. Raises ValueError for a cost below 1,
        StoreUnavailable and StateUnreadable.
        """
        key, step = self._next(who, cost)
        if step.state is not None:
            ttl = math.ceil(step.keep) or 1
            self._store.set(key, step.state, ttl)
        return step.decision

    def peek(self, who: str, cost: int = 1) -> Decision:
        """Return what `check` would, and charge nothing. Raises what `check` does."""
        _key, step = self._next(who, cost)
        return step.decision

    def reset(self, who: str) -> None:
        """Forget a caller. Raises StoreUnavailable."""
        self._store.delete(self._key(who))

    def _next(self, who, cost):
        check_cost(cost)
        key = self._key(who)
        text = self._store.get(key)
        return key, decide(self._rule, text, self._clock.now(), cost)

    def _key(self, who):
        return "/".join([self._rule.algorithm, self._rule.name, who])
