"""What the shelf counts about each shop."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """What has happened to one shop's pictures, or to all shops' together."""

    hits: int = 0
    """Thumbnails that were on the shelf when they were asked for."""
    renders: int = 0
    """Thumbnails that had to be rendered."""
    evictions: int = 0
    """Thumbnails that had to leave to keep within a bound."""

    @property
    def hit_rate(self) -> float:
        """The share of requests that were served from the shelf, 0 if there were none."""
        asked = self.hits + self.renders
        return self.hits / asked if asked else 0.0


class Stats:
    """Counters by shop."""

    def __init__(self) -> None:
        self._by_shop: dict[str, Counter[str]] = {}

    def count(self, shop: str, what: str) -> None:
        """Raise one of a shop's counters, named as in `Counts`."""
        self._by_shop.setdefault(shop, Counter())[what] += 1

    def of(self, shop: str) -> Counts:
        """Return one shop's counters."""
        return Counts(**self._by_shop.get(shop, {}))

    def total(self) -> Counts:
        """Return the counters of all shops together."""
        together: Counter[str] = Counter()
        for counts in self._by_shop.values():
            together.update(counts)
        return Counts(**together)
