"""How much of the cluster is in use when."""

from collections.abc import Iterator
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
        self._bookings[name] = booking
        return booking

    def release(self, name: str, at: int | None = None) -> None:
        """Give back what a job has booked."""
        if name not in self._bookings:
            raise UnknownJob(name)
        del self._bookings[name]

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
            if self.peak(start, start + 1) + gpus <= self._capacity:
                return start
        return None

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it."""
        found = []
        for step in self.steps(start, end):
            level = self.peak(start, end)
            if level > step.gpus:
                found.append(Step(step.start, step.end, level - step.gpus))
        return found

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        return sum(dip.work for dip in self.dips(start, end))

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        refuse_range(start, end)
        changes = [(start, 0), (end, 0)]
        for each in self._bookings.values():
            if each.start < end and start < each.end:
                changes.append((max(each.start, start), each.gpus))
                changes.append((min(each.end, end), -each.gpus))
        load, since, found = 0, start, []
        for moment, group in groupby(sorted(changes), key=lambda change: change[0]):
            if moment > since:
                found.append((since, load))
                since = moment
            load += sum(gpus for _, gpus in group)
        return list(self._joined(found, end))

    def _joined(self, parts: list[tuple[int, int]], end: int) -> Iterator[Step]:
        starts = []
        for load, group in groupby(parts, key=lambda part: part[1]):
            starts.append((next(iter(group))[0], load))
        for place, (since, load) in enumerate(starts):
            until = starts[place + 1][0] if place + 1 < len(starts) else end
            yield Step(since, until, load)
