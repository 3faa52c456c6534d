"""What the teams agreed on, and whose turn it is."""

from collections.abc import Iterable, Mapping
from fractions import Fraction


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


class Turns:
    """Whose turn it is, by what each team has had for its weight.

    A lease costs its team `1 / weight`, and the team that has paid least is next.
    Whoever was away comes back at the level that the others have reached: time in
    which a team wanted nothing is not saved up.
    """

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._paid: dict[str, Fraction] = {}
        self._level = Fraction(0)  # where the team stood that was lent to last

    def next_of(self, teams: Iterable[str]) -> str:
        """Return the team whose turn it is; of several, the first by name."""
        return min(teams, key=lambda team: (self._stand(team), team))

    def arrive(self, team: str) -> None:
        """Note that a team that had nothing waiting has submitted something."""
        self._paid[team] = max(self._stand(team), self._level)

    def charge(self, team: str) -> None:
        """Note that a team was lent something."""
        stand = self._stand(team)
        self._level = max(self._level, stand)
        self._paid[team] = stand + Fraction(1, self._shares.weight(team))

    def _stand(self, team: str) -> Fraction:
        return self._paid.get(team, self._level)
