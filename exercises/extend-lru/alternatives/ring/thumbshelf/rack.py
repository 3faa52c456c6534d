"""The thumbnails that are kept, in the order of their use."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from thumbshelf.picture import Picture


@dataclass(eq=False, slots=True)
class Link:
    """A place in a ring: what stands there, and who stands before and behind."""

    picture: Picture | None = None
    before: "Link" = field(init=False)
    behind: "Link" = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.behind = self

    def join(self, head: "Link") -> None:
        """Stand last in the ring of that head, wherever this stood before."""
        self.leave()
        self.before, self.behind = head.before, head
        head.before.behind = head.before = self

    def leave(self) -> None:
        """Stand alone."""
        self.before.behind, self.behind.before = self.behind, self.before
        self.before = self.behind = self

    def others(self) -> Iterator[Picture]:
        """Yield the pictures of this head's ring in their order."""
        link = self.behind
        while link is not self:
            assert link.picture is not None
            yield link.picture
            link = link.behind


class Rack:
    """At most `capacity` thumbnails, each in the ring of all and in that of its shop."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a shelf cannot have room for {capacity}")
        self._capacity = capacity
        self._kept: dict[Picture, tuple[bytes, Link, Link]] = {}
        self._everybody = Link()
        self._shops: dict[str, tuple[Link, int]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, picture: Picture) -> bool:
        return picture in self._kept

    def __iter__(self) -> Iterator[Picture]:
        """Yield the pictures, the least recently used first."""
        return self._everybody.others()

    def use(self, picture: Picture) -> bytes | None:
        """Return a thumbnail if it is here, which makes it the most recent."""
        if picture not in self._kept:
            return None
        image, among_all, among_own = self._kept[picture]
        among_all.join(self._everybody)
        among_own.join(self._shops[picture.shop][0])
        return image

    def room(self, shop: str, cap: int | None, wanted: int = 1) -> Iterator[Picture]:
        """Take away, and yield, what stands in the way of so many more."""
        while cap is not None and self.held(shop) + wanted > cap and self.held(shop):
            yield self._drop_first(self._shops[shop][0])
        while len(self._kept) + wanted > self._capacity:
            yield self._drop_first(self._everybody)

    def add(self, picture: Picture, image: bytes) -> None:
        """Keep a thumbnail that is not here, and for which there is room."""
        among_all, among_own = Link(picture), Link(picture)
        head, number = self._shops.get(picture.shop, (Link(), 0))
        among_all.join(self._everybody)
        among_own.join(head)
        self._shops[picture.shop] = (head, number + 1)
        self._kept[picture] = (image, among_all, among_own)

    def remove(self, picture: Picture) -> bool:
        """Take a thumbnail away; return whether it was here."""
        if picture not in self._kept:
            return False
        _, among_all, among_own = self._kept.pop(picture)
        among_all.leave()
        among_own.leave()
        head, number = self._shops.pop(picture.shop)
        if number > 1:
            self._shops[picture.shop] = (head, number - 1)
        return True

    def held(self, shop: str) -> int:
        """Return how many of a shop's thumbnails are here."""
        return self._shops[shop][1] if shop in self._shops else 0

    def of_shop(self, shop: str) -> list[Picture]:
        """Return what is here of one shop, the least recently used first."""
        return list(self._shops[shop][0].others()) if shop in self._shops else []

    def _drop_first(self, head: Link) -> Picture:
        picture = head.behind.picture
        assert picture is not None
        self.remove(picture)
        return picture
