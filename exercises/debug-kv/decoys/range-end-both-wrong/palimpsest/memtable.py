"""Recent writes, in memory until they are flushed to a table."""

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from palimpsest.model import Chain, Version, visible


class Memtable:
    """Chains of versions by key, with the keys in order.

    Any number of threads may read while one writes. Versions are added and never
    changed, so what a reader at some version sees stays as it is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: list[str] = []
        self._chains: dict[str, list[Version]] = {}
        self._versions = 0

    @property
    def versions(self) -> int:
        """How many versions there are, of all keys."""
        return self._versions

    def apply(self, number: int, changes: Iterable[tuple[str, str | None]]) -> None:
        """Add the versions that a batch made."""
        for key, value in changes:
            with self._lock:
                if key not in self._chains:
                    self._chains[key] = []
                    insort(self._keys, key)
                self._chains[key].append(Version(number, value))
                self._versions += 1

    def find(self, key: str, at: int) -> Version | None:
        """Return the version of a key that a reader at `at` sees here, if any."""
        with self._lock:
            return visible(self._chains.get(key, ()), at)

    def keys(self, start: str, end: str | None) -> list[str]:
        """Return the keys from `start` on and before `end`, in order."""
        with self._lock:
            first = bisect_left(self._keys, start)
            behind = len(self._keys) if end is None else bisect_right(self._keys, end)
            return self._keys[first:behind]

    def chains(self) -> dict[str, Chain]:
        """Return all keys in order, with their versions."""
        with self._lock:
            return {key: tuple(self._chains[key]) for key in self._keys}
