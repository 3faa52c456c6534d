"""What can be wrong with a request to the plan."""


class PlanError(Exception):
    """A request is sound, but can't be granted."""


class OverCapacity(PlanError):
    """A booking asks for more GPUs than there are.

    `at` is the first moment of the booking at which there are too few, and `free` how
    many there are at that moment.
    """

    def __init__(self, name: str, at: int, free: int) -> None:
        super().__init__(f"{name}: only {free} free at {at}")
        self.name = name
        self.at = at
        self.free = free


class DuplicateJob(PlanError):
    """A name is booked already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is booked already")
        self.name = name


class UnknownJob(PlanError):
    """A name is not booked."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not booked")
        self.name = name
