"""The log: every batch since the last flush, on disk before anybody sees it."""

from collections.abc import Iterable

from palimpsest.disk import Disk
from palimpsest.files import frame, frames
from palimpsest.model import CorruptFile, StoreError

Record = tuple[int, list[tuple[str, str | None]]]
"""A batch with the number of its version."""


class Log:
    """One file of the disk, a frame for each batch.

    A batch is in the log in full or, after a crash, not at all. Whoever appends
    holds a lock.
    """

    def __init__(self, disk: Disk, name: str) -> None:
        self.name = name
        self._disk = disk
        self._usable = True

    def replay(self) -> list[Record]:
        """Return all batches in the order in which they were written.

        A crash may have left the first bytes of a batch behind the last one. Nobody
        was told that it was written, so it is taken off.
        """
        if self.name not in self._disk.names():
            return []
        data = self._disk.read(self.name)
        records: list[Record] = []
        whole = 0
        for end, (number, changes) in frames(self.name, data):
            if records and number <= records[-1][0]:
                raise CorruptFile(self.name, end, "batches are out of order")
            records.append((number, [(key, value) for key, value in changes]))
            whole = end
        if whole < len(data):
            self._disk.remove(self.name)
            self._disk.append(self.name, data[:whole])
            self._disk.sync(self.name)
        return records

    def append(self, number: int, changes: Iterable[tuple[str, str | None]]) -> None:
        """Write a batch, and return when it would survive a crash.

        Errors of the disk reach the caller. What stands at the end of the file then is
        anybody's guess, so nothing is appended until the store is opened again.
        """
        if not self._usable:
            raise StoreError("a write has failed: open the store again")
        self._usable = False
        self._disk.append(self.name, frame([number, list(changes)]))
        self._disk.sync(self.name)
        self._usable = True
