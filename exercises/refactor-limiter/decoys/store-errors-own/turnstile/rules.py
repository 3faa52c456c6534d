"""Rules: who may call how often, and what that is asked of."""

import re
from dataclasses import dataclass

from turnstile.registry import is_algorithm

_LINE = re.compile(
    r"(?P<name>[\w-]+)\s+(?P<algorithm>[\w-]+)\s+(?P<limit>\d+)/(?P<period>\d+(\.\d+)?)"
    r"(\s+per\s+(?P<per>user|address|all))?(\s+on\s+(?P<on>/\S*))?"
)


@dataclass(frozen=True)
class Rule:
    """At most `limit` in `period` seconds, for each user or address, or for all.

    It holds for calls whose path begins with `on`.
    """

    name: str
    algorithm: str
    limit: int
    period: float
    per: str = "user"
    on: str = "/"


def read_rules(text: str) -> list[Rule]:
    """Return the rules of a file, such as `login fixed 5/60 per address on /login`.

    Blank lines and those that begin with `#` are left out. Raises ValueError for any
    other line, and for an algorithm that there is not.
    """
    rules = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or int(found["limit"]) < 1 or float(found["period"]) <= 0:
            raise ValueError(f"line {number} is no rule: {line}")
        if not is_algorithm(found["algorithm"]):
            raise ValueError(f"line {number}: unknown algorithm: {found['algorithm']}")
        rules.append(
            Rule(
                found["name"],
                found["algorithm"],
                int(found["limit"]),
                float(found["period"]),
                found["per"] or "user",
                found["on"] or "/",
            )
        )
    return rules
