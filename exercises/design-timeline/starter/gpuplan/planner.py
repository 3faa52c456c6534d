"""Finds a place for each job."""

from collections.abc import Iterable

from gpuplan.errors import OverCapacity
from gpuplan.model import Booking, Job
from gpuplan.timeline import Timeline


class Planner:
    """Books jobs as early as they fit, first come, first served.

    A job that comes later may still start earlier, if it fits into a hole that was left
    by those before it. Nobody who has a place is ever moved.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def submit(self, job: Job, now: int) -> Booking:
        """Book a job at the first moment, not before now, at which it fits."""
        after = now if job.earliest is None else max(now, job.earliest)
        start = self._timeline.earliest(job.gpus, job.duration, after)
        if start is None:
            raise OverCapacity(job.name, after, self._timeline.capacity)
        return self._timeline.reserve(job.name, start, start + job.duration, job.gpus)

    def submit_all(
        self, jobs: Iterable[Job], now: int
    ) -> tuple[list[Booking], list[Job]]:
        """Book jobs in their order; return the bookings, and the jobs that never fit."""
        booked, left = [], []
        for job in jobs:
            try:
                booked.append(self.submit(job, now))
            except OverCapacity:
                left.append(job)
        return booked, left

    def finished(self, name: str, now: int) -> None:
        """Give back what a job that has ended will not need any more."""
        self._timeline.release(name, now)

    def cancel(self, name: str) -> None:
        """Take a job out of the plan, as though it had never been there."""
        self._timeline.release(name)
