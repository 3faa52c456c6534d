"""Which picture, of which shop, how wide."""

from dataclasses import dataclass

WIDEST = 4096


@dataclass(frozen=True)
class Picture:
    """A picture of a shop's, to be shown at some width in pixels.

    The same picture at two widths is two thumbnails, and counts as two.
    """

    shop: str
    name: str
    width: int

    def __post_init__(self) -> None:
        if not self.shop or "/" in self.shop:
            raise ValueError(f"no name of a shop: {self.shop!r}")
        if not self.name:
            raise ValueError("a picture needs a name")
        if not 1 <= self.width <= WIDEST:
            raise ValueError(f"a thumbnail cannot be {self.width} pixels wide")

    @classmethod
    def from_path(cls, path: str) -> "Picture":
        """Read the path of a request: `/shop/width/name`, where names may have slashes."""
        shop, _, rest = path.removeprefix("/").partition("/")
        width, _, name = rest.partition("/")
        if not (width.isascii() and width.isdigit()):
            raise ValueError(f"no path of a thumbnail: {path!r}")
        return cls(shop, name, int(width))

    @property
    def path(self) -> str:
        """The path under which the thumbnail is asked for."""
        return f"/{self.shop}/{self.width}/{self.name}"
