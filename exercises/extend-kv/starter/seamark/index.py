"""Where the value of each key stands."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from seamark.segments import Place


class Index:
    """The keys in order, and the place of the last value of each."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._keys: list[str] = []

    def __len__(self) -> int:
        return len(self._places)

    def put(self, key: str, place: Place) -> None:
        """Note where the value of a key stands now."""
        if key not in self._places:
            insort(self._keys, key)
        self._places[key] = place

    def remove(self, key: str) -> None:
        """Forget a key, if it is known."""
        if self._places.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def find(self, key: str) -> Place | None:
        """Return where the value of a key stands, None where it has none."""
        return self._places.get(key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys with a prefix, in order."""
        for at in range(bisect_left(self._keys, prefix), len(self._keys)):
            if not self._keys[at].startswith(prefix):
                return
            yield self._keys[at]

    def replace(self, places: Iterable[tuple[str, Place]]) -> None:
        """Forget all keys but these."""
        self._places = dict(places)
        self._keys = sorted(self._places)
