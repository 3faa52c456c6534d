"""Reading the register as it was."""

from typing import TYPE_CHECKING

from seamark.errors import Closed
from seamark.index import View

if TYPE_CHECKING:
    from seamark.register import Register


class Snapshot:
    """The register as it was at one moment, until the snapshot is closed.

    Got from `Register.snapshot` and `Register.as_of`. It never changes, whatever is
    written, removed or compacted meanwhile. Used in a `with` statement, it closes
    itself.
    """

    def __init__(self, register: "Register", view: View) -> None:
        self._register = register
        self._view = view
        self._closed = False

    @property
    def moment(self) -> float:
        """The moment that the snapshot shows."""
        return self._view.moment

    def get(self, key: str) -> str | None:
        """Return the value that a key had, None where it had none."""
        return self._register.read(key, self._checked())

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        """Return how many keys had a value."""
        return len(self.keys())

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys with a prefix that had a value, in order."""
        return self._register.read_keys(prefix, self._checked())

    def items(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return the keys with a prefix and the values that they had, in order."""
        return self._register.read_items(prefix, self._checked())

    def close(self) -> None:
        """Give up the snapshot. Doing so twice does nothing."""
        self._closed = True
        self._register.release(self)

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _checked(self) -> View:
        if self._closed:
            raise Closed("the snapshot is closed")
        return self._view
