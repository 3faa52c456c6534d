"""What the teams agreed on, and who has had how much of it."""

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


class Balance:
    """What each waiting team is owed, in jobs.

    Each lease is shared out among those who wait for it, by weight, and taken off
    the one who gets it. Whoever does not wait is owed nothing and owes nothing.
    """

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._owed: dict[str, float] = {}

    def serve(self, waiting: set[str]) -> str:
        """Return the team that gets the next job."""
        owed = {team: self._owed.get(team, 0.0) for team in sorted(waiting)}
        total = sum(self._shares.weight(team) for team in owed)
        for team in owed:
            owed[team] += self._shares.weight(team) / total
        chosen = max(owed, key=lambda team: owed[team])
        owed[chosen] -= 1
        self._owed = owed
        return chosen
