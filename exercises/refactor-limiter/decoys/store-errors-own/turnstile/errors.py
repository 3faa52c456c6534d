"""What can go wrong."""


class LimiterError(Exception):
    """No decision could be made."""


class StoreUnavailable(LimiterError):
    """The store did not do what it was asked for; `__cause__` is what it raised."""


class StateUnreadable(LimiterError):
    """What is kept for a caller is not what the rule's algorithm writes."""


class UnknownAlgorithm(LimiterError, ValueError):
    """Nobody added an algorithm of that name; the message has those that there are."""
