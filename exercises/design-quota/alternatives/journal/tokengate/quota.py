"""Reserve tokens before they are spent, then settle what was spent.

    hold = book.reserve("search", 1_200, key="job-81/try")
    ...                                   # ask the model
    book.commit(hold.id, 900)             # 300 are given back

The protocol is in README.md.
"""

import threading
from dataclasses import dataclass, replace

from tokengate.clock import Clock, SystemClock
from tokengate.contract import Contract
from tokengate.errors import AlreadySettled, Denied, HoldExpired, KeyReused, UnknownHold
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


@dataclass(frozen=True)
class _Line:
    """A line of the journal. All that is known follows from these lines and the time."""

    hold: Hold
    key: str
    period: Period
    settled: int | None = None

    def used(self) -> int:
        return self.settled or 0

    def held(self, now: float) -> int:
        waits = self.settled is None and now < self.hold.expires_at
        return self.hold.tokens if waits else 0


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
        self._condition = threading.Condition(threading.RLock())
        self._journal: list[_Line] = []
        self._seen = float("-inf")

    def reserve(self, team: str, tokens: int, *, key: str) -> Hold:
        """Set tokens aside, all or none of them.

        The same team, key and tokens again get the first hold again. Raises Denied if
        there is no room, KeyReused if the team had this key for other tokens,
        UnknownTeam, and ValueError for fewer than 1 token.
        """
        self._contract.guarantee(team)
        if tokens < 1:
            raise ValueError(f"nobody can reserve {tokens} tokens")
        with self._condition:
            now = self._time()
            for line in self._journal:
                if (line.hold.team, line.key) == (team, key):
                    if line.hold.tokens == tokens:
                        return line.hold
                    raise KeyReused(key)
            available = self._available(team, now)
            if tokens > available:
                raise Denied(team, tokens, available, self._when(team, tokens, now))
            number = len(self._journal)
            hold = Hold(str(number), team, tokens, now + self._hold_seconds)
            self._journal.append(_Line(hold, key, self._period(now)))
            return hold

    def commit(self, hold_id: str, tokens: int) -> Receipt:
        """Settle a hold: so many of its tokens were used, the rest is given back.

        The same again gets the same receipt. Raises AlreadySettled if it was settled with
        other tokens, HoldExpired, UnknownHold, and ValueError unless 0 <= tokens <= held.
        """
        with self._condition:
            now = self._time()
            known = {line.hold.id: number for number, line in enumerate(self._journal)}
            if hold_id not in known:
                raise UnknownHold(hold_id)
            line = self._journal[known[hold_id]]
            if line.settled is None:
                if not line.held(now):
                    raise HoldExpired(hold_id)
                if tokens < 0 or tokens > line.hold.tokens:
                    raise ValueError(f"not between 0 and {line.hold.tokens}: {tokens}")
                self._journal[known[hold_id]] = replace(line, settled=tokens)
            elif line.settled != tokens:
                raise AlreadySettled(hold_id)
            rest = line.hold.tokens - tokens
            return Receipt(hold_id, line.hold.team, tokens, rest)

    def refund(self, hold_id: str) -> Receipt:
        """Settle a hold of which nothing was used: a commit of 0."""
        return self.commit(hold_id, tokens=0)

    def standing(self, team: str) -> Standing:
        """Return where a team stands in this period; raise UnknownTeam."""
        self._contract.guarantee(team)
        with self._condition:
            now = self._time()
            mine = [line for line in self._today(now) if line.hold.team == team]
            return Standing(
                team,
                used=sum(line.used() for line in mine),
                held=sum(line.held(now) for line in mine),
                available=self._available(team, now),
            )

    def _time(self) -> float:
        self._seen = max(self._seen, self._clock.now())
        return self._seen

    def _period(self, now: float) -> Period:
        return period_of(now, self._contract.period_seconds)

    def _today(self, now: float) -> list[_Line]:
        period = self._period(now)
        return [line for line in self._journal if line.period == period]

    def _available(self, team: str, now: float) -> int:
        taken = dict.fromkeys(self._contract.guarantees, 0)
        for line in self._today(now):
            taken[line.hold.team] += line.used() + line.held(now)
        left = self._contract.quota - taken[team]
        for other, guarantee in self._contract.guarantees.items():
            if other != team:
                left -= max(taken[other], guarantee)
        return left

    def _when(self, team: str, tokens: int, now: float) -> float | None:
        """Try each moment at which anything happens by itself."""
        end = self._period(now).end
        moments = {line.hold.expires_at for line in self._journal} | {end}
        for moment in sorted(each for each in moments if now < each <= end):
            if tokens <= self._available(team, moment):
                return moment
        return None
