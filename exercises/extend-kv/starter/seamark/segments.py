"""What stands in the segments: a header, and a line for each record."""

import json
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from seamark.errors import Damaged, UnknownFormat
from seamark.storage import Storage

PREFIX = "segment-"
HEADER = b"seamark 1\n"


class Place(NamedTuple):
    """Where a record stands."""

    segment: str
    at: int
    size: int


class Record(NamedTuple):
    """One line of a segment."""

    kind: str
    """`put` or `remove`."""
    key: str
    value: str | None = None


class Located(NamedTuple):
    """A record, and where it stands."""

    record: Record
    place: Place


def segment_name(number: int) -> str:
    """Return the name of a segment; in the order of names they were written."""
    return f"{PREFIX}{number:06}"


def segment_number(name: str) -> int:
    """Return the number in the name of a segment."""
    return int(name.removeprefix(PREFIX))


def encode(record: Record) -> bytes:
    """Return a record as a line: its checksum, and then JSON."""
    fields = record if record.kind == "put" else record[:2]
    text = json.dumps(fields, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes, place: Place) -> Record:
    """Return the record that a line holds."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        raise Damaged(place.segment, place.at)
    return Record(*json.loads(text))


class Segment:
    """A segment as it was found in the storage."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.name = name
        self._storage = storage
        self._data = storage.read(name)
        newline = self._data.find(b"\n") + 1
        self.header = self._data[:newline]
        if newline and self.header != HEADER:
            raise UnknownFormat(f"{name} begins with {self.header[:40]!r}")

    @property
    def whole(self) -> bytes:
        """The segment without a line that a power cut has cut off."""
        return self._data[: self._data.rfind(b"\n") + 1]

    @property
    def torn(self) -> bool:
        """Whether a power cut has cut the last line off."""
        return len(self.whole) < len(self._data)

    def mend(self) -> None:
        """Take off the line that was cut off; it was never there."""
        if self.whole:
            self._storage.write(self.name, self.whole)
        else:
            self._storage.delete(self.name)

    def records(self) -> Iterator[Located]:
        """Yield the records in the order in which they were written."""
        at = len(self.header)
        for line in self.whole[at:].splitlines(keepends=True):
            place = Place(self.name, at, len(line))
            yield Located(decode(line, place), place)
            at += len(line)


def read_value(storage: Storage, place: Place) -> str:
    """Return the value that stands at a place."""
    line = storage.read(place.segment, place.at, place.size)
    value = decode(line, place).value
    assert value is not None
    return value
