"""All jobs and where they stand, in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from evalqueue.errors import UnknownJob, WrongState
from evalqueue.jobs import Job, State


@dataclass(slots=True)
class Entry:
    """A job and where it stands."""

    job: Job
    place: int  # among all jobs, in the order in which they were submitted
    state: State = State.WAITING
    worker: str = ""  # who has it, or had it when it ended
    score: float | None = None
    reason: str = ""  # why it failed

    @property
    def over(self) -> bool:
        """Whether nothing will happen to the job any more."""
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def turn(self) -> tuple[int, int]:
        """What waiting jobs are sorted by: the smallest goes first."""
        return (-self.job.priority, self.place)


class Board:
    """The entries by the id of their job. Changes here are not in the journal yet."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries in the order in which they were submitted."""
        return iter(self._entries.values())

    def find(self, job_id: str) -> Entry:
        """Return the entry of a job; raise UnknownJob if there is none."""
        try:
            return self._entries[job_id]
        except KeyError:
            raise UnknownJob(job_id) from None

    def holds(self, job: Job) -> bool:
        """Return whether the job is known; raise ValueError if another has its id."""
        entry = self._entries.get(job.id)
        if entry is not None and entry.job != job:
            raise ValueError(f"another job has the id {job.id!r}")
        return entry is not None

    def taken(self, job_id: str) -> Entry:
        """Return the entry of a job that a worker took and still has."""
        entry = self.find(job_id)
        if entry.state is not State.RUNNING:
            raise WrongState(f"{job_id} is {entry.state}")
        return entry

    def first_waiting(self) -> Entry | None:
        """Return the waiting job that goes before all others, if there is one."""
        waiting = (entry for entry in self if entry.state is State.WAITING)
        return min(waiting, key=lambda entry: entry.turn, default=None)

    def counts(self) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        found = Counter(entry.state for entry in self)
        return {state: found[state] for state in State}

    def add(self, job: Job) -> None:
        """Put a job behind those that wait."""
        self._entries[job.id] = Entry(job, place=len(self._entries))

    def take(self, job_id: str, worker: str) -> None:
        """Give a job to a worker."""
        entry = self.find(job_id)
        entry.state = State.RUNNING
        entry.worker = worker

    def give_back(self, job_id: str) -> None:
        """Let a job wait again, in its old place."""
        entry = self.find(job_id)
        entry.state = State.WAITING
        entry.worker = ""

    def finish(self, job_id: str, score: float) -> None:
        """Note the score of a job."""
        entry = self.find(job_id)
        entry.state = State.DONE
        entry.score = score

    def fail(self, job_id: str, reason: str) -> None:
        """Note why a job has no score."""
        entry = self.find(job_id)
        entry.state = State.FAILED
        entry.reason = reason

    def cancel(self, suite: str) -> None:
        """Cancel the jobs of a suite that are not over."""
        for entry in self:
            if entry.job.suite == suite and not entry.over:
                entry.state = State.CANCELLED
