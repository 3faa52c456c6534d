"""All jobs and where they stand, in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from evalqueue.errors import UnknownJob, WrongState
from evalqueue.jobs import Job, Lease, State


@dataclass(slots=True)
class Entry:
    """A job and what happened to it. Where it stands depends on the time as well."""

    job: Job
    place: int  # among all jobs, in the order in which they were submitted
    most: int  # so many leases, then the job is given up
    stands: State = State.WAITING  # as far as the journal says so
    worker: str = ""
    score: float | None = None
    why: str = ""
    leases: list[Lease] = field(default_factory=list)
    lent: bool = False  # by a lease, rather than taken

    def state(self, now: float) -> State:
        """Return where the job stands at a time."""
        if not (self.lent and self.stands is State.RUNNING):
            return self.stands
        if self.leases[-1].ends_at > now:
            return State.RUNNING
        return State.WAITING if len(self.leases) < self.most else State.FAILED

    def reason(self) -> str:
        """Return why it failed, for a job that did."""
        if self.stands is State.FAILED:
            return self.why
        return f"leases ran out: {len(self.leases)}"

    def over(self, now: float) -> bool:
        """Return whether nothing will happen to the job after this time."""
        return self.state(now) not in (State.WAITING, State.RUNNING)

    @property
    def turn(self) -> tuple[int, int]:
        """What waiting jobs are sorted by: the smallest goes first."""
        return (-self.job.priority, self.place)


class Board:
    """The entries by the id of their job."""

    def __init__(self, max_leases: int) -> None:
        self._entries: dict[str, Entry] = {}
        self._tokens: dict[str, Entry] = {}
        self._most = max_leases

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

    def taken(self, job_id: str, now: float) -> Entry:
        """Return the entry of a job that a worker took and still has."""
        entry = self.find(job_id)
        if entry.lent or entry.state(now) is not State.RUNNING:
            raise WrongState(f"{job_id} is {entry.state(now)}")
        return entry

    def waiting(self, now: float) -> list[Entry]:
        """Return the jobs that wait, the next one first."""
        found = [entry for entry in self if entry.state(now) is State.WAITING]
        return sorted(found, key=lambda entry: entry.turn)

    def by_token(self, token: str) -> Entry | None:
        """Return the entry that was lent with this token last, and not taken since."""
        entry = self._tokens.get(token)
        if entry is None or not entry.lent or entry.leases[-1].token != token:
            return None
        return entry

    def counts(self, now: float) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        found = Counter(entry.state(now) for entry in self)
        return {state: found[state] for state in State}

    def add(self, job: Job) -> None:
        """Put a job behind those that wait."""
        self._entries[job.id] = Entry(job, len(self._entries), self._most)

    def lend(self, lease: Lease) -> None:
        """Note a lease, or how it goes on after a renewal."""
        entry = self.find(lease.job.id)
        entry.stands, entry.lent, entry.worker = State.RUNNING, True, lease.worker
        entry.leases[lease.number - 1 :] = [lease]
        self._tokens[lease.token] = entry

    def take(self, job_id: str, worker: str) -> None:
        """Give a job to a worker."""
        entry = self.find(job_id)
        entry.stands, entry.lent, entry.worker = State.RUNNING, False, worker

    def give_back(self, job_id: str) -> None:
        """Let a job wait again, in its old place."""
        entry = self.find(job_id)
        entry.stands, entry.worker = State.WAITING, ""

    def finish(self, job_id: str, score: float) -> None:
        """Note the score of a job."""
        entry = self.find(job_id)
        entry.stands, entry.score = State.DONE, score

    def fail(self, job_id: str, reason: str) -> None:
        """Note why a job has no score."""
        entry = self.find(job_id)
        entry.stands, entry.why = State.FAILED, reason

    def cancel(self, suite: str, now: float) -> None:
        """Cancel the jobs of a suite that are not over."""
        for entry in self:
            if entry.job.suite == suite and not entry.over(now):
                entry.stands = State.CANCELLED
