"""What stands in the files: frames with checksums, and the manifest."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from palimpsest.disk import Disk
from palimpsest.model import CorruptFile

MANIFEST = "MANIFEST"
FORMAT = 1

_HEADER = struct.Struct(">II")  # the payload's length and its CRC-32


def frame(content: Any) -> bytes:
    """Return something that JSON can say, as the bytes of one frame."""
    payload = json.dumps(content, separators=(",", ":")).encode("ascii")
    return _HEADER.pack(len(payload), zlib.crc32(payload)) + payload


def frames(name: str, data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield where each frame of a file ends, and its content.

    What is too short for a frame ends the file. A frame that is there in full and
    does not fit its checksum is a CorruptFile.
    """
    place = 0
    while len(data) - place >= _HEADER.size:
        length, checksum = _HEADER.unpack_from(data, place)
        start, end = place + _HEADER.size, place + _HEADER.size + length
        if end > len(data):
            return
        payload = data[start:end]
        if zlib.crc32(payload) != checksum:
            return
        yield end, json.loads(payload)
        place = end


@dataclass(frozen=True)
class Manifest:
    """Which files make up the store. It is replaced as a whole, so it is never torn."""

    log: str
    tables: tuple[str, ...] = ()
    """The names of the tables, newest first."""
    version: int = 0
    """The number of the last write that stands in the tables."""
    next_file: int = 1
    """The number for the name of the next file."""

    def save(self, disk: Disk) -> None:
        """Make this the manifest of the store."""
        disk.replace(MANIFEST, frame({"format": FORMAT, **asdict(self)}))


def load_manifest(disk: Disk) -> Manifest | None:
    """Return the manifest, or None where there is no store yet."""
    if MANIFEST not in disk.names():
        return None
    for _, content in frames(MANIFEST, disk.read(MANIFEST)):
        if content.pop("format") != FORMAT:
            raise CorruptFile(MANIFEST, 0, "it has a format of another release")
        return Manifest(**{**content, "tables": tuple(content["tables"])})
    raise CorruptFile(MANIFEST, 0, "it is cut off")
