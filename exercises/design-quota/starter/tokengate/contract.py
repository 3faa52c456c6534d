"""What we have bought, and what of it each team was promised."""

from collections.abc import Mapping
from dataclasses import dataclass

from tokengate.errors import UnknownTeam


@dataclass(frozen=True)
class Contract:
    """So many tokens a period, for all teams together.

    `guarantees` has every team that may use the contract, with the tokens that it was
    promised for each period. A team with 0 lives on what the others leave.
    """

    quota: int
    guarantees: Mapping[str, int]
    period_seconds: float = 86_400.0

    def __post_init__(self) -> None:
        if self.quota < 0:
            raise ValueError(f"a quota cannot be {self.quota}")
        if self.period_seconds <= 0:
            raise ValueError(f"a period cannot last {self.period_seconds} s")
        for team, tokens in self.guarantees.items():
            if tokens < 0:
                raise ValueError(f"{team} cannot be promised {tokens} tokens")
        if sum(self.guarantees.values()) > self.quota:
            raise ValueError("more is promised than there is")

    def guarantee(self, team: str) -> int:
        """Return what a team was promised; raise UnknownTeam if it has no part in this."""
        if team not in self.guarantees:
            raise UnknownTeam(team)
        return self.guarantees[team]
