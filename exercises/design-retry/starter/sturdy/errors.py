"""What can go wrong when a model is asked."""

from collections.abc import Iterable
from dataclasses import dataclass


class ModelError(Exception):
    """A model was asked and did not answer. All other errors here are of this kind."""


class Overloaded(ModelError):
    """The provider has too much to do; it may have said for how long."""

    def __init__(self, retry_after: float | None = None) -> None:
        wait = "" if retry_after is None else f", try again in {retry_after:g} s"
        super().__init__(f"the provider is overloaded{wait}")
        self.retry_after = retry_after


class Unavailable(ModelError):
    """The provider has trouble of its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the provider answered with status {status}")
        self.status = status


class Refused(ModelError):
    """The provider will not answer this prompt, however often it is asked."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message or f"refused with status {status}")
        self.status = status


class BadReply(ModelError):
    """The provider's answer cannot be read."""


@dataclass(frozen=True)
class Failure:
    """An attempt that brought no reply: which model was asked, and what it raised."""

    model: str
    error: Exception


class Exhausted(ModelError):
    """No model gave a reply within the attempts and the time that there were."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        self.failures = tuple(failures)
        """Every attempt, in order."""
        super().__init__(f"no reply after {len(self.failures)} attempts")
