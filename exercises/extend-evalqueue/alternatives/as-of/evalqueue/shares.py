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


class Passes:
    """Stride scheduling: each team has a pass, and the lowest pass goes next."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._passes: dict[str, float] = {}
        self._here: set[str] = set()  # who waited when somebody was chosen last

    def lowest(self, waiting: list[str]) -> str:
        """Return whose pass is lowest among the teams that wait."""
        stay = [self._passes[team] for team in waiting if team in self._here]
        floor = min(stay, default=max(self._passes.values(), default=0.0))
        for team in waiting:
            if team not in self._here:
                self._passes[team] = floor
        self._here = set(waiting)
        return min(waiting, key=lambda team: self._passes[team])

    def step(self, team: str) -> None:
        """Move a team's pass on, since it was lent a job."""
        self._passes[team] += 1 / self._shares.weight(team)
