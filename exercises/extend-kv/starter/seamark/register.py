"""The register as its users see it."""

from dataclasses import dataclass

from seamark.clock import Clock, SystemClock
from seamark.errors import Closed, Damaged
from seamark.index import Index
from seamark.segments import (
    HEADER,
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
        if keep:
            raise NotImplementedError("the past is not kept yet")
        self._storage = storage
        self._clock = clock if clock is not None else SystemClock()
        self._keep = keep
        self._roll_at = roll_at
        self._closed = False
        self._index = Index()
        self._records = 0
        self._open()

    def _open(self) -> None:
        """Read the segments, and tidy up what a power cut has left."""
        segments = [Segment(self._storage, name) for name in self._segments()]
        for segment in segments:
            if segment.torn and segment is not segments[-1]:
                raise Damaged(segment.name, len(segment.whole))
            for record, place in segment.records():
                self._note(record, place)
        if segments and segments[-1].torn:
            segments[-1].mend()
        names = self._segments()
        self._next = segment_number(names[-1]) + 1 if names else 1
        self._active: str | None = None  # begun by the first write
        self._room = 0

    def _note(self, record: Record, place: Place) -> None:
        """Take in a record that stands in a segment."""
        self._records += 1
        if record.kind == "put":
            self._index.put(record.key, place)
        else:
            self._index.remove(record.key)

    def put(self, key: str, value: str) -> None:
        """Write a value."""
        self._check_open()
        _check(key, value)
        self._write(Record("put", key, value))

    def remove(self, key: str) -> bool:
        """Remove a key; return whether it was there. If not, nothing is written."""
        if key not in self:
            return False
        self._write(Record("remove", key))
        return True

    def get(self, key: str) -> str | None:
        """Return the value of a key, None where it has none."""
        self._check_open()
        place = self._index.find(key)
        return None if place is None else read_value(self._storage, place)

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        """Return how many keys have a value."""
        return len(self.keys())

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys with a prefix that have a value, in order."""
        self._check_open()
        return list(self._index.keys(prefix))

    def items(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return the keys with a prefix and their values, in order."""
        return [(key, self.get(key) or "") for key in self.keys(prefix)]

    def snapshot(self) -> Snapshot:
        """Return the register as it is now, whatever is written later.

        It takes as long for a million keys as for one, and reads nothing from the
        storage.
        """
        raise NotImplementedError

    def as_of(self, moment: float) -> Snapshot:
        """Return the register as it was at a moment, all writes of it included.

        Of these, the ones that have been made by now: the snapshot never changes. A
        moment that is yet to come is now. One before the horizon is TooOld.
        """
        raise NotImplementedError

    @property
    def horizon(self) -> float:
        """The earliest moment that can be read; minus infinity if all can.

        It lies `keep` seconds ago, or later if the past from there on is not known: no
        compaction or old segment has it any more.
        """
        raise NotImplementedError

    def compact(self) -> None:
        """Drop what nobody can read any more, by writing the rest to one segment."""
        self._check_open()
        void = self._segments()
        if not void:
            return
        name = segment_name(self._next)
        data = HEADER
        moved: list[tuple[str, Place]] = []
        for key, value in self.items():
            line = encode(Record("put", key, value))
            moved.append((key, Place(name, len(data), len(line))))
            data += line
        self._storage.write(name, data)
        self._next += 1
        self._active = None
        self._records = len(moved)
        self._index.replace(moved)
        for each in void:  # the oldest first, so that no removal goes before its key
            self._storage.delete(each)

    def stats(self) -> Stats:
        """Return figures about the register."""
        return Stats(len(self), self._records, len(self._segments()))

    def close(self) -> None:
        """Close the register. Doing so twice does nothing."""
        self._closed = True

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
