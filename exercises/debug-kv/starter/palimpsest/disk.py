"""Where the bytes go: files in a folder, or in memory for tests."""

import os
from pathlib import Path
from typing import Protocol

UNFINISHED = ".tmp"


class Disk(Protocol):
    """Files by name. What a disk promises after a crash stands with each method."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def read(self, name: str) -> bytes:
        """Return all of a file. One that is not there is a FileNotFoundError."""

    def append(self, name: str, data: bytes) -> None:
        """Write behind what is there; the file is made if need be.

        Until the file is synced, a crash may leave any first part of what was
        appended, down to nothing.
        """

    def sync(self, name: str) -> None:
        """Return when all that was appended would survive a crash. This is slow."""

    def replace(self, name: str, data: bytes) -> None:
        """Make these bytes the whole file, durably: a crash leaves the old or the new."""

    def remove(self, name: str) -> None:
        """Remove a file, durably."""


class FolderDisk:
    """The files of one folder, which nobody else writes to."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        for left_over in self._folder.glob(f"*{UNFINISHED}"):
            left_over.unlink()

    def names(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir())

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def append(self, name: str, data: bytes) -> None:
        with open(self._folder / name, "ab") as file:
            file.write(data)

    def sync(self, name: str) -> None:
        with open(self._folder / name, "rb") as file:
            os.fsync(file.fileno())
        self._sync_folder()

    def replace(self, name: str, data: bytes) -> None:
        unfinished = self._folder / (name + UNFINISHED)
        with open(unfinished, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, self._folder / name)
        self._sync_folder()

    def remove(self, name: str) -> None:
        (self._folder / name).unlink()
        self._sync_folder()

    def _sync_folder(self) -> None:
        """Make names durable as well; a file without its name is lost."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class MemoryDisk:
    """A disk for tests, which can lose its power.

    `crash` leaves the same object as the disk that a store would find afterwards.
    """

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._durable: dict[str, int] = {}  # how many bytes of a file are

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        try:
            return self._files[name]
        except KeyError:
            raise FileNotFoundError(name) from None

    def append(self, name: str, data: bytes) -> None:
        self._durable.setdefault(name, 0)
        self._files[name] = self._files.get(name, b"") + data

    def sync(self, name: str) -> None:
        self._durable[name] = len(self._files[name])

    def replace(self, name: str, data: bytes) -> None:
        self._files[name] = bytes(data)
        self._durable[name] = len(data)

    def remove(self, name: str) -> None:
        del self._files[name]
        del self._durable[name]

    def crash(self, *, keep: int = 0) -> None:
        """Lose what was not synced, but for the first `keep` bytes of it in a file."""
        for name, durable in self._durable.items():
            self._files[name] = self._files[name][: durable + keep]
            self._durable[name] = len(self._files[name])
