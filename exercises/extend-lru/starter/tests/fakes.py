"""A renderer without pixels, for tests."""

from thumbshelf import Picture


class Renderer:
    """Renders at once and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Picture] = []

    def __call__(self, picture: Picture) -> bytes:
        self.asked.append(picture)
        return picture.path.encode()


def pictures(shop: str, names: str, width: int = 200) -> list[Picture]:
    """Return a picture of the shop for each letter."""
    return [Picture(shop, name, width) for name in names]
