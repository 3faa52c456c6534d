from collections.abc import Callable

from palimpsest import MemoryDisk


class WatchedDisk(MemoryDisk):
    """A disk that tells somebody before it changes a file.

    `watch` is called with the action and the file's name. If it raises, nothing has
    happened to the file, and the error reaches the store as one of the disk's would.
    """

    def __init__(self) -> None:
        super().__init__()
        self.watch: Callable[[str, str], None] = lambda action, name: None

    def append(self, name: str, data: bytes) -> None:
        self.watch("append", name)
        super().append(name, data)

    def sync(self, name: str) -> None:
        self.watch("sync", name)
        super().sync(name)

    def replace(self, name: str, data: bytes) -> None:
        self.watch("replace", name)
        super().replace(name, data)

    def remove(self, name: str) -> None:
        self.watch("remove", name)
        super().remove(name)
