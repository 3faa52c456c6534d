"""What stands in the segments: a header, and a line for each record."""

import json
import math
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from seamark.errors import Damaged, UnknownFormat
from seamark.storage import Storage

PREFIX = "segment-"
OLD_HEADER = b"seamark 1\n"
HEADER = b"seamark 2\n"
BASE_HEADER = b"seamark 2 base\n"
"""The header of a segment that compaction has made: all before it are void."""

LONG_AGO = -math.inf
"""The moment of what an old release has written, which took none down."""


class Place(NamedTuple):
    """Where a record stands."""

    segment: str
    at: int
    size: int
    old: bool = False
    """Whether the segment is one of an old release, whose lines have no moment."""


class Record(NamedTuple):
    """One line of a segment."""

    kind: str
    """`put`, `remove`, or what a compaction writes down: `horizon`, before which
    nothing can be read any more, and `latest`, the moment of the last write."""
    moment: float
    key: str = ""
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
    kind, moment, key, value = record
    fields: list[object] = [kind, None if moment == LONG_AGO else moment]
    if key:
        fields.append(key)
    if kind == "put":
        fields.append(value)
    text = json.dumps(fields, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes, place: Place) -> Record:
    """Return the record that a line holds."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        raise Damaged(place.segment, place.at)
    kind, *fields = json.loads(text)
    moment = None if place.old else fields.pop(0)
    return Record(kind, LONG_AGO if moment is None else moment, *fields)


class Segment:
    """A segment as it was found in the storage."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.name = name
        self._storage = storage
        self._data = storage.read(name)
        newline = self._data.find(b"\n") + 1
        self.header = self._data[:newline]
        if newline and self.header not in (OLD_HEADER, HEADER, BASE_HEADER):
            raise UnknownFormat(f"{name} begins with {self.header[:40]!r}")

    @property
    def old(self) -> bool:
        """Whether a release that took no moments down has written it."""
        return self.header == OLD_HEADER

    @property
    def base(self) -> bool:
        """Whether it holds all that counts of the segments before it."""
        return self.header == BASE_HEADER

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
            place = Place(self.name, at, len(line), self.old)
            yield Located(decode(line, place), place)
            at += len(line)


def read_value(storage: Storage, place: Place) -> str:
    """Return the value that stands at a place."""
    line = storage.read(place.segment, place.at, place.size)
    value = decode(line, place).value
    assert value is not None
    return value
