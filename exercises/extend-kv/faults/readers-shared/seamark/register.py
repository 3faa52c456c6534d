"""The register as its users see it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from seamark.clock import Clock, SystemClock
from seamark.errors import Closed, Damaged, TooOld
from seamark.index import Index, Version, View
from seamark.segments import (
    BASE_HEADER,
    HEADER,
    LONG_AGO,
    PREFIX,
    Place,
    Record,
    Segment,
    encode,
    read_value,
    segment_name,
    segment_number,
)
from seamark.snapshot import Snapshot
from seamark.storage import Storage


@dataclass(frozen=True)
class Stats:
    """Figures about the register as of now."""

    keys: int
    """How many keys have a value."""
    records: int
    """How many writes stand in the segments, removals included."""
    segments: int
    """How many segments there are."""


class Register:
    """Keys with values, kept in segments of a storage.

    One process and one thread at a time. Values are read from the segments when
    they are asked for; only where they stand is in memory.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Clock | None = None,
        keep: float = 0.0,
        roll_at: int = 1000,
    ) -> None:
        """Open the register in a storage.

        `keep` is for how many seconds the past can be read, 0 for not at all. A
        segment is closed when so many writes as `roll_at` stand in it.
        """
        if not keep >= 0:
            raise ValueError("the past cannot be kept for less than no time")
        if roll_at < 1:
            raise ValueError("a segment has to hold something")
        self._storage = storage
        self._clock = clock if clock is not None else SystemClock()
        self._keep = keep
        self._roll_at = roll_at
        self._closed = False
        self._index = Index()
        self._views: set[View] = set()
        self._horizon = LONG_AGO  # before it, compaction may have dropped something
        self._latest = LONG_AGO  # the moment of the last write
        self._open()

    def _open(self) -> None:
        """Read the segments, and tidy up what a power cut has left."""
        segments = [Segment(self._storage, name) for name in self._segments()]
        bases = [place for place, each in enumerate(segments) if each.base]
        first = bases[-1] if bases else 0
        counted = segments[first:]
        for segment in counted:
            if segment.torn and segment is not counted[-1]:
                raise Damaged(segment.name, len(segment.whole))
            for record, place in segment.records():
                self._note(record, place)
        if counted and counted[-1].torn:
            counted[-1].mend()
        names = self._segments()
        self._next = segment_number(names[-1]) + 1 if names else 1
        self._active: str | None = None  # begun by the first write
        self._room = 0
        if any(each.old for each in counted) and self._horizon == LONG_AGO:
            self._horizon = self._latest = self._clock.now()
            self._write(Record("horizon", self._horizon))

    def _note(self, record: Record, place: Place) -> None:
        """Take in a record that stands in a segment."""
        self._latest = max(self._latest, record.moment)
        if record.kind == "horizon":
            self._horizon = record.moment
        elif record.kind != "latest":
            present = record.kind == "put"
            self._index.add(record.key, record.moment, place, present=present)

    def put(self, key: str, value: str) -> None:
        """Write a value."""
        self._check_open()
        _check(key, value)
        self._latest = self._now()
        self._write(Record("put", self._latest, key, value))

    def remove(self, key: str) -> bool:
        """Remove a key; return whether it was there. If not, nothing is written."""
        if key not in self:
            return False
        self._latest = self._now()
        self._write(Record("remove", self._latest, key))
        return True

    def get(self, key: str) -> str | None:
        """Return the value of a key, None where it has none."""
        return self.read(key, self._present())

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        """Return how many keys have a value."""
        return len(self.keys())

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys with a prefix that have a value, in order."""
        return self.read_keys(prefix, self._present())

    def items(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return the keys with a prefix and their values, in order."""
        return self.read_items(prefix, self._present())

    def snapshot(self) -> Snapshot:
        """Return the register as it is now, whatever is written later.

        It takes as long for a million keys as for one, and reads nothing from the
        storage.
        """
        return self._look(View(self._now(), self._index.writes))

    def as_of(self, moment: float) -> Snapshot:
        """Return the register as it was at a moment, all writes of it included.

        Of these, the ones that have been made by now: the snapshot never changes. A
        moment that is yet to come is now. One before the horizon is TooOld.
        """
        if moment < self.horizon:
            raise TooOld(f"the past is kept from {self.horizon} on, not from {moment}")
        return self._look(View(min(moment, self._now()), self._index.writes))

    @property
    def horizon(self) -> float:
        """The earliest moment that can be read; minus infinity if all can.

        It lies `keep` seconds ago, or later if the past from there on is not known: no
        compaction or old segment has it any more.
        """
        return max(self._horizon, self._now() - self._keep)

    def compact(self) -> None:
        """Drop what nobody can read any more, by writing the rest to one segment."""
        self._check_open()
        void = self._segments()
        if not void:
            return
        horizon = self.horizon
        # What is dropped was overwritten by the last write at the latest. From there on
        # the past is known, even if the clock is set back to before the horizon.
        self._horizon = min(horizon, self._latest)
        name = segment_name(self._next)
        data = BASE_HEADER
        for kind, moment in (("horizon", self._horizon), ("latest", self._latest)):
            data += encode(Record(kind, moment))
        moved: list[tuple[str, Version]] = []
        kept = self._index.readable(horizon, self._views)
        for key, version in kept:
            kind, value = "remove", None
            if version.present:
                kind, value = "put", read_value(self._storage, version.place)
            line = encode(Record(kind, version.moment, key, value))
            place = Place(name, len(data), len(line))
            moved.append((key, version._replace(place=place)))
            data += line
        self._storage.write(name, data)
        self._next += 1
        self._active = None
        self._index.replace(moved)
        for each in void:
            self._storage.delete(each)

    def stats(self) -> Stats:
        """Return figures about the register."""
        return Stats(len(self), len(self._index), len(self._segments()))

    def close(self) -> None:
        """Close the register, and with it all its snapshots. Twice does nothing."""
        self._closed = True

    def read(self, key: str, view: View) -> str | None:
        """Return the value of a key from a view; for snapshots."""
        self._check_open()
        place = self._index.find(key, view)
        return None if place is None else read_value(self._storage, place)

    def read_keys(self, prefix: str, view: View) -> list[str]:
        """Return the keys with a prefix from a view; for snapshots."""
        self._check_open()
        return list(self._index.keys(prefix, view))

    def read_items(self, prefix: str, view: View) -> list[tuple[str, str]]:
        """Return the keys with a prefix and their values from a view; for snapshots."""
        found: Iterable[str] = self.read_keys(prefix, view)
        return [(key, self.read(key, view) or "") for key in found]

    def release(self, snapshot: Snapshot) -> None:
        """Keep nothing any more for a snapshot."""
        self._views.discard(snapshot._view)

    def _look(self, view: View) -> Snapshot:
        """Return a snapshot, and keep what it shows until it is closed."""
        self._check_open()
        snapshot = Snapshot(self, view)
        self._views.add(view)
        return snapshot

    def _present(self) -> View:
        return View(math.inf, self._index.writes)

    def _now(self) -> float:
        """Return the register's own time."""
        return max(self._clock.now(), self._latest)

    def _write(self, record: Record) -> None:
        """Append a record to the active segment, and begin a new one where it is full."""
        line = encode(record)
        if self._active is None or self._room == 0:
            self._active = segment_name(self._next)
            self._next += 1
            self._size = len(HEADER)
            self._room = self._roll_at
            self._storage.append(self._active, HEADER + line)
        else:
            self._storage.append(self._active, line)
        place = Place(self._active, self._size, len(line))
        self._size += len(line)
        self._room -= 1
        self._note(record, place)

    def _segments(self) -> list[str]:
        """Return the names of the segments, in the order in which they were written."""
        return [name for name in self._storage.names() if name.startswith(PREFIX)]

    def _check_open(self) -> None:
        if self._closed:
            raise Closed("the register is closed")


def _check(key: str, value: str) -> None:
    """Refuse what cannot be written."""
    if not isinstance(key, str) or not isinstance(value, str):
        raise TypeError("keys and values are texts")
    if not key:
        raise ValueError("a key cannot be empty")
