"""The queue as its users see it."""

import json
import math
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from evalqueue.board import Board
from evalqueue.clock import Clock, SystemClock
from evalqueue.errors import JournalDamaged, LeaseLost, QueueError, ResultConflict
from evalqueue.jobs import Job, Lease, State, checked_score, checked_worker
from evalqueue.journal import Journal, Record, decode
from evalqueue.shares import Passes, Shares
from evalqueue.storage import Storage


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
        self._start(storage, clock, shares, max_leases)

    def _start(
        self,
        storage: Storage,
        clock: Clock | None,
        shares: Shares | None,
        max_leases: int,
    ) -> None:
        if max_leases < 1:
            raise ValueError("a job has to be lent once at least")
        self._journal = Journal(storage)
        self._clock = clock if clock is not None else SystemClock()
        self._board = Board(max_leases)
        self._passes = Passes(shares if shares is not None else Shares())

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
        queue = cls.__new__(cls)
        queue._start(storage, clock, shares, max_leases)
        *lines, torn = storage.read().split(b"\n")
        for line in lines:
            record = decode(line)
            try:
                queue._replay(record)
            except (QueueError, KeyError, TypeError, ValueError):
                raise JournalDamaged(f"nothing allows this: {record}") from None
        if torn:
            storage.truncate(sum(len(line) + 1 for line in lines))
        return queue

    def _replay(self, record: Record) -> None:
        fields, board = record.fields, self._board
        if record.op in ("lend", "renew"):
            lease = fields["lease"]
            job = board.find(lease["job"]).job
            if record.op == "lend":
                teams = json.loads(fields["teams"])
                assert self._passes.lowest(teams) == job.team
                self._passes.step(job.team)
            board.lend(Lease(**{**lease, "job": job}))
        elif record.op == "complete":
            board.finish(fields["job"], fields["score"])
        elif record.op == "submit":
            if board.holds(job := Job(**fields)):
                raise JournalDamaged(f"{job.id} comes twice")
            board.add(job)
        elif record.op == "cancel":
            board.cancel(fields["suite"], record.at)
        elif record.op in ("take", "give_back", "finish", "fail"):
            job_id = fields.pop("job")
            if record.op != "take":
                board.taken(job_id, record.at)
            elif board.find(job_id).state(record.at) is not State.WAITING:
                raise JournalDamaged(f"{job_id} was not there to be taken")
            getattr(board, record.op)(job_id, *fields.values())
        else:
            raise JournalDamaged(record.op)

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
        now = self._clock.now()
        found = [e for e in self._board if e.job.suite == suite and not e.over(now)]
        if found:
            self._journal.append("cancel", now, suite=suite)
            self._board.cancel(suite, now)
        return len(found)

    # Leases: a job is lent for a time, and comes back by itself.

    def lease(self, worker: str, *, seconds: float) -> Lease | None:
        """Lend the next job to a worker for so many seconds; None if no job waits."""
        checked_worker(worker)
        _check_length(seconds)
        now = self._clock.now()
        waiting = self._board.waiting(now)
        if not waiting:
            return None
        teams = sorted({entry.job.team for entry in waiting})
        team = self._passes.lowest(teams)
        entry = next(entry for entry in waiting if entry.job.team == team)
        lease = Lease(
            token=uuid.uuid4().hex,
            job=entry.job,
            worker=worker,
            ends_at=now + seconds,
            number=len(entry.leases) + 1,
        )
        fields = _as_fields(lease)
        self._journal.append("lend", now, lease=fields, teams=json.dumps(teams))
        self._passes.step(team)
        self._board.lend(lease)
        return lease

    def renew(self, token: str, *, seconds: float) -> Lease:
        """Let a lease end so many seconds from now instead; return it as it is now.

        Raise LeaseLost if the lease is over or was never given.
        """
        _check_length(seconds)
        now = self._clock.now()
        entry = self._board.by_token(token)
        if entry is None or entry.state(now) is not State.RUNNING:
            raise LeaseLost(token)
        lease = replace(entry.leases[-1], ends_at=now + seconds)
        self._journal.append("renew", now, lease=_as_fields(lease))
        self._board.lend(lease)
        return lease

    def complete(self, token: str, score: float) -> bool:
        """Record the score that a lease brought; return whether that is news.

        Raise ResultConflict if the lease has brought another score, and LeaseLost if
        it is over without one or was never given.
        """
        score = checked_score(score)
        now = self._clock.now()
        entry = self._board.by_token(token)
        state = entry.state(now) if entry else None
        if entry is None or state not in (State.RUNNING, State.DONE):
            raise LeaseLost(token)
        if state is State.DONE:
            if entry.score != score:
                raise ResultConflict(token)
            return False
        self._journal.append("complete", now, job=entry.job.id, score=score)
        self._board.finish(entry.job.id, score)
        return True

    # The older way: a job is taken for good. The nightly scripts use it.

    def take(self, worker: str) -> Job | None:
        """Give a worker the next job of all, for as long as it likes.

        Shares play no part: priority and the order of submission do.
        """
        checked_worker(worker)
        now = self._clock.now()
        for entry in self._board.waiting(now):
            self._journal.append("take", now, job=entry.job.id, worker=worker)
            self._board.take(entry.job.id, worker)
            return entry.job
        return None

    def give_back(self, job_id: str) -> None:
        """Let a job that was taken wait again, in its old place."""
        self._board.taken(job_id, self._clock.now())
        self._journal.append("give_back", self._clock.now(), job=job_id)
        self._board.give_back(job_id)

    def finish(self, job_id: str, score: float) -> None:
        """Record the score of a job that was taken."""
        score = checked_score(score)
        self._board.taken(job_id, self._clock.now())
        self._journal.append("finish", self._clock.now(), job=job_id, score=score)
        self._board.finish(job_id, score)

    def fail(self, job_id: str, reason: str) -> None:
        """Record why a job that was taken has no score."""
        self._board.taken(job_id, self._clock.now())
        self._journal.append("fail", self._clock.now(), job=job_id, reason=reason)
        self._board.fail(job_id, reason)

    # What is known.

    def state(self, job_id: str) -> State:
        """Return where a job stands."""
        return self._board.find(job_id).state(self._clock.now())

    def progress(self) -> dict[State, int]:
        """Return how many jobs there are in each state."""
        return self._board.counts(self._clock.now())

    def results(self) -> dict[str, float]:
        """Return the scores of the jobs that are done, by id."""
        return {e.job.id: e.score for e in self._board if e.score is not None}

    def failures(self) -> dict[str, str]:
        """Return why the jobs failed that did, by id."""
        now = self._clock.now()
        failed = [e for e in self._board if e.state(now) is State.FAILED]
        return {entry.job.id: entry.reason() for entry in failed}

    def jobs(self) -> list[Job]:
        """Return all jobs, in the order in which they were submitted."""
        return [entry.job for entry in self._board]


def _as_fields(lease: Lease) -> dict[str, Any]:
    return {
        "token": lease.token,
        "job": lease.job.id,
        "worker": lease.worker,
        "ends_at": lease.ends_at,
        "number": lease.number,
    }


def _check_length(seconds: float) -> None:
    if seconds <= 0 or not math.isfinite(seconds):
        raise ValueError("nothing can be lent for such a time")
