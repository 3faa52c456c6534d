"""Reserve tokens before they are spent, then settle what was spent.

    hold = book.reserve("search", 1_200, key="job-81/try")
    ...                                   # ask the model
    book.commit(hold.id, 900)             # 300 are given back

The protocol is in README.md.
"""

import heapq
import secrets
from dataclasses import dataclass, field
from threading import RLock

from tokengate.clock import Clock, SystemClock
from tokengate.contract import Contract
from tokengate.pages import Page
from tokengate.periods import period_of
from tokengate.errors import AlreadySettled, Denied, HoldExpired, KeyReused, UnknownHold


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


@dataclass(order=True)
class _Slot:
    """A hold on the page of its period."""

    expires_at: float
    hold: Hold = field(compare=False)
    page: Page = field(compare=False)
    outcome: Receipt | None = field(default=None, compare=False)
    over: bool = field(default=False, compare=False)


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
        self._lock = RLock()
        self._time = self._clock.now()
        self._page = self._new_page()
        self._slots: dict[str, _Slot] = {}
        self._due: list[_Slot] = []
        self._keys: dict[str, dict[str, Hold]] = {}

    def reserve(self, team: str, tokens: int, *, key: str) -> Hold:
        """Set tokens aside, all or none of them.

        The same team, key and tokens again get the first hold again. Raises Denied if
        there is no room, KeyReused if the team had this key for other tokens,
        UnknownTeam, and ValueError for fewer than 1 token.
        """
        self._contract.guarantee(team)
        if tokens <= 0:
            raise ValueError(f"{tokens} tokens")
        with self._lock:
            self._tick()
            hold = self._keys.setdefault(team, {}).get(key)
            if hold is None:
                if not self._page.take(team, tokens):
                    left = self._page.left_for(team)
                    raise Denied(team, tokens, left, self._next_chance(team, tokens))
                hold = Hold(
                    secrets.token_hex(8), team, tokens, self._time + self._hold_seconds
                )
                slot = _Slot(hold.expires_at, hold, self._page)
                self._slots[hold.id] = slot
                self._keys[team][key] = hold
                heapq.heappush(self._due, slot)
            if hold.tokens != tokens:
                raise KeyReused(key)
            return hold

    def commit(self, hold_id: str, tokens: int) -> Receipt:
        """Settle a hold: so many of its tokens were used, the rest is given back.

        The same again gets the same receipt. Raises AlreadySettled if it was settled with
        other tokens, HoldExpired, UnknownHold, and ValueError unless 0 <= tokens <= held.
        """
        with self._lock:
            self._tick()
            try:
                slot = self._slots[hold_id]
            except KeyError:
                raise UnknownHold(hold_id) from None
            hold = slot.hold
            if slot.outcome is None and slot.over:
                raise HoldExpired(hold_id)
            if slot.outcome is None:
                if tokens not in range(hold.tokens + 1):
                    raise ValueError(f"{tokens} tokens of {hold.tokens}")
                slot.page.settle(hold.team, hold.tokens, tokens)
                rest = hold.tokens - tokens
                slot.outcome = Receipt(hold_id, hold.team, tokens, rest)
                slot.over = True
            if slot.outcome.used != tokens:
                raise AlreadySettled(hold_id)
            return slot.outcome

    def refund(self, hold_id: str) -> Receipt:
        """Settle a hold of which nothing was used: a commit of 0."""
        return self.commit(hold_id, 0)

    def standing(self, team: str) -> Standing:
        """Return where a team stands in this period; raise UnknownTeam."""
        self._contract.guarantee(team)
        with self._lock:
            self._tick()
            page = self._page
            used, held = page.used[team], page.held[team]
            return Standing(team, used, held, page.left_for(team))

    def _new_page(self) -> Page:
        period = period_of(self._time, self._contract.period_seconds)
        return Page(self._contract, period)

    def _tick(self) -> None:
        """Bring the book up to the time, which only ever goes on."""
        if self._clock.now() > self._time:
            self._time = self._clock.now()
        while self._due and self._due[0].expires_at <= self._time:
            slot = heapq.heappop(self._due)
            if not slot.over:
                slot.page.settle(slot.hold.team, slot.hold.tokens, 0)
                slot.over = True
        if self._time >= self._page.period.end:
            self._page = self._new_page()

    def _next_chance(self, team: str, tokens: int) -> float | None:
        if tokens > Page(self._contract, self._page.period).left_for(team):
            return None
        page = self._page.copy()
        for slot in sorted(self._due):
            if slot.over or slot.page is not self._page:
                continue
            page.settle(slot.hold.team, slot.hold.tokens, 0)
            if page.left_for(team) >= tokens:
                return min(slot.expires_at, page.period.end)
        return page.period.end
