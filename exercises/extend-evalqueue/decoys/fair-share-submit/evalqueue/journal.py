"""What happened to the queue, one line for each thing, oldest first.

A line is a checksum, a space and an object in JSON:

    8d1f03c2 {"at": 12.0, "job": "mmlu-7", "op": "take", "worker": "gpu-3"}

`at` is the time, `op` says what was done, the other names depend on that.
"""

import json
import zlib
from dataclasses import dataclass
from typing import Any

from evalqueue.errors import JournalDamaged
from evalqueue.storage import Storage


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened, and when."""

    op: str
    at: float
    fields: dict[str, Any]


def encode(record: Record) -> bytes:
    """Return the line for a record, its end included."""
    content = {"op": record.op, "at": record.at, **record.fields}
    text = json.dumps(content, sort_keys=True).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes) -> Record:
    """Return the record of a line without its end; raise JournalDamaged if broken."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        raise JournalDamaged(f"a line does not add up: {line[:60]!r}")
    fields = json.loads(text)
    return Record(fields.pop("op"), fields.pop("at"), fields)


class Journal:
    """The records in a storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def append(self, op: str, at: float, **fields: Any) -> Record:
        """Write a record behind the others, and return it."""
        record = Record(op, at, fields)
        self._storage.append(encode(record))
        return record

    def history(self) -> list[Record]:
        """Return all records, oldest first."""
        return [decode(line) for line in self._storage.read().split(b"\n") if line]

    def recover(self) -> list[Record]:
        """Return all records but for one that a crash cut short."""
        whole = self._storage.read()[: self._whole()]
        return [decode(line) for line in whole.split(b"\n") if line]

    def mend(self) -> None:
        """Forget a record that was cut short, so that the next begins a line."""
        if self._whole() < len(self._storage.read()):
            self._storage.truncate(self._whole())

    def _whole(self) -> int:
        """Return how many bytes there are in lines that have their end."""
        return self._storage.read().rfind(b"\n") + 1
