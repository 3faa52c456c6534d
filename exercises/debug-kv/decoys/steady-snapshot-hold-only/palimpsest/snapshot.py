"""Reading the store as it was at one moment."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from palimpsest.model import ClosedError

Item = tuple[str, str]


class Reader(Protocol):
    """Whoever can read at a version."""

    def read(self, key: str, at: int) -> str | None:
        """Return a key's value at a version, None where it has none."""

    def read_range(
        self, start: str, end: str | None, at: int, *, reverse: bool = False
    ) -> Iterator[Item]:
        """Yield the keys of a range that have a value at a version, in order."""

    def read_prefix(self, prefix: str, at: int, *, reverse: bool) -> Iterator[Item]:
        """Yield the keys with a prefix that have a value at a version, in order."""


class Holds:
    """Which versions are held by open snapshots, so that compaction keeps them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: set[int] = set()

    def take(self, latest: Callable[[], int]) -> int:
        """Hold the latest version, and return it."""
        with self._lock:
            version = latest()
            self._versions.add(version)
        return version

    def release(self, version: int) -> None:
        """Let go of a version; if it is not held, this does nothing."""
        with self._lock:
            self._versions.discard(version)

    def versions(self) -> frozenset[int]:
        """Return the versions that are held by anybody."""
        with self._lock:
            return frozenset(self._versions)

    def __len__(self) -> int:
        return len(self._versions)


class Snapshot:
    """The store as it was when the snapshot was taken, until it is closed.

    Used in a `with` statement, it closes itself.
    """

    def __init__(self, reader: Reader, holds: Holds, latest: Callable[[], int]) -> None:
        self._reader = reader
        self._holds = holds
        self._closed = False
        self.version = holds.take(latest)

    def get(self, key: str) -> str | None:
        """Return a key's value, None where it has none."""
        self._check_open()
        return self._reader.read(key, self.version)

    def scan(
        self,
        start: str = "",
        end: str | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> list[Item]:
        """Return the keys from `start` on and before `end` with their values, in order.

        With `reverse` the order is the other way round. With `limit`, no more than
        so many.
        """
        self._check_open()
        items = self._reader.read_range(start, end, self.version, reverse=reverse)
        return list(itertools.islice(items, limit))

    def scan_prefix(
        self, prefix: str, *, reverse: bool = False, limit: int | None = None
    ) -> list[Item]:
        """Return the keys that begin with a prefix, as `scan` does."""
        self._check_open()
        items = self._reader.read_prefix(prefix, self.version, reverse=reverse)
        return list(itertools.islice(items, limit))

    def close(self) -> None:
        """Give up the snapshot. Doing so twice does nothing."""
        self._closed = True
        self._holds.release(self.version)

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the snapshot is closed")
