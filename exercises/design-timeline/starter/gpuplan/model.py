"""The words that all modules share."""

from dataclasses import dataclass


def refuse_range(start: int, end: int) -> None:
    """Raise ValueError for a range that takes no time."""
    if end <= start:
        raise ValueError(f"from {start} to {end} there is no time")


def refuse_gpus(gpus: int) -> None:
    """Raise ValueError for a number of GPUs that no job can have."""
    if gpus < 1:
        raise ValueError(f"a job can't have {gpus} GPUs")


@dataclass(frozen=True)
class Job:
    """Work that wants a number of GPUs for some time, at `earliest` or later."""

    name: str
    gpus: int
    duration: int
    earliest: int | None = None

    def __post_init__(self) -> None:
        refuse_gpus(self.gpus)
        if self.duration < 1:
            raise ValueError(f"a job can't take {self.duration}")


@dataclass(frozen=True)
class Booking:
    """A job's place in the plan."""

    name: str
    start: int
    end: int
    gpus: int

    def __post_init__(self) -> None:
        refuse_range(self.start, self.end)
        refuse_gpus(self.gpus)


@dataclass(frozen=True)
class Step:
    """A range in which a number of GPUs stays the same."""

    start: int
    end: int
    gpus: int

    @property
    def work(self) -> int:
        """GPUs times time."""
        return self.gpus * (self.end - self.start)
