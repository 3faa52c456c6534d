"""Segments as release 1.4 writes them, byte by byte."""

import json
import zlib

from seamark import MemoryFolder


def old_line(*fields: str) -> bytes:
    """Return a record, such as old_line("put", "key", "value")."""
    text = json.dumps(fields, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def old_storage(*segments: list[tuple[str, ...]]) -> MemoryFolder:
    """Return a storage with segments of the records given."""
    storage = MemoryFolder()
    for number, records in enumerate(segments, start=1):
        lines = b"".join(old_line(*fields) for fields in records)
        storage.write(f"segment-{number:06}", b"seamark 1\n" + lines)
    return storage
