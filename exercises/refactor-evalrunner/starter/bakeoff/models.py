"""What a model is, and what it can raise."""

from collections.abc import Callable

# Takes a prompt and returns an answer, or raises.
Model = Callable[[str], str]


class Overloaded(Exception):
    """The model asks to be left alone for a while.

    `retry_after` is for how many seconds, if it said so.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(Exception):
    """The model does not want to answer this. It will not want to later, either."""
