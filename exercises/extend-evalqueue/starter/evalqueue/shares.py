"""What the teams agreed on."""

from collections.abc import Iterable, Mapping


class Shares:
    """How much each team is to have, as whole numbers that only mean a proportion.

    A team that nobody named has the weight 1.
    """

    def __init__(self, weights: Mapping[str, int] | None = None) -> None:
        self._weights = dict(weights or {})
        for team, weight in self._weights.items():
            if weight < 1:
                raise ValueError(f"the weight of {team} is {weight}, which is below 1")

    def weight(self, team: str) -> int:
        """Return the weight of a team."""
        return self._weights.get(team, 1)

    def percent(self, teams: Iterable[str]) -> dict[str, float]:
        """Return what is agreed for each of these teams if no others are there."""
        weights = {team: self.weight(team) for team in sorted(set(teams))}
        total = sum(weights.values())
        return {team: 100 * weight / total for team, weight in weights.items()}
