"""How much of the cluster is in use when.

The moments at which the load changes are kept in order; what it is from there on is
looked up in a dictionary. A moment before all others stands for the time before them.
"""

from bisect import bisect_right, insort

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
        self._load_from: dict[int, int] = {}

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
        for step in self.steps(start, end):
            if step.gpus + gpus > self._capacity:
                raise OverCapacity(name, step.start, self._capacity - step.gpus)
        self._shift(start, end, gpus)
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
            self._shift(booking.start, booking.end, -booking.gpus)
        elif at < booking.end:
            self._bookings[name] = Booking(name, booking.start, at, booking.gpus)
            self._shift(at, booking.end, -booking.gpus)

    def bookings(self) -> list[Booking]:
        """Return all bookings, by their start, then by name."""
        return sorted(self._bookings.values(), key=lambda each: (each.start, each.name))

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        refuse_range(start, end)
        first = bisect_right(self._moments, start)
        found = []
        load = self._load_from[self._moments[first - 1]] if first else 0
        for place in range(first, len(self._moments)):
            moment = self._moments[place]
            if moment >= end:
                break
            found.append(Step(start, moment, load))
            start, load = moment, self._load_from[moment]
        return [*found, Step(start, end, load)]

    def peak(self, start: int, end: int) -> int:
        """Return the most GPUs that are in use at once in a window."""
        return max(self.steps(start, end), key=lambda step: step.gpus).gpus

    def earliest(self, gpus: int, duration: int, after: int) -> int | None:
        """Return the first start, not before `after`, at which a job would fit."""
        refuse_gpus(gpus)
        if duration < 1:
            raise ValueError(f"a job can't take {duration}")
        if gpus > self._capacity:
            return None
        start = after
        while True:
            full = [
                step.end
                for step in self.steps(start, start + duration)
                if step.gpus + gpus > self._capacity
            ]
            if not full:
                return start
            place = bisect_right(self._moments, full[-1] - 1)
            start = self._moments[place]

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it.

        From both ends inwards, always on the side whose highest load is the lower one:
        nothing that is found on the other side can make a difference there any more.
        """
        steps = self.steps(start, end)
        room = [0] * len(steps)
        left, right = 0, len(steps) - 1
        highest_left = highest_right = 0
        while left <= right:
            if highest_left <= highest_right:
                highest_left = max(highest_left, steps[left].gpus)
                room[left] = highest_left - steps[left].gpus
                left += 1
            else:
                highest_right = max(highest_right, steps[right].gpus)
                room[right] = highest_right - steps[right].gpus
                right -= 1
        return [
            Step(step.start, step.end, gpus)
            for step, gpus in zip(steps, room, strict=True)
            if gpus
        ]

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        return sum((dip.end - dip.start) * dip.gpus for dip in self.dips(start, end))

    def _shift(self, start: int, end: int, gpus: int) -> None:
        for moment in (start, end):
            if moment not in self._load_from:
                place = bisect_right(self._moments, moment)
                before = self._load_from[self._moments[place - 1]] if place else 0
                insort(self._moments, moment)
                self._load_from[moment] = before
        place = bisect_right(self._moments, start) - 1
        while self._moments[place] != end:
            self._load_from[self._moments[place]] += gpus
            place += 1
        for moment in (end, start):
            place = bisect_right(self._moments, moment) - 1
            before = self._load_from[self._moments[place - 1]] if place else 0
            if self._load_from[moment] == before:
                del self._moments[place]
                del self._load_from[moment]
