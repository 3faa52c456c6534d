"""Reserve tokens before they are spent, then settle what was spent.

    hold = book.reserve("search", 1_200, key="job-81/try")
    ...                                   # ask the model
    book.commit(hold.id, 900)             # 300 are given back

The protocol is in README.md, what is always true of a book in `ledger`.
"""

import threading
from dataclasses import dataclass

from tokengate.clock import Clock, SystemClock
from tokengate.contract import Contract
from tokengate.errors import (
    AlreadySettled,
    Denied,
    HoldExpired,
    KeyReused,
    UnknownHold,
)
from tokengate.ledger import Ledger
from tokengate.periods import Period, period_of


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


@dataclass
class _Entry:
    """A hold with the period that it belongs to, and its receipt once it is settled."""

    hold: Hold
    period: Period
    receipt: Receipt | None = None


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
        self._clock = clock if clock is not None else SystemClock()
        self._hold_seconds = hold_seconds
        self._lock = threading.Lock()  # guards all of the following
        self._now = self._clock.now()
        self._period = period_of(self._now, contract.period_seconds)
        self._ledger = Ledger(contract)
        self._entries: dict[str, _Entry] = {}
        self._by_key: dict[tuple[str, str], Hold] = {}
        # Neither settled nor expired. All last equally long, so the first expires first.
        self._open: dict[str, _Entry] = {}

    def reserve(self, team: str, tokens: int, *, key: str) -> Hold:
        """Set tokens aside, all or none of them.

        The same team, key and tokens again get the first hold again. Raises Denied if
        there is no room, KeyReused if the team had this key for other tokens,
        UnknownTeam, and ValueError for fewer than 1 token.
        """
        self._contract.guarantee(team)
        if tokens < 1:
            raise ValueError(f"nobody can reserve {tokens} tokens")
        with self._lock:
            self._catch_up()
            known = self._by_key.get((team, key))
            if known is not None:
                if known.tokens != tokens:
                    raise KeyReused(f"{team} had {key!r} for {known.tokens} tokens")
                return known
            available = self._ledger.available(team)
            if tokens > available:
                raise Denied(team, tokens, available, self._retry_at(team, tokens))
            return self._open_hold(team, tokens, key)

    def commit(self, hold_id: str, tokens: int) -> Receipt:
        """Settle a hold: so many of its tokens were used, the rest is given back.

        The same again gets the same receipt. Raises AlreadySettled if it was settled with
        other tokens, HoldExpired, UnknownHold, and ValueError unless 0 <= tokens <= held.
        """
        with self._lock:
            self._catch_up()
            entry = self._entries.get(hold_id)
            if entry is None:
                raise UnknownHold(hold_id)
            if entry.receipt is not None:
                if entry.receipt.used != tokens:
                    raise AlreadySettled(hold_id)
                return entry.receipt
            if hold_id not in self._open:
                raise HoldExpired(hold_id)
            held = entry.hold.tokens
            if not 0 <= tokens <= held:
                raise ValueError(f"{tokens} of {held} tokens cannot be used")
            self._close(entry, used=tokens)
            entry.receipt = Receipt(hold_id, entry.hold.team, tokens, held - tokens)
            return entry.receipt

    def refund(self, hold_id: str) -> Receipt:
        """Settle a hold of which nothing was used: a commit of 0."""
        return self.commit(hold_id, 0)

    def standing(self, team: str) -> Standing:
        """Return where a team stands in this period; raise UnknownTeam."""
        self._contract.guarantee(team)
        with self._lock:
            self._catch_up()
            ledger = self._ledger
            return Standing(
                team, ledger.used[team], ledger.held[team], ledger.available(team)
            )

    def _catch_up(self) -> None:
        """Let time pass: expire what is due, and begin a new period where one is due."""
        self._now = max(self._now, self._clock.now())
        for entry in list(self._open.values()):
            if entry.hold.expires_at <= self._now:
                self._close(entry, used=0)
        period = period_of(self._now, self._contract.period_seconds)
        if period != self._period:
            self._period = period
            self._ledger = Ledger(self._contract)

    def _open_hold(self, team: str, tokens: int, key: str) -> Hold:
        expires_at = self._now + self._hold_seconds
        hold = Hold(f"hold-{len(self._entries)}", team, tokens, expires_at)
        entry = _Entry(hold, self._period)
        self._entries[hold.id] = self._open[hold.id] = entry
        self._by_key[team, key] = hold
        self._ledger.held[team] += tokens
        return hold

    def _close(self, entry: _Entry, *, used: int) -> None:
        """End a hold. Only a hold of this period moves anything in this period's ledger."""
        hold = entry.hold
        del self._open[hold.id]
        if entry.period == self._period:
            self._ledger.held[hold.team] -= hold.tokens
            self._ledger.used[hold.team] += used

    def _retry_at(self, team: str, tokens: int) -> float | None:
        """Return when so many tokens would be granted if nobody did anything."""
        if tokens > Ledger(self._contract).available(team):
            return None
        available = self._ledger.available(team)
        for entry in self._open.values():
            hold = entry.hold
            if entry.period == self._period:
                available += hold.tokens
                if tokens <= available:
                    return min(hold.expires_at, self._period.end)
        return self._period.end
