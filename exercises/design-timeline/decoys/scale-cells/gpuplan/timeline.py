"""How much of the cluster is in use when."""

from itertools import groupby

from gpuplan.errors import DuplicateJob, OverCapacity, UnknownJob
from gpuplan.model import Booking, Step, refuse_gpus, refuse_range


class Timeline:
    """The bookings of a cluster, and what they add up to at each moment."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a cluster can't have {capacity} GPUs")
        self._capacity = capacity
        self._bookings: dict[str, Booking] = {}
        self._begin = 0
        self._cells: list[int] = []

    @property
    def capacity(self) -> int:
        """How many GPUs there are."""
        return self._capacity

    def reserve(self, name: str, start: int, end: int, gpus: int) -> Booking:
        """Book GPUs for a job, and return the booking."""
        booking = Booking(name, start, end, gpus)
        if name in self._bookings:
            raise DuplicateJob(name)
        for step in self.steps(start, end):
            if step.gpus + gpus > self._capacity:
                raise OverCapacity(name, step.start, self._capacity - step.gpus)
        self._add(start, end, gpus)
        self._bookings[name] = booking
        return booking

    def release(self, name: str, at: int | None = None) -> None:
        """Give back what a job has booked, all of it or what comes from `at` on."""
        if name not in self._bookings:
            raise UnknownJob(name)
        booking = self._bookings.pop(name)
        end = booking.start if at is None else max(booking.start, min(at, booking.end))
        if end > booking.start:
            self._bookings[name] = Booking(name, booking.start, end, booking.gpus)
        if end < booking.end:
            self._add(end, booking.end, -booking.gpus)

    def bookings(self) -> list[Booking]:
        """Return all bookings, by their start, then by name."""
        return sorted(self._bookings.values(), key=lambda each: (each.start, each.name))

    def peak(self, start: int, end: int) -> int:
        """Return the most GPUs that are in use at once in a window."""
        return max(step.gpus for step in self.steps(start, end))

    def earliest(self, gpus: int, duration: int, after: int) -> int | None:
        """Return the first start, not before `after`, at which a job would fit."""
        refuse_gpus(gpus)
        refuse_range(after, after + duration)
        if gpus > self._capacity:
            return None
        ends = [each.end for each in self._bookings.values() if each.end > after]
        for start in sorted({after, *ends}):
            if self.peak(start, start + duration) + gpus <= self._capacity:
                return start
        return None

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it."""
        found = []
        for step in self.steps(start, end):
            level = min(self.peak(start, step.end), self.peak(step.start, end))
            if level > step.gpus:
                found.append(Step(step.start, step.end, level - step.gpus))
        return found

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        return sum(dip.work for dip in self.dips(start, end))

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        refuse_range(start, end)
        self._cover(start, end)
        found = []
        for gpus, group in groupby(
            self._cells[start - self._begin : end - self._begin]
        ):
            until = start + sum(1 for _ in group)
            found.append(Step(start, until, gpus))
            start = until
        return found

    def _cover(self, start: int, end: int) -> None:
        """Have a cell for each moment up to the end."""
        if not self._cells:
            self._begin = start
        if start < self._begin:
            self._cells = [0] * (self._begin - start) + self._cells
            self._begin = start
        missing = end - self._begin - len(self._cells)
        if missing > 0:
            self._cells += [0] * missing

    def _add(self, start: int, end: int, gpus: int) -> None:
        self._cover(start, end)
        for place in range(start - self._begin, end - self._begin):
            self._cells[place] += gpus
