"""The register of lights and buoys: what is where at sea, and what was."""

from seamark.clock import ManualClock, SystemClock
from seamark.errors import (
    Closed,
    Damaged,
    PowerCut,
    RegisterError,
    TooOld,
    UnknownFormat,
)
from seamark.listing import light_list, notices
from seamark.marks import Mark
from seamark.register import Register, Stats
from seamark.snapshot import Snapshot
from seamark.storage import Folder, MemoryFolder

__all__ = [
    "Closed",
    "Damaged",
    "Folder",
    "ManualClock",
    "Mark",
    "MemoryFolder",
    "PowerCut",
    "Register",
    "RegisterError",
    "Snapshot",
    "Stats",
    "SystemClock",
    "TooOld",
    "UnknownFormat",
    "light_list",
    "notices",
]
