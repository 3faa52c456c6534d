"""The words that all modules share: versions, batches, errors."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple


class StoreError(Exception):
    """Anything that goes wrong in the store and is not the disk's own error."""


class ClosedError(StoreError):
    """The store or the snapshot that was asked is closed."""


class CorruptFile(StoreError):
    """A file holds something that this store never wrote."""

    def __init__(self, name: str, place: int, what: str) -> None:
        super().__init__(f"{name} at byte {place}: {what}")
        self.name = name
        self.place = place


class Version(NamedTuple):
    """What a write made of a key. A value of None says that the key was deleted."""

    number: int
    value: str | None


Chain = Sequence[Version]
"""The versions of one key in one place, oldest first."""


def visible(chain: Chain, at: int) -> Version | None:
    """Return the version that a reader at version `at` sees, if the chain has one."""
    place = bisect_right(chain, at, key=attrgetter("number"))
    return chain[place - 1] if place else None


class Batch:
    """Writes that take effect together: all of them, or none.

    Where a batch writes a key twice, the last time counts.
    """

    def __init__(self) -> None:
        self._changes: dict[str, str | None] = {}

    def put(self, key: str, value: str) -> "Batch":
        """Write a value; return the batch, so that calls can be strung together."""
        check_key(key)
        if not isinstance(value, str):
            raise TypeError(f"a value has to be a text, not {value!r}")
        self._changes[key] = value
        return self

    def delete(self, key: str) -> "Batch":
        """Delete a key, whether it is there or not."""
        check_key(key)
        self._changes[key] = None
        return self

    def __iter__(self) -> Iterator[tuple[str, str | None]]:
        """Yield each key with its new value, None where it is deleted."""
        return iter(self._changes.items())

    def __len__(self) -> int:
        return len(self._changes)


def check_key(key: str) -> None:
    """Refuse what cannot be a key."""
    if not isinstance(key, str):
        raise TypeError(f"a key has to be a text, not {key!r}")
    if not key:
        raise ValueError("a key cannot be empty")
    key.encode("utf-8")  # half a surrogate pair is a UnicodeEncodeError, a ValueError
