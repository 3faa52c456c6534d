"""All jobs and where they stand, in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from evalqueue.errors import JournalDamaged, UnknownJob, WrongState
from evalqueue.jobs import Job, Lease, State
from evalqueue.journal import Record
from evalqueue.shares import Turns


@dataclass(slots=True)
class Entry:
    """A job and where it stands."""

    job: Job
    place: int  # among all jobs, in the order in which they were submitted
    state: State = State.WAITING
    worker: str = ""  # who has it, or had it when it ended
    score: float | None = None
    reason: str = ""  # why it failed
    lent: int = 0  # how often
    token: str = ""  # of the lease that has it, or has brought its score
    ends_at: float = 0.0  # for as long as there is a token

    @property
    def over(self) -> bool:
        """Whether nothing will happen to the job any more."""
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def turn(self) -> tuple[int, int]:
        """What waiting jobs are sorted by: the smallest goes first."""
        return (-self.job.priority, self.place)

    @property
    def lease(self) -> Lease:
        """The lease that the job is out on."""
        return Lease(self.token, self.job, self.worker, self.ends_at, self.lent)


class Board:
    """The entries by the id of their job.

    What changes them is a record (`apply`) or the time (`settle`), and nothing else.
    So the same records lead to the same board, whether they are new or old.
    """

    def __init__(self, turns: Turns, max_leases: int) -> None:
        self._entries: dict[str, Entry] = {}
        self._by_token: dict[str, Entry] = {}  # jobs that are lent
        self._brought: dict[str, Entry] = {}  # jobs that are done, by the last token
        self._turns = turns
        self._max_leases = max_leases

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

    def on_lease(self, token: str) -> Entry | None:
        """Return the entry of a job that is out on this lease, if there is one."""
        return self._by_token.get(token)

    def brought_by(self, token: str) -> Entry | None:
        """Return the entry of a job whose score this lease brought, if there is one."""
        return self._brought.get(token)

    def first_waiting(self) -> Entry | None:
        """Return the waiting job that goes before all others, if there is one."""
        waiting = (entry for entry in self if entry.state is State.WAITING)
        return min(waiting, key=lambda entry: entry.turn, default=None)

    def next_to_lend(self) -> Entry | None:
        """Return the first waiting job of the team whose turn it is, if there is one."""
        first: dict[str, Entry] = {}
        waiting = (entry for entry in self if entry.state is State.WAITING)
        for entry in sorted(waiting, key=lambda entry: entry.turn):
            first.setdefault(entry.job.team, entry)
        return first[self._turns.next_of(first)] if first else None

    def counts(self) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        found = Counter(entry.state for entry in self)
        return {state: found[state] for state in State}

    def settle(self, now: float) -> None:
        """Take back the jobs whose leases have run out."""
        for token, entry in list(self._by_token.items()):
            if entry.ends_at <= now:
                self._forget(token)
                if entry.lent < self._max_leases:
                    self.give_back(entry)
                else:
                    self.fail(entry, f"leases ran out: {entry.lent}")

    def apply(self, record: Record) -> None:
        """Do what a record says, at the time at which it was done.

        What cannot be done then is an error of some kind, and no call wrote it.
        """
        self.settle(record.at)
        match record.op, record.fields:
            case "submit", fields:
                self.add(Job(**fields))
            case "lease", {"job": job, "worker": worker, "ends_at": ends_at}:
                self.lend(job, worker, ends_at)
            case "renew", {"token": token, "ends_at": ends_at}:
                self._by_token[token].ends_at = ends_at
            case "complete", {"token": token, "score": score}:
                self._brought[token] = self._by_token.pop(token)
                self.finish(self._brought[token], score)
            case "take", {"job": job, "worker": worker}:
                self.take(job, worker)
            case "give_back", {"job": job}:
                self.give_back(self.taken(job))
            case "finish", {"job": job, "score": score}:
                self.finish(self.taken(job), score)
            case "fail", {"job": job, "reason": reason}:
                self.fail(self.taken(job), reason)
            case "cancel", {"suite": suite}:
                self.cancel(suite)
            case _:
                raise JournalDamaged(f"nobody knows what this is: {record}")

    def add(self, job: Job) -> None:
        """Put a job behind those that wait."""
        if self.holds(job):
            raise ValueError(f"{job.id} is there already")
        self._entries[job.id] = Entry(job, place=len(self._entries))

    def take(self, job_id: str, worker: str) -> None:
        """Give a job that waits to a worker."""
        entry = self.find(job_id)
        if entry.state is not State.WAITING:
            raise WrongState(f"{job_id} is {entry.state}")
        entry.state = State.RUNNING
        entry.worker = worker

    def lend(self, job_id: str, worker: str, ends_at: float) -> None:
        """Give a job to a worker until the lease ends."""
        self.take(job_id, worker)
        entry = self.find(job_id)
        entry.lent += 1
        entry.token = f"{job_id}#{entry.lent}"  # the same after a restart
        entry.ends_at = ends_at
        self._by_token[entry.token] = entry
        self._turns.charge(entry.job.team)

    def give_back(self, entry: Entry) -> None:
        """Let a job wait again, in its old place."""
        entry.state = State.WAITING
        entry.worker = ""

    def finish(self, entry: Entry, score: float) -> None:
        """Note the score of a job."""
        entry.state = State.DONE
        entry.score = score

    def fail(self, entry: Entry, reason: str) -> None:
        """Note why a job has no score."""
        entry.state = State.FAILED
        entry.reason = reason

    def cancel(self, suite: str) -> None:
        """Cancel the jobs of a suite that are not over."""
        for entry in self:
            if entry.job.suite == suite and not entry.over:
                entry.state = State.CANCELLED
                self._forget(entry.token)

    def _forget(self, token: str) -> None:
        """Let the token of a lease that is over be worth nothing."""
        entry = self._by_token.pop(token, None)
        if entry is not None:
            entry.token = ""
