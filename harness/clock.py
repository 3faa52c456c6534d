"""The clock: moments that survive a change of the system time.

Within one boot the boot-time clock measures (it counts sleep and nobody sets it); across boots,
or where there is none, UTC does, and it is at least as long as the machine has been up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# A system clock that drifts by less is being disciplined, not set.
_JUMP_SECONDS = 5.0


@dataclass(frozen=True)
class Instant:
    """A moment: `boot_seconds` since the boot named `boot_id`, which is "" where unknown."""

    utc: datetime
    boot_id: str
    boot_seconds: float

    def since(self, earlier: Instant) -> float:
        """Seconds from `earlier` to this moment, never negative."""
        if self.boot_id and self.boot_id == earlier.boot_id:
            return max(0.0, self.boot_seconds - earlier.boot_seconds)
        up = self.boot_seconds if self.boot_id and earlier.boot_id else 0.0
        return max(up, (self.utc - earlier.utc).total_seconds())

    def jump_since(self, earlier: Instant) -> float:
        """Seconds that the system clock was set forward (or back, negative); 0 if not noticed."""
        if not self.boot_id or self.boot_id != earlier.boot_id:
            return 0.0
        jump = (self.utc - earlier.utc).total_seconds() - self.since(earlier)
        return jump if abs(jump) > _JUMP_SECONDS else 0.0

    def behind(self, earlier: Instant) -> float:
        """Seconds that the system clock of another boot is known to be slow; 0 if not noticed."""
        if not self.boot_id or not earlier.boot_id or self.boot_id == earlier.boot_id:
            return 0.0
        slow = self.boot_seconds - (self.utc - earlier.utc).total_seconds()
        return slow if slow > _JUMP_SECONDS else 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.utc.isoformat(timespec="milliseconds"),
            "boot_id": self.boot_id,
            "boot_seconds": round(self.boot_seconds, 3),
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Instant:
        """Raises KeyError, TypeError or ValueError for what `to_json` did not write."""
        utc = datetime.fromisoformat(facts["at"])
        if utc.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return cls(utc, str(facts["boot_id"]), float(facts["boot_seconds"]))


Clock = Callable[[], Instant]


def system_clock() -> Instant:
    """This moment, from the machine's clocks."""
    boot_id = ""
    boot_seconds = 0.0
    if hasattr(time, "CLOCK_BOOTTIME"):
        try:
            boot_id = _BOOT_ID.read_text().strip()
        except OSError:
            boot_id = ""
        boot_seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Instant(datetime.now(UTC), boot_id, boot_seconds)
