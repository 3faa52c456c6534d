"""A rule that is kept to, with any store."""

from typing import Protocol

from turnstile.clock import Clock
from turnstile.decisions import Decision
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

    def get(self, key: str) -> str | None:
        raise NotImplementedError("MemoryStore is still to be written")

    def set(self, key: str, text: str, ttl: int) -> None:
        raise NotImplementedError("MemoryStore is still to be written")

    def delete(self, key: str) -> None:
        raise NotImplementedError("MemoryStore is still to be written")


class Limiter:
    """Keeps to a rule: a clock tells the time, and a store has the callers' states.

    The key of a caller is `algorithm/name/who`, with the rule's algorithm and name.
    Raises UnknownAlgorithm if nobody added the rule's.
    """

    def __init__(self, rule: Rule, store: Store, clock: Clock | None = None) -> None:
        raise NotImplementedError("Limiter is still to be written")

    def check(self, who: str, cost: int = 1) -> Decision:
        """Return whether a call may go on, and charge it if so.

        The store is read once, and written at most once: with a `ttl` in whole
        seconds, rounded up, at least 1. Raises ValueError for a cost below 1,
        StoreUnavailable and StateUnreadable.
        """
        raise NotImplementedError("check is still to be written")

    def peek(self, who: str, cost: int = 1) -> Decision:
        """Return what `check` would, and charge nothing. Raises what `check` does."""
        raise NotImplementedError("peek is still to be written")

    def reset(self, who: str) -> None:
        """Forget a caller. Raises StoreUnavailable."""
        raise NotImplementedError("reset is still to be written")
