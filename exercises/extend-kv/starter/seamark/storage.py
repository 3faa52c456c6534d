"""Where the segments are: files in a folder, or in memory for tests."""

import os
from pathlib import Path
from typing import Protocol

from seamark.errors import PowerCut

UNFINISHED = "~"


class Storage(Protocol):
    """Files by name. What was changed is durable when the call returns."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def read(self, name: str, at: int = 0, size: int | None = None) -> bytes:
        """Return so many bytes of a file from a place on, or all from there."""

    def append(self, name: str, data: bytes) -> None:
        """Write behind what is there; the file is made if need be.

        If the power fails, any first part of the data may be there afterwards.
        """

    def write(self, name: str, data: bytes) -> None:
        """Make these bytes the whole file. If the power fails, it is the old or the new."""

    def delete(self, name: str) -> None:
        """Delete a file."""


class Folder:
    """The files of one folder."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._path.mkdir(parents=True, exist_ok=True)
        for unfinished in self._path.glob(f"*{UNFINISHED}"):
            unfinished.unlink()

    def names(self) -> list[str]:
        return sorted(path.name for path in self._path.iterdir())

    def read(self, name: str, at: int = 0, size: int | None = None) -> bytes:
        with open(self._path / name, "rb") as file:
            file.seek(at)
            return file.read(size)

    def append(self, name: str, data: bytes) -> None:
        self._write(name, data, "ab")

    def write(self, name: str, data: bytes) -> None:
        self._write(name + UNFINISHED, data, "wb")
        os.replace(self._path / (name + UNFINISHED), self._path / name)

    def delete(self, name: str) -> None:
        (self._path / name).unlink()

    def _write(self, name: str, data: bytes, mode: str) -> None:
        with open(self._path / name, mode) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


class MemoryFolder:
    """Files in memory, whose power can be made to fail at any change."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._changes_left: int | None = None
        self._torn = 0

    def lose_power_after(self, changes: int, torn: int = 0) -> None:
        """Raise a PowerCut at the change behind so many, and at all later ones.

        If that first one is an `append`, so many bytes of it are written all the same.
        """
        self._changes_left = changes
        self._torn = torn

    def restore_power(self) -> None:
        """Work again, with the files as the power cut has left them."""
        self._changes_left = None

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str, at: int = 0, size: int | None = None) -> bytes:
        return self._files[name][at : None if size is None else at + size]

    def append(self, name: str, data: bytes) -> None:
        try:
            self._change()
        except PowerCut:
            data, self._torn = data[: self._torn], 0
            if data:
                self._files[name] = self._files.get(name, b"") + data
            raise
        self._files[name] = self._files.get(name, b"") + data

    def write(self, name: str, data: bytes) -> None:
        self._change()
        self._files[name] = data

    def delete(self, name: str) -> None:
        self._change()
        del self._files[name]

    def _change(self) -> None:
        if self._changes_left is None:
            return
        if self._changes_left == 0:
            raise PowerCut
        self._changes_left -= 1
