"""What the cache counts about itself."""

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Snapshot:
    """The counters as they stood at one moment."""

    hits: int = 0
    """Calls that were served with an answer at hand."""
    loads: int = 0
    """Calls for which the model was asked."""
    shared: int = 0
    """Calls that waited for somebody else's load."""
    failures: int = 0
    """Loads that ended with an error."""
    evictions: int = 0
    """Answers that had to make room for others."""
    expirations: int = 0
    """Answers that were found to be too old."""

    @property
    def hit_rate(self) -> float:
        """The share of calls that were served at once, 0 if there were none."""
        calls = self.hits + self.loads + self.shared
        return self.hits / calls if calls else 0.0


class Stats:
    """Counters that many threads may raise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, name: str, times: int = 1) -> None:
        """Raise one counter of the snapshot."""
        with self._lock:
            self._counts[name] += times

    def snapshot(self) -> Snapshot:
        """Return all counters as of now."""
        with self._lock:
            return Snapshot(**self._counts)
