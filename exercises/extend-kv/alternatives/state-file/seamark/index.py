"""Which versions there are of each key, and where they stand."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from seamark.segments import Place


class Version(NamedTuple):
    """What a write has made of a key."""

    number: int
    """How many writes there had been with this one."""
    moment: float
    place: Place
    present: bool
    """False where the key was removed."""


class View(NamedTuple):
    """From where somebody looks: up to a moment, and up to a number of writes."""

    moment: float
    number: int

    def sees(self, chain: list[Version]) -> Version | None:
        """Return the version of a key that counts from here, if there is one."""
        behind = min(
            bisect_right(chain, self.moment, key=attrgetter("moment")),
            bisect_right(chain, self.number, key=attrgetter("number")),
        )
        return chain[behind - 1] if behind else None


class Index:
    """The versions of all keys, oldest first. Values stay in the segments."""

    def __init__(self) -> None:
        self._chains: dict[str, list[Version]] = {}
        self._keys: list[str] = []
        self.writes = 0

    def __len__(self) -> int:
        return sum(len(chain) for chain in self._chains.values())

    def add(self, key: str, moment: float, place: Place, *, present: bool) -> None:
        """Note a write."""
        self.writes += 1
        if key not in self._chains:
            self._chains[key] = []
            insort(self._keys, key)
        self._chains[key].append(Version(self.writes, moment, place, present))

    def find(self, key: str, view: View) -> Place | None:
        """Return where the value of a key stands, None where it has none."""
        version = view.sees(self._chains.get(key, []))
        return version.place if version and version.present else None

    def keys(self, prefix: str, view: View) -> Iterator[str]:
        """Yield the keys with a prefix that have a value, in order."""
        for at in range(bisect_left(self._keys, prefix), len(self._keys)):
            key = self._keys[at]
            if not key.startswith(prefix):
                return
            if self.find(key, view) is not None:
                yield key

    def readable(
        self, horizon: float, views: Collection[View]
    ) -> list[tuple[str, Version]]:
        """Return the versions that somebody can still read, in the order of writing.

        A version counts until the next one of its key is written. It can be read if
        some of that time lies behind the horizon, or if one of the views sees it.
        """
        found = []
        for key, chain in self._chains.items():
            seen = {view.sees(chain) for view in views} | {chain[-1]}
            for version, following in pairwise(chain):
                if following.moment > max(horizon, version.moment):
                    seen.add(version)
            there = False
            for version in chain:
                # A removal with no value before it removes nothing.
                if version in seen and (version.present or there):
                    found.append((key, version))
                    there = version.present
        return sorted(found, key=lambda each: each[1].number)

    def replace(self, versions: Iterable[tuple[str, Version]]) -> None:
        """Forget all versions but these, which come in the order of writing."""
        self._chains = {}
        for key, version in versions:
            self._chains.setdefault(key, []).append(version)
        self._keys = sorted(self._chains)
