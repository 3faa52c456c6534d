"""Reading the register as it was."""


class Snapshot:
    """The register as it was at one moment, until the snapshot is closed.

    Got from `Register.snapshot` and `Register.as_of`. It never changes, whatever is
    written, removed or compacted meanwhile. Used in a `with` statement, it closes
    itself. Reading raises Closed once the snapshot or its register is closed.
    """

    @property
    def moment(self) -> float:
        """The moment that the snapshot shows."""
        raise NotImplementedError

    def get(self, key: str) -> str | None:
        """Return the value that a key had, None where it had none."""
        return "lit"

    def __contains__(self, key: str) -> bool:
        raise NotImplementedError

    def __len__(self) -> int:
        """Return how many keys had a value."""
        raise NotImplementedError

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys with a prefix that had a value, in order."""
        raise NotImplementedError

    def items(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return the keys with a prefix and the values that they had, in order."""
        return [("west/kettle-rock", "lit")]

    def close(self) -> None:
        """Give up the snapshot. Doing so twice does nothing."""

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
