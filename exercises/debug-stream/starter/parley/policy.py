"""How long to wait, and how often to try."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Pauses that grow from one failure to the next, up to a cap.

    After the first failure the pause is `base` seconds, after each further one
    `factor` times as long, and never longer than `cap`. There is no random part: every
    user has a client of their own, and nobody else's to keep out of step with.
    """

    base: float = 0.5
    factor: float = 2.0
    cap: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.base <= self.cap:
            raise ValueError("pauses need 0 < base <= cap")
        if not self.factor >= 1:
            raise ValueError("pauses cannot shrink")

    def delay(self, failures: int) -> float:
        """Return for how many seconds to pause after so many failures in a row."""
        return min(self.cap, self.base * self.factor ** (failures - 1))


@dataclass(frozen=True)
class Limits:
    """What a client puts up with before it does something about it."""

    deadline: float | None = 60.0
    """Seconds for a whole answer, from the question to its last word; None for ever."""
    idle: float = 15.0
    """Seconds of silence after which a connection is taken for dead."""
    attempts: int | None = 8
    """Failures in a row after which to give up; None for never."""

    def __post_init__(self) -> None:
        if self.deadline is not None and not self.deadline > 0:
            raise ValueError("a deadline has to lie ahead")
        if not self.idle > 0:
            raise ValueError("some silence has to be borne")
        if self.attempts is not None and self.attempts < 1:
            raise ValueError("at least one attempt is needed")

    @property
    def patience(self) -> float:
        """For how many seconds to wait for bytes: whichever limit comes first."""
        return self.idle if self.deadline is None else min(self.idle, self.deadline)
