"""How much of the cluster is in use when.

Everything in here is still to be written. BRIEF.md says how it is meant to behave; what
is behind the names is up to you.
"""

from gpuplan.model import Booking, Step


class Timeline:
    """The bookings of a cluster, and what they add up to at each moment."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a cluster can't have {capacity} GPUs")
        self._capacity = capacity

    @property
    def capacity(self) -> int:
        """How many GPUs there are."""
        return self._capacity

    def reserve(self, name: str, start: int, end: int, gpus: int) -> Booking:
        """Book GPUs for a job, and return the booking.

        Raises DuplicateJob, and OverCapacity where it does not fit.
        """
        raise NotImplementedError("Timeline.reserve is still to be written")

    def release(self, name: str, at: int | None = None) -> None:
        """Give back what a job has booked, all of it or what comes from `at` on.

        Raises UnknownJob.
        """
        raise NotImplementedError("Timeline.release is still to be written")

    def bookings(self) -> list[Booking]:
        """Return all bookings, by their start, then by name."""
        raise NotImplementedError("Timeline.bookings is still to be written")

    def steps(self, start: int, end: int) -> list[Step]:
        """Return how many GPUs are in use in a window, as steps without a gap."""
        raise NotImplementedError("Timeline.steps is still to be written")

    def peak(self, start: int, end: int) -> int:
        """Return the most GPUs that are in use at once in a window."""
        raise NotImplementedError("Timeline.peak is still to be written")

    def earliest(self, gpus: int, duration: int, after: int) -> int | None:
        """Return the first start, not before `after`, at which a job would fit.

        None if it never does.
        """
        raise NotImplementedError("Timeline.earliest is still to be written")

    def dips(self, start: int, end: int) -> list[Step]:
        """Return where in a window filler work has room, and how many GPUs of it."""
        raise NotImplementedError("Timeline.dips is still to be written")

    def headroom(self, start: int, end: int) -> int:
        """Return how much filler work has room in a window, in GPUs times time."""
        raise NotImplementedError("Timeline.headroom is still to be written")
