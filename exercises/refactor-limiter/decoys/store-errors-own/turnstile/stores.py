"""Where the callers' states are kept."""

from typing import Protocol


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


def store_for(backend: str, client: Store | None) -> Store:
    """Return the store that a backend's name stands for."""
    if backend == "memory":
        return MemoryStore()
    if backend == "shared":
        return client
    raise ValueError(f"unknown backend: {backend}")
