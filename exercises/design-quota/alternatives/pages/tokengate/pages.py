"""A page for each period: what is used, what is held, and what is left for whom."""

from tokengate.contract import Contract
from tokengate.periods import Period


class Page:
    """One period's books.

    `_spare` is what nobody was promised and nobody has taken.
    """

    def __init__(self, contract: Contract, period: Period) -> None:
        self.period = period
        self.used = dict.fromkeys(contract.guarantees, 0)
        self.held = dict.fromkeys(contract.guarantees, 0)
        self._contract = contract
        self._spare = contract.quota - sum(contract.guarantees.values())

    def copy(self) -> "Page":
        """Return a page that can be changed without changing this one."""
        page = Page(self._contract, self.period)
        page.used.update(self.used)
        page.held.update(self.held)
        page._spare = self._spare
        return page

    def left_for(self, team: str) -> int:
        """Return what is left of a team's promise, and what anybody may have."""
        return self._spare + self._promise_left(team)

    def take(self, team: str, tokens: int) -> bool:
        """Hold tokens for a team if they are left; return whether they were."""
        if tokens > self.left_for(team):
            return False
        self._change(team, held=tokens)
        return True

    def settle(self, team: str, held: int, used: int) -> None:
        """Turn a hold into use, wholly or partly."""
        self._change(team, held=-held, used=used)

    def _promise_left(self, team: str) -> int:
        taken = self.used[team] + self.held[team]
        return max(0, self._contract.guarantees[team] - taken)

    def _beyond_promise(self, team: str) -> int:
        taken = self.used[team] + self.held[team]
        return max(0, taken - self._contract.guarantees[team])

    def _change(self, team: str, held: int = 0, used: int = 0) -> None:
        before = self._beyond_promise(team)
        self.held[team] += held
        self.used[team] += used
        self._spare += before - self._beyond_promise(team)
