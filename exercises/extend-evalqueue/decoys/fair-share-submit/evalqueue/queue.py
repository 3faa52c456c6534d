"""The queue as its users see it."""

import math
from collections.abc import Iterable
from typing import Any, Self

from evalqueue.board import Board
from evalqueue.clock import Clock, SystemClock
from evalqueue.errors import JournalDamaged, LeaseLost, QueueError, ResultConflict
from evalqueue.jobs import Job, Lease, State, checked_score, checked_worker
from evalqueue.journal import Journal
from evalqueue.shares import Shares, Turns
from evalqueue.storage import MemoryStorage, Storage


class EvalQueue:
    """Hands out jobs to workers, and keeps what they bring back.

    The storage has to be empty: `EvalQueue.resume` is for one that has been used.
    `shares` is what the teams agreed on. `max_leases` is how many leases of a job may
    run out before it is given up.

    Whatever changes something is written to the journal first, and done only then.
    An error of the storage reaches the caller; after it the queue is not to be used
    any more. One thread at a time may use it.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Clock | None = None,
        shares: Shares | None = None,
        max_leases: int = 3,
    ) -> None:
        if storage.read():
            raise ValueError("the storage is not empty")
        if max_leases < 1:
            raise ValueError("a job has to be lent once at least")
        self._journal = Journal(storage)
        self._clock = clock if clock is not None else SystemClock()
        turns = Turns(shares if shares is not None else Shares())
        self._board = Board(turns, max_leases)

    @classmethod
    def resume(
        cls,
        storage: Storage,
        *,
        clock: Clock | None = None,
        shares: Shares | None = None,
        max_leases: int = 3,
    ) -> Self:
        """Return a queue that goes on where the one that used the storage stopped.

        Raise JournalDamaged for what a crash alone cannot have left there; nothing is
        changed then.
        """
        queue = cls(MemoryStorage(), clock=clock, shares=shares, max_leases=max_leases)
        queue._journal = Journal(storage)
        try:
            for record in queue._journal.recover():
                queue._board.apply(record)
        except (QueueError, LookupError, TypeError, ValueError) as error:
            raise JournalDamaged(f"this cannot have happened: {error}") from error
        queue._journal.mend()
        return queue

    # Jobs come and go.

    def submit(self, jobs: Iterable[Job]) -> int:
        """Let jobs wait for a worker; return how many of them are new.

        A job that is known already is left as it is, so a submission can be repeated.
        If one of the jobs has the id of another job, none is added.
        """
        new: dict[str, Job] = {}
        for job in jobs:
            if not self._board.holds(job) and new.setdefault(job.id, job) != job:
                raise ValueError(f"two jobs have the id {job.id!r}")
        for job in new.values():
            self._do(
                "submit",
                self._settle(),
                id=job.id,
                team=job.team,
                suite=job.suite,
                variant=job.variant,
                priority=job.priority,
            )
        return len(new)

    def cancel(self, suite: str) -> int:
        """Cancel all jobs of a suite that are not over; return how many those were."""
        now = self._settle()
        found = [e for e in self._board if e.job.suite == suite and not e.over]
        if found:
            self._do("cancel", now, suite=suite)
        return len(found)

    # Leases: a job is lent for a time, and comes back by itself.

    def lease(self, worker: str, *, seconds: float) -> Lease | None:
        """Lend the next job to a worker for so many seconds; None if no job waits."""
        checked_worker(worker)
        _check_seconds(seconds)
        now = self._settle()
        entry = self._board.next_to_lend()
        if entry is None:
            return None
        ends_at = now + seconds
        self._do("lease", now, job=entry.job.id, worker=worker, ends_at=ends_at)
        return entry.lease

    def renew(self, token: str, *, seconds: float) -> Lease:
        """Let a lease end so many seconds from now instead; return it as it is now.

        Raise LeaseLost if the lease is over or was never given.
        """
        _check_seconds(seconds)
        now = self._settle()
        entry = self._board.on_lease(token)
        if entry is None:
            raise LeaseLost(token)
        self._do("renew", now, job=entry.job.id, token=token, ends_at=now + seconds)
        return entry.lease

    def complete(self, token: str, score: float) -> bool:
        """Record the score that a lease brought; return whether that is news.

        Raise ResultConflict if the lease has brought another score, and LeaseLost if
        it is over without one or was never given.
        """
        score = checked_score(score)
        now = self._settle()
        done = self._board.brought_by(token)
        if done is not None:
            if done.score != score:
                raise ResultConflict(f"{token} brought {done.score}, not {score}")
            return False
        entry = self._board.on_lease(token)
        if entry is None:
            raise LeaseLost(token)
        self._do("complete", now, job=entry.job.id, token=token, score=score)
        return True

    # The older way: a job is taken for good. The nightly scripts use it.

    def take(self, worker: str) -> Job | None:
        """Give a worker the next job of all, for as long as it likes.

        Shares play no part: priority and the order of submission do.
        """
        checked_worker(worker)
        now = self._settle()
        entry = self._board.first_waiting()
        if entry is None:
            return None
        self._do("take", now, job=entry.job.id, worker=worker)
        return entry.job

    def give_back(self, job_id: str) -> None:
        """Let a job that was taken wait again, in its old place."""
        now = self._settle()
        self._board.taken(job_id)
        self._do("give_back", now, job=job_id)

    def finish(self, job_id: str, score: float) -> None:
        """Record the score of a job that was taken."""
        score = checked_score(score)
        now = self._settle()
        self._board.taken(job_id)
        self._do("finish", now, job=job_id, score=score)

    def fail(self, job_id: str, reason: str) -> None:
        """Record why a job that was taken has no score."""
        now = self._settle()
        self._board.taken(job_id)
        self._do("fail", now, job=job_id, reason=reason)

    # What is known.

    def state(self, job_id: str) -> State:
        """Return where a job stands."""
        self._settle()
        return self._board.find(job_id).state

    def progress(self) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        self._settle()
        return self._board.counts()

    def results(self) -> dict[str, float]:
        """Return the scores of the jobs that are done, by id."""
        return {e.job.id: e.score for e in self._board if e.score is not None}

    def failures(self) -> dict[str, str]:
        """Return why the jobs failed that did, by id."""
        self._settle()
        return {e.job.id: e.reason for e in self._board if e.state is State.FAILED}

    def jobs(self) -> list[Job]:
        """Return all jobs, in the order in which they were submitted."""
        return [entry.job for entry in self._board]

    def _settle(self) -> float:
        """Bring the board up to the present; return when that is."""
        now = self._clock.now()
        self._board.settle(now)
        return now

    def _do(self, op: str, now: float, **fields: Any) -> None:
        """Write down what happens, and only then let it happen."""
        self._board.apply(self._journal.append(op, now, **fields))


def _check_seconds(seconds: float) -> None:
    """Raise ValueError if a lease cannot be so long."""
    if not (seconds > 0 and math.isfinite(seconds)):
        raise ValueError("a lease is for a finite number of seconds above 0")
