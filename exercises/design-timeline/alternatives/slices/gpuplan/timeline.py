"""How much of the cluster is in use when.

The load is a list of pairs, a moment and the load from there on. A change cuts out the
pairs of its range and puts in others.
"""

from bisect import bisect_left, bisect_right
from operator import itemgetter

from gpuplan.errors import DuplicateJob, OverCapacity, UnknownJob
from gpuplan.model import Booking, Step, refuse_gpus, refuse_range

_moment = itemgetter(0)


class Timeline:
    """The bookings of a cluster, and what they add up to at each moment."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a cluster can't have {capacity} GPUs")
        self._capacity = capacity
        self._bookings: dict[str, Booking] = {}
        self._pairs: list[tuple[int, int]] = []

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
        self._change(start, end, gpus)
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
            self._change(booking.start, booking.end, -booking.gpus)
        elif at < booking.end:
            self._bookings[name] = Booking(name, booking.start, at, booking.gpus)
            self._change(at, booking.end, -booking.gpus)

    def bookings(self) -> list[Booking]:
        """Return all bookings, by their start, then by name."""
        return sorted(self._bookings.values(), key=lambda each: (each.start, each.name))

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        refuse_range(start, end)
        pairs = self._within(start, end)
        ends = [moment for moment, _ in pairs[1:]] + [end]
        return [
            Step(since, until, gpus)
            for (since, gpus), until in zip(pairs, ends, strict=True)
        ]

    def peak(self, start: int, end: int) -> int:
        """Return the most GPUs that are in use at once in a window."""
        refuse_range(start, end)
        return max(gpus for _, gpus in self._within(start, end))

    def earliest(self, gpus: int, duration: int, after: int) -> int | None:
        """Return the first start, not before `after`, at which a job would fit."""
        refuse_gpus(gpus)
        if duration < 1:
            raise ValueError("a job takes some time")
        if gpus > self._capacity:
            return None
        place, fits_since = self._place(after), after
        load = self._load_before(place)
        while place < len(self._pairs):
            until, next_load = self._pairs[place]
            if load + gpus > self._capacity:
                fits_since = until
            if until - fits_since >= duration:
                break
            place, load = place + 1, next_load
        return fits_since

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it.

        With a stack of the steps that may still be below something higher: whatever is
        lower than a new step gets its height from it, or from the highest before.
        """
        steps = self.steps(start, end)
        height = [step.gpus for step in steps]
        highest, open_places = 0, []
        for place, step in enumerate(steps):
            while open_places and step.gpus >= highest:
                height[open_places.pop()] = highest
            if step.gpus >= highest:
                highest = step.gpus
            else:
                open_places.append(place)
        # What is left lies behind the last peak: the same again, from the other side.
        highest = 0
        while open_places:
            place = open_places.pop()
            highest = max(highest, steps[place].gpus)
            height[place] = highest
        return [
            Step(step.start, step.end, top - step.gpus)
            for step, top in zip(steps, height, strict=True)
            if top > step.gpus
        ]

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        return sum(dip.work for dip in self.dips(start, end))

    def _place(self, moment: int) -> int:
        return bisect_right(self._pairs, moment, key=_moment)

    def _load_before(self, place: int) -> int:
        return self._pairs[place - 1][1] if place else 0

    def _within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The pairs of a range, of which the first begins with it."""
        first, last = self._place(start), bisect_left(self._pairs, end, key=_moment)
        return [(start, self._load_before(first)), *self._pairs[first:last]]

    def _change(self, start: int, end: int, gpus: int) -> None:
        low = bisect_left(self._pairs, start, key=_moment)
        high = self._place(end)
        after = (end, self._load_before(high))
        inside = [(moment, load + gpus) for moment, load in self._within(start, end)]
        load, wanted = self._load_before(low), []
        for pair in (*inside, after):
            if pair[1] != load:
                wanted.append(pair)
            load = pair[1]
        self._pairs[low:high] = wanted
