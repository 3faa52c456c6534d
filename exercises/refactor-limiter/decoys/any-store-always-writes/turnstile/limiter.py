"""A rule that is kept to, with any store."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from turnstile.clock import Clock, SystemClock
from turnstile.decisions import Decision, Step, check_cost, decide
from turnstile.errors import StoreUnavailable
from turnstile.registry import algorithm_named
from turnstile.rules import Rule
from turnstile.stores import Store


class Limiter:
    """Keeps to a rule: a clock tells the time, and a store has the callers' states.

    The key of a caller is `algorithm/name/who`, with the rule's algorithm and name.
    Raises UnknownAlgorithm if nobody added the rule's.
    """

    def __init__(self, rule: Rule, store: Store, clock: Clock | None = None) -> None:
        algorithm_named(rule.algorithm)
        self._rule = rule
        self._store = store
        self._clock = clock if clock is not None else SystemClock()

    def check(self, who: str, cost: int = 1) -> Decision:
        """Return whether a call may go on, and charge it if so.

        The store is read once, and written at most once: with a `ttl` in whole
        seconds, rounded up, at least 1. Raises ValueError for a cost below 1,
        StoreUnavailable and StateUnreadable.
        """
        step = self._step(who, cost)
        state = step.state
        if state is None:
            with _store_errors():
                state = self._store.get(self._key(who)) or ""
        ttl = max(1, math.ceil(step.keep))
        with _store_errors():
            self._store.set(self._key(who), state, ttl)
        return step.decision

    def peek(self, who: str, cost: int = 1) -> Decision:
        """Return what `check` would, and charge nothing. Raises what `check` does."""
        return self._step(who, cost).decision

    def reset(self, who: str) -> None:
        """Forget a caller. Raises StoreUnavailable."""
        with _store_errors():
            self._store.delete(self._key(who))

    def _step(self, who: str, cost: int) -> Step:
        check_cost(cost)  # or else a store that is down would hide the mistake
        with _store_errors():
            state = self._store.get(self._key(who))
        return decide(self._rule, state, self._clock.now(), cost)

    def _key(self, who: str) -> str:
        return f"{self._rule.algorithm}/{self._rule.name}/{who}"


@contextmanager
def _store_errors() -> Iterator[None]:
    """Whatever a store raises is a StoreUnavailable; nothing else may run in here."""
    try:
        yield
    except Exception as error:
        raise StoreUnavailable(f"the store failed: {error!r}") from error
