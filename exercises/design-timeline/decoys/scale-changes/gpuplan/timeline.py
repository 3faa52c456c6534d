"""How much of the cluster is in use when.

The load is a staircase. What is kept are the moments at which it changes, in order, and
by how much it does.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import accumulate

from gpuplan.errors import DuplicateJob, OverCapacity, UnknownJob
from gpuplan.model import Booking, Step, refuse_gpus, refuse_range


class Timeline:
    """The bookings of a cluster, and what they add up to at each moment."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a cluster can't have {capacity} GPUs")
        self._capacity = capacity
        self._bookings: dict[str, Booking] = {}
        self._moments: list[int] = []
        # By how much the load changes at each of the moments.
        self._changes: dict[int, int] = {}

    @property
    def capacity(self) -> int:
        """How many GPUs there are."""
        return self._capacity

    def reserve(self, name: str, start: int, end: int, gpus: int) -> Booking:
        """Book GPUs for a job, and return the booking.

        Raises DuplicateJob, and OverCapacity where it does not fit.
        """
        booking = Booking(name, start, end, gpus)
        if name in self._bookings:
            raise DuplicateJob(name)
        for step in self._walk(start, end):
            if step.gpus + gpus > self._capacity:
                raise OverCapacity(name, step.start, self._capacity - step.gpus)
        self._add(start, end, gpus)
        self._bookings[name] = booking
        return booking

    def release(self, name: str, at: int | None = None) -> None:
        """Give back what a job has booked, all of it or what comes from `at` on.

        Raises UnknownJob.
        """
        booking = self._bookings.get(name)
        if booking is None:
            raise UnknownJob(name)
        if at is None or at <= booking.start:
            del self._bookings[name]
            self._add(booking.start, booking.end, -booking.gpus)
        elif at < booking.end:
            self._bookings[name] = Booking(name, booking.start, at, booking.gpus)
            self._add(at, booking.end, -booking.gpus)

    def bookings(self) -> list[Booking]:
        """Return all bookings, by their start, then by name."""
        return sorted(self._bookings.values(), key=lambda each: (each.start, each.name))

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        refuse_range(start, end)
        return list(self._walk(start, end))

    def peak(self, start: int, end: int) -> int:
        """Return the most GPUs that are in use at once in a window."""
        refuse_range(start, end)
        return max(step.gpus for step in self._walk(start, end))

    def earliest(self, gpus: int, duration: int, after: int) -> int | None:
        """Return the first start, not before `after`, at which a job would fit.

        None if it never does.
        """
        refuse_gpus(gpus)
        refuse_range(after, after + duration)
        if gpus > self._capacity:
            return None
        start = after
        place = bisect_right(self._moments, after)
        load = sum(self._changes[moment] for moment in self._moments[:place])
        for moment in self._moments[place:]:
            if load + gpus > self._capacity:
                start = moment
            elif moment - start >= duration:
                break
            load += self._changes[moment]
        return start

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it.

        That is up to the highest load so far or the highest still to come, whichever is
        lower. Neighbouring dips share that height and not their load, so they differ.
        """
        refuse_range(start, end)
        steps = list(self._walk(start, end))
        loads = [step.gpus for step in steps]
        so_far = accumulate(loads, max)
        to_come = reversed(list(accumulate(reversed(loads), max)))
        return [
            Step(step.start, step.end, min(before, after) - step.gpus)
            for step, before, after in zip(steps, so_far, to_come, strict=True)
            if step.gpus < min(before, after)
        ]

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        return sum(dip.work for dip in self.dips(start, end))

    def _walk(self, start: int, end: int) -> Iterator[Step]:
        """Go through the steps of a window, the first and last of which are cut to it."""
        place = bisect_right(self._moments, start)
        load = sum(self._changes[moment] for moment in self._moments[:place])
        for moment in self._moments[place:]:
            if moment >= end:
                break
            yield Step(start, moment, load)
            start = moment
            load += self._changes[moment]
        yield Step(start, end, load)

    def _add(self, start: int, end: int, gpus: int) -> None:
        """Raise, or with a negative number lower, the load in a range."""
        self._change(start, gpus)
        self._change(end, -gpus)

    def _change(self, moment: int, gpus: int) -> None:
        if moment not in self._changes:
            insort(self._moments, moment)
        self._changes[moment] = self._changes.get(moment, 0) + gpus
        if not self._changes[moment]:
            del self._changes[moment]
            del self._moments[bisect_left(self._moments, moment)]
