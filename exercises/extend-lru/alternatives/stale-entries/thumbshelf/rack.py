"""The thumbnails that are kept, in the order of their use."""

from collections import Counter, deque
from collections.abc import Iterator
from itertools import count

from thumbshelf.picture import Picture

Uses = deque[tuple[int, Picture]]


class Rack:
    """At most `capacity` thumbnails.

    Every use is written down at the end of two queues, that of all and that of the shop.
    What stands in a queue with an older number than the picture has is stale, and is
    skipped when it comes to the front, or swept when the queue has doubled.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a shelf cannot have room for {capacity}")
        self._capacity = capacity
        self._kept: dict[Picture, tuple[int, bytes]] = {}
        self._held: Counter[str] = Counter()
        self._uses: Uses = deque()
        self._uses_of: dict[str, Uses] = {}
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, picture: Picture) -> bool:
        return picture in self._kept

    def __iter__(self) -> Iterator[Picture]:
        """Yield the pictures, the least recently used first."""
        return (use[1] for use in self._uses if self._counts(use))

    def use(self, picture: Picture) -> bytes | None:
        """Return a thumbnail if it is here, which makes it the most recent."""
        if picture not in self._kept:
            return None
        image = self._kept[picture][1]
        self._note(picture, image)
        return image

    def put(self, picture: Picture, image: bytes, cap: int | None) -> list[Picture]:
        """Keep a thumbnail as the most recent; return what had to leave for it."""
        if cap == 0:
            return []
        self._held[picture.shop] += picture not in self._kept
        self._note(picture, image)
        evicted = self.trim(picture.shop, cap)
        if len(self._kept) > self._capacity:
            evicted.append(self._drop_first(self._uses))
        return evicted

    def trim(self, shop: str, cap: int | None) -> list[Picture]:
        """Keep at most `cap` of a shop's thumbnails; return what had to leave."""
        excess = 0 if cap is None else max(0, self._held[shop] - cap)
        return [self._drop_first(self._uses_of[shop]) for _ in range(excess)]

    def remove(self, picture: Picture) -> bool:
        """Take a thumbnail away; return whether it was here."""
        if self._kept.pop(picture, None) is None:
            return False
        self._held[picture.shop] -= 1
        return True

    def held(self, shop: str) -> int:
        """Return how many of a shop's thumbnails are here."""
        return self._held[shop]

    def of_shop(self, shop: str) -> list[Picture]:
        """Return what is here of one shop."""
        return [picture for picture in self._kept if picture.shop == shop]

    def _note(self, picture: Picture, image: bytes) -> None:
        use = (next(self._numbers), picture)
        self._kept[picture] = (use[0], image)
        self._append(self._uses, use, len(self._kept))
        mine = self._uses_of.setdefault(picture.shop, deque())
        self._append(mine, use, self._held[picture.shop])

    def _append(self, uses: Uses, use: tuple[int, Picture], fresh: int) -> None:
        uses.append(use)
        if len(uses) > 2 * fresh + 8:
            current = [each for each in uses if self._counts(each)]
            uses.clear()
            uses.extend(current)

    def _counts(self, use: tuple[int, Picture]) -> bool:
        return use[1] in self._kept and self._kept[use[1]][0] == use[0]

    def _drop_first(self, uses: Uses) -> Picture:
        while not self._counts(uses[0]):
            uses.popleft()
        _, picture = uses.popleft()
        self.remove(picture)
        return picture
