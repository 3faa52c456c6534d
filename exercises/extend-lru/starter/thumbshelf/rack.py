"""The thumbnails that are kept, in the order of their use."""

from collections import OrderedDict
from collections.abc import Iterator

from thumbshelf.picture import Picture


class Rack:
    """At most `capacity` thumbnails, the least recently used in front.

    The rack counts nothing and renders nothing. It says what had to leave, and leaves it
    to the shelf what to make of that.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a shelf cannot have room for {capacity}")
        self._capacity = capacity
        self._images: OrderedDict[Picture, bytes] = OrderedDict()

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
        return image

    def put(self, picture: Picture, image: bytes) -> list[Picture]:
        """Keep a thumbnail as the most recent; return what had to leave for it."""
        self.remove(picture)
        self._images[picture] = image
        evicted = []
        while len(self._images) > self._capacity:
            oldest = next(iter(self._images))
            self.remove(oldest)
            evicted.append(oldest)
        return evicted

    def remove(self, picture: Picture) -> bool:
        """Take a thumbnail away; return whether it was here."""
        return self._images.pop(picture, None) is not None

    def of_shop(self, shop: str) -> list[Picture]:
        """Return what is here of one shop, the least recently used first."""
        return [picture for picture in self._images if picture.shop == shop]
