"""The statement that finance gets."""

from datetime import UTC, datetime

from tokengate.contract import Contract
from tokengate.meter import Meter


def statement(contract: Contract, meter: Meter) -> str:
    """Return a line for each period and team, and one for what went over the quota."""
    lines = []
    for period, used in meter.by_period().items():
        begins = datetime.fromtimestamp(period.start, UTC).strftime("%Y-%m-%d %H:%M")
        for team in sorted(used):
            lines.append(f"{begins}  {team:<12}  {used[team]:>10,}")
        over = sum(used.values()) - contract.quota
        if over > 0:
            lines.append(f"{begins}  {'over quota':<12}  {over:>10,}")
    return "\n".join(lines)
