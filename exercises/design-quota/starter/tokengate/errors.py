"""What can go wrong at the gate."""


class OutOfTokens(Exception):
    """Everything that the contract has for this period is used."""


class UnknownTeam(LookupError):
    """A team that has no part in the contract."""


class QuotaError(Exception):
    """What a QuotaBook refuses."""


class Denied(QuotaError):
    """There is no room for so many tokens now.

    `available` is how many would be granted instead, and `retry_at` the earliest time at
    which this request would be granted if nobody did anything until then; None if it
    would never be.
    """

    def __init__(
        self, team: str, requested: int, available: int, retry_at: float | None
    ) -> None:
        super().__init__(f"{team} asked for {requested} tokens, {available} are there")
        self.team = team
        self.requested = requested
        self.available = available
        self.retry_at = retry_at


class KeyReused(QuotaError):
    """A key that this team has used for another number of tokens."""


class UnknownHold(QuotaError):
    """An id that no hold has."""


class HoldExpired(QuotaError):
    """A hold that was not settled in time; its tokens have been given back."""


class AlreadySettled(QuotaError):
    """A hold that was settled with another number of tokens."""
