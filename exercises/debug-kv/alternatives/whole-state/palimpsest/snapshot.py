"""Reading the store as it was at one moment."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from palimpsest.memtable import Memtable
from palimpsest.model import ClosedError
from palimpsest.table import Table

Item = tuple[str, str]


@dataclass(frozen=True)
class State:
    """A version and where to find it. Tables and memtables never lose anything."""

    version: int
    memtable: Memtable
    tables: tuple[Table, ...]

    def look_up(self, key: str) -> str | None:
        """Return a key's value, from the newest place that has one."""
        for place in (self.memtable, *self.tables):
            found = place.find(key, self.version)
            if found is not None:
                return found.value
        return None


class Reader(Protocol):
    """Whoever can read at a version."""

    def read(self, key: str, at: State) -> str | None:
        """Return a key's value at a version, None where it has none."""

    def read_range(
        self, start: str, end: str | None, at: State, *, reverse: bool = False
    ) -> Iterator[Item]:
        """Yield the keys of a range that have a value at a version, in order."""

    def read_prefix(self, prefix: str, at: State, *, reverse: bool) -> Iterator[Item]:
        """Yield the keys with a prefix that have a value at a version, in order."""


class Snapshot:
    """The store as it was when the snapshot was taken, until it is closed.

    Used in a `with` statement, it closes itself.
    """

    def __init__(self, reader: Reader, state: State, others: set["Snapshot"]) -> None:
        self._reader = reader
        self._state = state
        self._others = others
        self._closed = False
        self.version = state.version
        others.add(self)

    def get(self, key: str) -> str | None:
        """Return a key's value, None where it has none."""
        self._check_open()
        return self._reader.read(key, self._state)

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
        items = self._reader.read_range(start, end, self._state, reverse=reverse)
        return list(itertools.islice(items, limit))

    def scan_prefix(
        self, prefix: str, *, reverse: bool = False, limit: int | None = None
    ) -> list[Item]:
        """Return the keys that begin with a prefix, as `scan` does."""
        self._check_open()
        items = self._reader.read_prefix(prefix, self._state, reverse=reverse)
        return list(itertools.islice(items, limit))

    def close(self) -> None:
        """Give up the snapshot. Doing so twice does nothing."""
        self._closed = True
        self._others.discard(self)

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the snapshot is closed")
