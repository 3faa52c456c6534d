"""The answers at hand: least recently used out first, within a byte budget."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from respcache.keys import CacheKey
from respcache.messages import Response


@dataclass(slots=True)
class Entry:
    """An answer that is kept, with what the store needs to know about it."""

    response: Response
    size: int
    expires_at: float
    last_used: float

    def expired(self, now: float) -> bool:
        """Tell whether the answer's time is over."""
        return now >= self.expires_at

    def idle(self, now: float) -> float:
        """Return for how many seconds nobody has asked for the answer."""
        return now - self.last_used


class LruStore:
    """Entries by key, their sizes adding up to at most `max_bytes`.

    The entries stand in order of use, and room is made at the front. The store
    knows neither the time nor threads: whoever uses it holds a lock.
    """

    def __init__(self, max_bytes: int) -> None:
        if max_bytes < 0:
            raise ValueError("a budget cannot be negative")
        self._max_bytes = max_bytes
        self._used_bytes = 0
        self._entries: OrderedDict[CacheKey, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def used_bytes(self) -> int:
        """The sizes of all entries, added up."""
        return self._used_bytes

    def fits(self, size: int) -> bool:
        """Tell whether an entry of this size could be kept at all."""
        return size <= self._max_bytes

    def get(self, key: CacheKey) -> Entry | None:
        """Return the entry without counting this as a use of it."""
        return self._entries.get(key)

    def mark_used(self, key: CacheKey, now: float) -> None:
        """Note that the entry was just served to somebody."""
        self._entries[key].last_used = now
        self._entries.move_to_end(key)

    def put(self, key: CacheKey, entry: Entry) -> int:
        """Keep an entry that fits; return how many others had to make room."""
        self.remove(key)
        self._entries[key] = entry
        self._used_bytes += entry.size
        evicted = 0
        while self._used_bytes > self._max_bytes:
            self.remove(next(iter(self._entries)))
            evicted += 1
        return evicted

    def remove(self, key: CacheKey) -> bool:
        """Forget an entry; return whether there was one."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._used_bytes -= entry.size
        return True

    def remove_where(self, unwanted: Callable[[CacheKey, Entry], bool]) -> int:
        """Forget every entry that is unwanted; return how many those were."""
        doomed = [key for key, entry in self._entries.items() if unwanted(key, entry)]
        for key in doomed:
            self.remove(key)
        return len(doomed)
