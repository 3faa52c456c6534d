"""What can go wrong."""


class RegisterError(Exception):
    """Anything that goes wrong in the register and is not the storage's own error."""


class Closed(RegisterError):
    """The register or the snapshot that was asked is closed."""


class TooOld(RegisterError):
    """The moment asked for lies before the horizon: its past is no longer kept."""


class UnknownFormat(RegisterError):
    """A segment was written by a newer release."""


class Damaged(RegisterError):
    """A segment holds something that no release has written."""

    def __init__(self, name: str, at: int) -> None:
        super().__init__(f"{name} is damaged at byte {at}")
        self.name = name
        self.at = at


class PowerCut(Exception):
    """A `MemoryFolder` has lost its power, as a test has told it to."""
