"""Reserve tokens before they are spent, then settle what was spent.

    hold = book.reserve("search", 1_200, key="job-81/try")
    ...                                   # ask the model
    book.commit(hold.id, 900)             # 300 are given back

The protocol is in README.md.
"""

import uuid
from dataclasses import dataclass

from tokengate.clock import Clock, SystemClock
from tokengate.contract import Contract
from tokengate.errors import AlreadySettled, Denied, HoldExpired, KeyReused, UnknownHold
from tokengate.periods import period_of


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
        self._contract = contract
        self._clock = clock or SystemClock()
        self._hold_seconds = hold_seconds
        self._holds = {}
        self._keys = {}
        self._receipts = {}
        self._periods = {}

    def reserve(self, team: str, tokens: int, *, key: str) -> Hold:
        """Set tokens aside, all or none of them.

        The same team, key and tokens again get the first hold again. Raises Denied if
        there is no room, KeyReused if the team had this key for other tokens,
        UnknownTeam, and ValueError for fewer than 1 token.
        """
        self._contract.guarantee(team)
        if tokens < 1:
            raise ValueError(tokens)
        if (team, key) in self._keys:
            hold = self._keys[team, key]
            if hold.tokens != tokens:
                raise KeyReused(key)
            return hold
        available = self.standing(team).available
        if tokens > available:
            raise Denied(team, tokens, available, self._period().end)
        expires_at = self._clock.now() + self._hold_seconds
        hold = Hold(uuid.uuid4().hex, team, tokens, expires_at)
        self._holds[hold.id] = self._keys[team, key] = hold
        self._periods[hold.id] = self._period()
        return hold

    def commit(self, hold_id: str, tokens: int) -> Receipt:
        """Settle a hold: so many of its tokens were used, the rest is given back.

        The same again gets the same receipt. Raises AlreadySettled if it was settled with
        other tokens, HoldExpired, UnknownHold, and ValueError unless 0 <= tokens <= held.
        """
        if hold_id not in self._holds:
            raise UnknownHold(hold_id)
        hold = self._holds[hold_id]
        if hold_id in self._receipts:
            if self._receipts[hold_id].used != tokens:
                raise AlreadySettled(hold_id)
            return self._receipts[hold_id]
        if self._clock.now() >= hold.expires_at:
            raise HoldExpired(hold_id)
        if not 0 <= tokens <= hold.tokens:
            raise ValueError(tokens)
        receipt = Receipt(hold_id, hold.team, tokens, hold.tokens - tokens)
        self._receipts[hold_id] = receipt
        return receipt

    def refund(self, hold_id: str) -> Receipt:
        """Settle a hold of which nothing was used: a commit of 0."""
        return self.commit(hold_id, 0)

    def standing(self, team: str) -> Standing:
        """Return where a team stands in this period; raise UnknownTeam."""
        self._contract.guarantee(team)
        used = held = others = 0
        for hold in self._holds.values():
            if self._periods[hold.id] != self._period():
                continue
            if hold.id in self._receipts:
                taken = self._receipts[hold.id].used
                used += taken if hold.team == team else 0
            else:
                taken = hold.tokens if self._clock.now() < hold.expires_at else 0
                held += taken if hold.team == team else 0
            others += taken if hold.team != team else 0
        available = self._contract.quota - others - used - held
        return Standing(team, used, held, available)

    def _period(self):
        return period_of(self._clock.now(), self._contract.period_seconds)
