"""The store as its users see it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from palimpsest.compaction import merge
from palimpsest.disk import Disk
from palimpsest.files import Manifest, load_manifest
from palimpsest.log import Log
from palimpsest.memtable import Memtable
from palimpsest.model import Batch, ClosedError
from palimpsest.snapshot import Holds, Item, Snapshot
from palimpsest.table import Table, load_table

Places = tuple[Memtable | Table, ...]
"""Where versions are found, newest first: the memtable, then the tables."""

LAST = "\uffff"
"""Behind every character that a key may go on with."""


@dataclass(frozen=True)
class Stats:
    """Figures about the store as of now."""

    version: int
    """The number of the last write."""
    tables: int
    """How many tables there are on disk."""
    versions: int
    """How many versions are kept, of all keys, deletions included."""
    snapshots: int
    """How many snapshots are open."""


class Store:
    """Keys with values and, while a snapshot is open, the values they had then.

    Any number of threads may use one store. A disk belongs to one store at a time.
    """

    def __init__(self, disk: Disk, *, flush_at: int = 1000) -> None:
        """Open the store on a disk. The memtable is flushed at so many versions."""
        if flush_at < 1:
            raise ValueError("a memtable has to hold something")
        self._disk = disk
        self._flush_at = flush_at
        self._closed = False
        self._writing = threading.Lock()  # one batch at a time
        self._maintenance = threading.Lock()  # one flush or compaction at a time
        self._holds = Holds()
        self._open()

    def _open(self) -> None:
        """Read what is on the disk."""
        manifest = load_manifest(self._disk)
        if manifest is None:
            manifest = Manifest(log="log-0")
            manifest.save(self._disk)
        self._manifest = manifest
        memtable = Memtable()
        tables = [load_table(self._disk, name) for name in manifest.tables]
        self._version = manifest.version
        self._log = Log(self._disk, manifest.log)
        for number, changes in self._log.replay():
            memtable.apply(number, changes)
            self._version = number
        self._memtable = memtable
        self._places: Places = (memtable, *tables)
        self._remove_unused()  # a crash may leave files that never came into use

    def put(self, key: str, value: str) -> int:
        """Write a value; return the number of the version."""
        return self.write(Batch().put(key, value))

    def delete(self, key: str) -> int:
        """Delete a key, whether it is there or not; return the number of the version."""
        return self.write(Batch().delete(key))

    def write(self, batch: Batch) -> int:
        """Write a batch; return the number of the version when it is safe on disk.

        An empty batch writes nothing and has the number of the last version.
        """
        changes = list(batch)
        with self._writing:
            self._check_open()
            if not changes:
                return self._version
            self._version = number = self._version + 1
            self._log.append(number, changes)
            memtable = self._memtable
            memtable.apply(number, changes)
        if memtable.versions >= self._flush_at:
            self.flush()
        return number

    def get(self, key: str) -> str | None:
        """Return a key's value, None where it has none."""
        with self.snapshot() as now:
            return now.get(key)

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
        with self.snapshot() as now:
            return now.scan(start, end, reverse=reverse, limit=limit)

    def scan_prefix(
        self, prefix: str, *, reverse: bool = False, limit: int | None = None
    ) -> list[Item]:
        """Return the keys that begin with a prefix, as `scan` does."""
        with self.snapshot() as now:
            return now.scan_prefix(prefix, reverse=reverse, limit=limit)

    def snapshot(self) -> Snapshot:
        """Return the store as it is now, whatever is written later."""
        self._check_open()
        return Snapshot(self, self._holds, self._version)

    def flush(self) -> None:
        """Write the memtable to a table of its own and begin a new log."""
        with self._maintenance, self._writing:
            self._check_open()
            if not self._memtable.versions:
                return
            number = self._manifest.next_file
            table = Table(f"table-{number}", self._memtable.chains())
            table.save(self._disk)
            self._change(
                log=f"log-{number}",
                tables=(table.name, *self._manifest.tables),
                version=self._version,
            )
            self._log = Log(self._disk, self._manifest.log)
            self._memtable = Memtable()
            self._places = (self._memtable, table, *self._places[1:])
            self._remove_unused()

    def compact(self, newest: int | None = None) -> None:
        """Merge the newest tables, or all of them, into one.

        Of each key it keeps the newest version and those that open snapshots read.
        Nobody waits for it: not those who read, and not those who write.
        """
        if newest is not None and newest < 1:
            raise ValueError("there have to be tables to merge")
        with self._maintenance:
            self._check_open()
            tables = self._places[1:]
            count = len(tables) if newest is None else newest
            chosen, rest = tables[:count], tables[count:]
            if not chosen:
                return
            chains = merge(chosen, self._holds.versions(), not rest)
            table = Table(f"table-{self._manifest.next_file}", chains)
            kept = (table, *rest) if len(table) else rest
            if len(table):
                table.save(self._disk)
            self._change(tables=tuple(each.name for each in kept))
            self._places = (self._memtable, *kept)
            self._remove_unused()

    def close(self) -> None:
        """Close the store, and with it all its snapshots. Twice does nothing."""
        with self._maintenance, self._writing:
            self._closed = True

    def stats(self) -> Stats:
        """Return figures about the store."""
        places = self._places
        return Stats(
            version=self._version,
            tables=len(places) - 1,
            versions=sum(place.versions for place in places),
            snapshots=len(self._holds),
        )

    def read(self, key: str, at: int) -> str | None:
        """Return a key's value at a version; for snapshots, which hold it."""
        self._check_open()
        return _look_up(self._places, key, at)

    def read_range(
        self, start: str, end: str | None, at: int, *, reverse: bool = False
    ) -> Iterator[Item]:
        """Yield the keys of a range and their values at a version; for snapshots."""
        self._check_open()
        places = self._places
        keys = {key for place in places for key in place.keys(start, end)}
        for key in sorted(keys, reverse=reverse):
            value = _look_up(places, key, at)
            if value is not None:
                yield key, value

    def read_prefix(self, prefix: str, at: int, *, reverse: bool) -> Iterator[Item]:
        """Yield the keys with a prefix and their values at a version; for snapshots."""
        return self.read_range(prefix, prefix + LAST, at, reverse=reverse)

    def _change(self, **files: object) -> None:
        """Save a changed manifest. From then on, it is its files that count."""
        changed = replace(self._manifest, next_file=self._manifest.next_file + 1, **files)
        changed.save(self._disk)
        self._manifest = changed

    def _remove_unused(self) -> None:
        """Remove the files that the manifest does not name."""
        used = {self._manifest.log, *self._manifest.tables}
        for name in self._disk.names():
            if name.startswith(("log-", "table-")) and name not in used:
                self._disk.remove(name)

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("the store is closed")


def _look_up(places: Places, key: str, at: int) -> str | None:
    """Return a key's value at a version, from the newest place that has one."""
    for place in places:
        version = place.find(key, at)
        if version is not None:
            return version.value
    return None
