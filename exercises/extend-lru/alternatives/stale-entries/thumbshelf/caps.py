"""How many thumbnails a shop may have on the shelf."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Caps:
    """Caps: one for all shops, and exceptions by shop. None is no cap.

    No shelf changes it: several may be built from one.
    """

    default: int | None = None
    shops: Mapping[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cap in (self.default, *self.shops.values()):
            if cap is not None and cap < 0:
                raise ValueError(f"a cap cannot be {cap}")

    def of(self, shop: str) -> int | None:
        """Return the cap of a shop: its own if `shops` has it, else the default.

        An exception counts whatever it is: a shop with None has no cap even where the
        others have one, and a shop with 0 may keep nothing.
        """
        try:
            return self.shops[shop]
        except KeyError:
            return self.default
