"""Who has taken how much of one period's quota."""

from collections import Counter
from dataclasses import dataclass, field

from tokengate.contract import Contract


@dataclass
class Ledger:
    """What each team has used and holds.

    Count for each team what it has taken or was promised, whichever is more: the sum is
    never above the quota. So nobody can take what another team has yet to ask for. The
    ledger knows neither the time nor threads: whoever uses it holds a lock.
    """

    contract: Contract
    used: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    def taken(self, team: str) -> int:
        """Return what a team has used or holds."""
        return self.used[team] + self.held[team]

    def available(self, team: str) -> int:
        """Return the most that a team can take without breaking the rule above."""
        for_others = sum(
            max(self.taken(other), guarantee)
            for other, guarantee in self.contract.guarantees.items()
            if other != team
        )
        return self.contract.quota - for_others - self.taken(team)
