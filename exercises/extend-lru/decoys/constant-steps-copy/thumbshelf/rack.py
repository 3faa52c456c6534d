"""The thumbnails that are kept, in the order of their use."""

from collections import OrderedDict
from collections.abc import Iterator

from thumbshelf.picture import Picture


class Rack:
    """At most `capacity` thumbnails, the least recently used in front.

    Each stands in two such orders, that of all and that of its shop, so that nobody
    has to be searched for.

    The rack counts nothing and renders nothing. It says what had to leave, and leaves it
    to the shelf what to make of that.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a shelf cannot have room for {capacity}")
        self._capacity = capacity
        self._images: OrderedDict[Picture, bytes] = OrderedDict()
        self._by_shop: dict[str, OrderedDict[Picture, None]] = {}

    def __len__(self) -> int:
        return len(self._images)

    def __contains__(self, picture: Picture) -> bool:
        return picture in self._images

    def __iter__(self) -> Iterator[Picture]:
        """Yield the pictures, the least recently used first."""
        return iter(self._images)

    def use(self, picture: Picture) -> bytes | None:
        """Return a thumbnail if it is here, which makes it the most recent."""
        image = self._images.get(picture)
        if image is not None:
            self._images.move_to_end(picture)
            self._by_shop[picture.shop].move_to_end(picture)
        return image

    def put(self, picture: Picture, image: bytes, cap: int | None) -> list[Picture]:
        """Keep a thumbnail as the most recent; return what had to leave for it.

        `cap` is its shop's. With a cap of 0, the thumbnail is not kept.
        """
        if cap == 0:
            return []
        self.remove(picture)
        self._images[picture] = image
        self._by_shop.setdefault(picture.shop, OrderedDict())[picture] = None
        # The shop's own go first: then there may be room enough.
        evicted = self.trim(picture.shop, cap)
        while len(self._images) > self._capacity:
            evicted.append(self._remove_oldest(self._images))
        return evicted

    def trim(self, shop: str, cap: int | None) -> list[Picture]:
        """Keep at most `cap` of a shop's thumbnails; return what had to leave."""
        evicted = []
        while cap is not None and self.held(shop) > cap:
            oldest = self.of_shop(shop)[0]
            self.remove(oldest)
            evicted.append(oldest)
        return evicted

    def remove(self, picture: Picture) -> bool:
        """Take a thumbnail away; return whether it was here."""
        if self._images.pop(picture, None) is None:
            return False
        of_shop = self._by_shop[picture.shop]
        del of_shop[picture]
        if not of_shop:
            del self._by_shop[picture.shop]
        return True

    def held(self, shop: str) -> int:
        """Return how many of a shop's thumbnails are here."""
        return len(self._by_shop.get(shop, ()))

    def of_shop(self, shop: str) -> list[Picture]:
        """Return what is here of one shop, the least recently used first."""
        return list(self._by_shop.get(shop, ()))

    def _remove_oldest(self, order: OrderedDict[Picture, object]) -> Picture:
        oldest = next(iter(order))
        self.remove(oldest)
        return oldest
