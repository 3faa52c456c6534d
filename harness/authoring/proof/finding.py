"""What a rule found, and what of it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Figure = int | float | str | list[str]


@dataclass(frozen=True)
class Finding:
    """The answer of a rule: it holds where there is no problem.

    `figures` are the same each time and are recorded in the proof; `text` puts them in words and
    may hold what differs from run to run, such as seconds. `waived` says what is not asked for
    here, and why.
    """

    text: str
    figures: Mapping[str, Figure]
    problems: tuple[str, ...] = ()
    waived: str = ""

    @property
    def ok(self) -> bool:
        return not self.problems
