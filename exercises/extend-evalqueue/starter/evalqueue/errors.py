"""What can go wrong between a queue and those who use it."""


class QueueError(Exception):
    """Any refusal by the queue that is not about a malformed value."""


class UnknownJob(QueueError):
    """No job has this id."""


class WrongState(QueueError):
    """The job is not in a state in which that can be done to it."""


class LeaseLost(QueueError):
    """The token belongs to no lease that still counts for anything."""


class ResultConflict(QueueError):
    """The lease has brought a result already, and it was another one."""


class JournalDamaged(QueueError):
    """The journal holds something that a crash alone cannot have left there."""
