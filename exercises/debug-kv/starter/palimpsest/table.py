"""Tables: versions that were flushed or merged, in a file that never changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from palimpsest.disk import Disk
from palimpsest.files import frame, frames
from palimpsest.model import Chain, CorruptFile, Version, visible


class Table:
    """The chains of one file, all of them in memory as well.

    A table never changes, so readers need no lock.
    """

    def __init__(self, name: str, chains: Mapping[str, Chain]) -> None:
        self.name = name
        self._keys = sorted(chains)
        self._chains = dict(chains)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def versions(self) -> int:
        """How many versions there are, of all keys."""
        return sum(len(chain) for chain in self._chains.values())

    def find(self, key: str, at: int) -> Version | None:
        """Return the version of a key that a reader at `at` sees here, if any."""
        return visible(self._chains.get(key, ()), at)

    def keys(self, start: str, end: str | None) -> list[str]:
        """Return the keys from `start` on and before `end`, in order."""
        first = bisect_left(self._keys, start)
        behind = len(self._keys) if end is None else bisect_right(self._keys, end)
        return self._keys[first:behind]

    def chains(self) -> dict[str, Chain]:
        """Return all keys in order, with their versions."""
        return {key: self._chains[key] for key in self._keys}

    def save(self, disk: Disk) -> None:
        """Write the table's file."""
        chains = [frame([key, *chain]) for key, chain in self.chains().items()]
        disk.replace(self.name, frame(len(chains)) + b"".join(chains))


def load_table(disk: Disk, name: str) -> Table:
    """Read a table's file."""
    data = disk.read(name)
    contents = [content for _, content in frames(name, data)]
    if not contents or len(contents) != contents[0] + 1:
        raise CorruptFile(name, len(data), "it is cut off")
    chains = {
        key: tuple(Version(number, value) for number, value in chain)
        for key, *chain in contents[1:]
    }
    return Table(name, chains)
