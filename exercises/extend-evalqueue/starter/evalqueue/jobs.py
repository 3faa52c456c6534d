"""Jobs, the states they go through, and leases on them."""

import math
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a job stands. The last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """One suite of questions, to be put to one variant of a model.

    The id is chosen by whoever submits it. Jobs of a higher priority go before the
    others of their team.
    """

    id: str
    team: str
    suite: str
    variant: str
    priority: int = 0

    def __post_init__(self) -> None:
        for name in ("id", "team", "suite", "variant"):
            if not getattr(self, name):
                raise ValueError(f"a job needs its {name}")


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that is lent to a worker until `ends_at`.

    The token is what the worker shows when it comes back. `number` is 1 for the
    first lease of a job, 2 for the second, and so on.
    """

    token: str
    job: Job
    worker: str
    ends_at: float
    number: int


def checked_score(score: float) -> float:
    """Return a score as it is kept; raise ValueError if it is none."""
    if not math.isfinite(score):
        raise ValueError("a score is a finite number")
    return float(score)


def checked_worker(worker: str) -> str:
    """Return the name of a worker; raise ValueError if it is none."""
    if not worker:
        raise ValueError("a worker needs a name")
    return worker
