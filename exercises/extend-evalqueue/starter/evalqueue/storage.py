"""Where the bytes of the journal lie."""

import os
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """A run of bytes that grows at its end.

    A crash in the middle of `append` leaves the first so many bytes of what was to
    be written: none, some or all of them. `truncate` happens as a whole or not at all.
    Whoever was told that a call is over finds what it did after any crash.
    """

    def read(self) -> bytes:
        """Return all bytes."""

    def append(self, data: bytes) -> None:
        """Write the bytes behind those that are there."""

    def truncate(self, size: int) -> None:
        """Keep the first so many bytes and forget the rest."""


class MemoryStorage:
    """Bytes in memory, for tests."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data

    def append(self, data: bytes) -> None:
        self._data += data

    def truncate(self, size: int) -> None:
        self._data = self._data[:size]


class FileStorage:
    """Bytes in a file that is made when the first are written."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""

    def append(self, data: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def truncate(self, size: int) -> None:
        os.truncate(self._path, size)
