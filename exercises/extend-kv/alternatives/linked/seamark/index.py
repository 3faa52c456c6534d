"""Which versions there are of each key, linked from the newest to the oldest."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from seamark.segments import Place


class Version(NamedTuple):
    """What a write has made of a key, and the version that it has taken the place of."""

    number: int
    moment: float
    place: Place
    present: bool
    before: "Version | None"


class View(NamedTuple):
    """From where somebody looks: up to a moment, and up to a number of writes."""

    moment: float
    number: int

    def sees(self, version: Version | None) -> Version | None:
        """Go back from the newest version of a key to the one that counts from here."""
        while version and (
            version.moment > self.moment or version.number > self.number
        ):
            version = version.before
        return version


class Index:
    """The newest version of each key, and through it the others."""

    def __init__(self) -> None:
        self._newest: dict[str, Version] = {}
        self._count = 0
        self.writes = 0

    def __len__(self) -> int:
        return self._count

    def add(self, key: str, moment: float, place: Place, *, present: bool) -> None:
        """Note a write."""
        self.writes += 1
        self._count += 1
        before = self._newest.get(key)
        self._newest[key] = Version(self.writes, moment, place, present, before)

    def find(self, key: str, view: View) -> Place | None:
        """Return where the value of a key stands, None where it has none."""
        version = view.sees(self._newest.get(key))
        return version.place if version and version.present else None

    def keys(self, prefix: str, view: View) -> Iterator[str]:
        """Yield the keys with a prefix that have a value, in order."""
        for key in sorted(each for each in self._newest if each.startswith(prefix)):
            if self.find(key, view) is not None:
                yield key

    def readable(
        self, horizon: float, views: Collection[View]
    ) -> list[tuple[str, Version]]:
        """Return the versions that somebody can still read, in the order of writing."""
        found = []
        for key, newest in self._newest.items():
            seen = {id(view.sees(newest)) for view in views}
            kept = [newest]
            following, version = newest, newest.before
            while version:
                in_window = following.moment > max(horizon, version.moment)
                if in_window or id(version) in seen:
                    kept.append(version)
                following, version = version, version.before
            while kept and not kept[-1].present:
                kept.pop()
            found += [(key, version) for version in kept]
        return sorted(found, key=lambda each: each[1].number)

    def replace(self, versions: Iterable[tuple[str, Version]]) -> None:
        """Forget all versions but these, which come in the order of writing."""
        self._newest, self._count = {}, 0
        for key, version in versions:
            self._newest[key] = version._replace(before=self._newest.get(key))
            self._count += 1
