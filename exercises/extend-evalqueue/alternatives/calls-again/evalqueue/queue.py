"""The queue as its users see it."""

import math
from collections.abc import Iterable
from typing import Any, Self

from evalqueue.board import Board, Entry
from evalqueue.clock import Clock, ManualClock, SystemClock
from evalqueue.errors import JournalDamaged, LeaseLost, QueueError, ResultConflict
from evalqueue.jobs import Job, Lease, State, checked_score, checked_worker
from evalqueue.journal import Journal, Record
from evalqueue.shares import Balance, Shares
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
        self._board = Board()
        self._balance = Balance(shares if shares is not None else Shares())
        self._max_leases = max_leases
        self._given = 0  # leases, by this queue and those before it
        self._brought: dict[str, float] = {}

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
        data = storage.read()
        whole = data[: data.rfind(b"\n") + 1]
        records = Journal(MemoryStorage(whole)).history()
        time = ManualClock(records[0].at if records else 0)
        queue = cls(MemoryStorage(), clock=time, shares=shares, max_leases=max_leases)
        for record in records:
            time.advance(record.at - time.now())
            try:
                likely = queue._repeat(record)
            except (QueueError, KeyError, TypeError, ValueError) as error:
                raise JournalDamaged(f"{record}: {error}") from error
            if not likely:
                raise JournalDamaged(f"it does not come to this again: {record}")
        if len(whole) < len(data):
            storage.truncate(len(whole))
        queue._journal = Journal(storage)
        queue._clock = clock if clock is not None else SystemClock()
        return queue

    def _repeat(self, record: Record) -> bool:
        """Make the call that a record is about once more; is it worth a record?"""
        fields: dict[str, Any] = dict(record.fields)
        if record.op == "submit":
            return self.submit([Job(**fields)]) == 1
        elif record.op in ("lease", "renew"):
            first = fields["worker"] if record.op == "lease" else fields["token"]
            getattr(self, record.op)(first, seconds=fields["seconds"])
        elif record.op == "take":
            job = self.take(fields["worker"])
            return job is not None and job.id == fields["job"]
        elif record.op in ("complete", "give_back", "finish", "fail", "cancel"):
            getattr(self, record.op)(*(fields[name] for name in _ORDER[record.op]))
        else:
            raise JournalDamaged(f"an unknown kind of record: {record.op}")
        return True

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
            self._run_out()
            self._journal.append(
                "submit",
                self._clock.now(),
                id=job.id,
                team=job.team,
                suite=job.suite,
                variant=job.variant,
                priority=job.priority,
            )
            self._board.add(job)
        return len(new)

    def cancel(self, suite: str) -> int:
        """Cancel all jobs of a suite that are not over; return how many those were."""
        self._run_out()
        found = [e for e in self._board if e.job.suite == suite and not e.over]
        if found:
            self._journal.append("cancel", self._clock.now(), suite=suite)
            self._board.cancel(suite)
            for entry in found:
                entry.until = None
        return len(found)

    # Leases: a job is lent for a time, and comes back by itself.

    def lease(self, worker: str, *, seconds: float) -> Lease | None:
        """Lend the next job to a worker for so many seconds; None if no job waits."""
        checked_worker(worker)
        _need_time(seconds)
        now = self._run_out()
        teams = self._board.waiting_teams()
        if not teams:
            return None
        self._journal.append("lease", now, worker=worker, seconds=seconds)
        entry = self._board.first_of(self._balance.serve(teams))
        self._given += 1
        entry.leases.append(str(self._given))
        entry.until = now + seconds
        self._board.take(entry.job.id, worker)
        return self._as_lease(entry)

    def renew(self, token: str, *, seconds: float) -> Lease:
        """Let a lease end so many seconds from now instead; return it as it is now.

        Raise LeaseLost if the lease is over or was never given.
        """
        _need_time(seconds)
        now = self._run_out()
        entry = self._board.lent(token)
        if entry is None:
            raise LeaseLost(token)
        self._journal.append("renew", now, token=token, seconds=seconds)
        entry.until = now + seconds
        return self._as_lease(entry)

    def complete(self, token: str, score: float) -> bool:
        """Record the score that a lease brought; return whether that is news.

        Raise ResultConflict if the lease has brought another score, and LeaseLost if
        it is over without one or was never given.
        """
        score = checked_score(score)
        now = self._run_out()
        if token in self._brought:
            if self._brought[token] != score:
                raise ResultConflict(token)
            return False
        entry = self._board.lent(token)
        if entry is None:
            raise LeaseLost(token)
        self._journal.append("complete", now, token=token, score=score)
        entry.until = None
        self._brought[token] = score
        self._board.finish(entry.job.id, score)
        return True

    # The older way: a job is taken for good. The nightly scripts use it.

    def take(self, worker: str) -> Job | None:
        """Give a worker the next job of all, for as long as it likes.

        Shares play no part: priority and the order of submission do.
        """
        checked_worker(worker)
        self._run_out()
        entry = self._board.first_waiting()
        if entry is None:
            return None
        self._journal.append("take", self._clock.now(), job=entry.job.id, worker=worker)
        self._board.take(entry.job.id, worker)
        return entry.job

    def give_back(self, job_id: str) -> None:
        """Let a job that was taken wait again, in its old place."""
        self._run_out()
        self._board.taken(job_id)
        self._journal.append("give_back", self._clock.now(), job=job_id)
        self._board.give_back(job_id)

    def finish(self, job_id: str, score: float) -> None:
        """Record the score of a job that was taken."""
        score = checked_score(score)
        self._run_out()
        self._board.taken(job_id)
        self._journal.append("finish", self._clock.now(), job=job_id, score=score)
        self._board.finish(job_id, score)

    def fail(self, job_id: str, reason: str) -> None:
        """Record why a job that was taken has no score."""
        self._run_out()
        self._board.taken(job_id)
        self._journal.append("fail", self._clock.now(), job=job_id, reason=reason)
        self._board.fail(job_id, reason)

    # What is known.

    def state(self, job_id: str) -> State:
        """Return where a job stands."""
        self._run_out()
        return self._board.find(job_id).state

    def progress(self) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        self._run_out()
        return self._board.counts()

    def results(self) -> dict[str, float]:
        """Return the scores of the jobs that are done, by id."""
        return {e.job.id: e.score for e in self._board if e.score is not None}

    def failures(self) -> dict[str, str]:
        """Return why the jobs failed that did, by id."""
        self._run_out()
        return {e.job.id: e.reason for e in self._board if e.state is State.FAILED}

    def jobs(self) -> list[Job]:
        """Return all jobs, in the order in which they were submitted."""
        return [entry.job for entry in self._board]

    def _run_out(self) -> float:
        """Take jobs back from leases that are over; return what time it is."""
        now = self._clock.now()
        for entry in self._board:
            if entry.until is not None and entry.until <= now:
                entry.until = None
                count = len(entry.leases)
                if count >= self._max_leases:
                    self._board.fail(entry.job.id, f"leases ran out: {count}")
                else:
                    self._board.give_back(entry.job.id)
        return now

    def _as_lease(self, entry: Entry) -> Lease:
        assert entry.until is not None
        number = len(entry.leases)
        return Lease(entry.leases[-1], entry.job, entry.worker, entry.until, number)


# The parameters of the calls, as the records name them.
_ORDER = {
    "complete": ("token", "score"),
    "give_back": ("job",),
    "finish": ("job", "score"),
    "fail": ("job", "reason"),
    "cancel": ("suite",),
}


def _need_time(seconds: float) -> None:
    if not 0 < seconds < math.inf:
        raise ValueError(f"{seconds} seconds is no time for a lease")
