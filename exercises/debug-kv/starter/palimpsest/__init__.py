"""The store of the prompt library: every prompt, and the past while somebody reads it."""

from palimpsest.disk import FolderDisk, MemoryDisk
from palimpsest.model import Batch, ClosedError, CorruptFile, StoreError
from palimpsest.snapshot import Snapshot
from palimpsest.store import Stats, Store

__all__ = [
    "Batch",
    "ClosedError",
    "CorruptFile",
    "FolderDisk",
    "MemoryDisk",
    "Snapshot",
    "Stats",
    "Store",
    "StoreError",
]
