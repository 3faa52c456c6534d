"""The shelf as the worker sees it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from thumbshelf.caps import Caps
from thumbshelf.picture import Picture
from thumbshelf.rack import Rack
from thumbshelf.stats import Counts, Stats

Renderer = Callable[[Picture], bytes]


class Shelf:
    """Keeps thumbnails, and renders only those it lacks.

    `capacity` bounds how many it keeps for all shops together. `caps` says how many of
    them may be one shop's; without it, no shop has a cap.
    """

    def __init__(
        self, render: Renderer, *, capacity: int, caps: Caps | None = None
    ) -> None:
        self._render = render
        self._caps = caps if caps is not None else Caps()
        self._capacity = capacity
        self._rack = Rack(capacity)
        self._stats = Stats()

    @property
    def capacity(self) -> int:
        """How many thumbnails there is room for."""
        return self._capacity

    def fetch(self, picture: Picture) -> bytes:
        """Return a thumbnail, from the shelf if it is there. This is a use of it."""
        image = self._rack.use(picture)
        if image is not None:
            self._stats.count(picture.shop, "hits")
            return image
        image = self._render(picture)
        self._stats.count(picture.shop, "renders")
        self._keep(picture, image)
        return image

    def put(self, picture: Picture, image: bytes) -> None:
        """Keep a thumbnail that was rendered elsewhere, in place of an older one."""
        self._keep(picture, image)

    def forget(self, picture: Picture) -> bool:
        """Take a thumbnail away; return whether it was there."""
        return self._rack.remove(picture)

    def forget_shop(self, shop: str) -> int:
        """Take away all that is a shop's; return how many thumbnails that was."""
        doomed = self._rack.of_shop(shop)
        for picture in doomed:
            self._rack.remove(picture)
        return len(doomed)

    def cap(self, shop: str) -> int | None:
        """Return how many thumbnails a shop may have on the shelf now, None for no cap."""
        return self._caps.of(shop)

    def set_cap(self, shop: str, cap: int | None) -> None:
        """Give a shop a cap of its own from now on; None is no cap, not the default.

        Where the shop has more than that on the shelf, its least recently used pictures
        leave at once. The `Caps` that this shelf was built from stays as it is.
        """
        self._caps = replace(self._caps, shops={**self._caps.shops, shop: cap})
        self._count_evictions(self._rack.trim(shop, cap))

    def __contains__(self, picture: Picture) -> bool:
        return picture in self._rack

    def __len__(self) -> int:
        return len(self._rack)

    def held(self, shop: str) -> int:
        """Return how many thumbnails of a shop are on the shelf."""
        return self._rack.held(shop)

    def shops(self) -> list[str]:
        """Return the shops that have something on the shelf, by name."""
        return sorted({picture.shop for picture in self._rack})

    def stats(self, shop: str | None = None) -> Counts:
        """Return the counters of a shop, or of all together."""
        return self._stats.total() if shop is None else self._stats.of(shop)

    def _keep(self, picture: Picture, image: bytes) -> None:
        self._count_evictions(self._rack.put(picture, image, self.cap(picture.shop)))

    def _count_evictions(self, pictures: Iterable[Picture]) -> None:
        for evicted in pictures:
            self._stats.count(evicted.shop, "evictions")
