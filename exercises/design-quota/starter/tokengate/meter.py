"""What the teams have used."""

import threading
from collections import Counter

from tokengate.clock import Clock, SystemClock
from tokengate.contract import Contract
from tokengate.periods import Period, period_of


class Meter:
    """Counts tokens by period and team, after the fact."""

    def __init__(self, contract: Contract, *, clock: Clock | None = None) -> None:
        self._contract = contract
        self._clock = clock if clock is not None else SystemClock()
        self._used: dict[Period, Counter[str]] = {}
        self._lock = threading.Lock()

    def record(self, team: str, tokens: int) -> None:
        """Note that a team has used so many tokens just now."""
        self._contract.guarantee(team)
        if tokens < 0:
            raise ValueError(f"nobody can use {tokens} tokens")
        with self._lock:
            self._used.setdefault(self.period(), Counter())[team] += tokens

    def used(self, team: str | None = None) -> int:
        """Return what a team, or all together, have used in this period."""
        with self._lock:
            used = self._used.get(self.period(), Counter())
            return used.total() if team is None else used[team]

    def by_period(self) -> dict[Period, dict[str, int]]:
        """Return what each team has used in each period, the oldest first."""
        with self._lock:
            periods = sorted(self._used, key=lambda period: period.start)
            return {period: dict(self._used[period]) for period in periods}

    def period(self) -> Period:
        """Return the period that it is now."""
        return period_of(self._clock.now(), self._contract.period_seconds)
