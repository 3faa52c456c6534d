"""Whether an attempt says what the history says of it: whoever edits the one forgets the other.

Where the history is missing, was put aside, or knows the attempt in another folder, it says
nothing, and nobody is accused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harness import history
from harness.attempt import Attempt, Score
from harness.clock import Instant
from harness.errors import WorksampleError
from harness.exercise import Exercise
from scoring.model import Flag

DISAGREES = "attempt does not agree with the history"


@dataclass(frozen=True)
class Agreement:
    """The attempt as it counts: a first score that only the history knows is part of it.

    `flags` name what is told differently, and `notes` what is merely worth knowing.
    """

    attempt: Attempt
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()


def compare_with_history(attempt: Attempt, exercise: Exercise, workspace: Path) -> Agreement:
    """Compare an attempt with what the history and the exercise say of it."""
    plan = attempt.plan
    evidence = []
    notes = []
    agreed = exercise.limit_seconds * (1 + plan.extra_percent / 100)
    if not math.isclose(agreed, plan.limit_seconds):
        evidence.append(
            f"a limit of {plan.limit_seconds:.0f} s, where the exercise gives {agreed:.0f} s"
        )
    known = _known(attempt, workspace)
    if known is not None and attempt.started is not None:
        began = _utc(attempt.started)
        if known.started_at not in {"", began}:
            evidence.append(
                f"started at {_shown(began)}, in the history at {_shown(known.started_at)}"
            )
        first = known.official
        if first is not None and _differs(attempt, first):
            told = f"a score of {first.total:.1f} at {_shown(first.scored_at)}"
            if not attempt.scores and _was_cut_off(attempt, first):
                notes.append(f"{told} was cut off before it counted; this one replaces it")
            else:
                evidence.append(f"{told} is missing; it stays the one that counts")
                at = Instant(datetime.fromisoformat(first.scored_at), "", 0.0)
                score = Score(at, first.total, first.used_seconds, official=True)
                attempt = replace(attempt, scores=(score, *attempt.scores))
    flags = (Flag(DISAGREES, "; ".join(evidence)),) if evidence else ()
    return Agreement(attempt, flags, tuple(notes))


def _known(attempt: Attempt, workspace: Path) -> history.Known | None:
    try:
        known = history.known(attempt.plan.exercise, attempt.plan.number)
    except WorksampleError:
        return None
    return known if known is not None and known.workspace == str(workspace) else None


def _differs(attempt: Attempt, first: history.FirstScore) -> bool:
    official = attempt.official
    return official is None or (_utc(official.at), official.total) != (first.scored_at, first.total)


def _was_cut_off(attempt: Attempt, first: history.FirstScore) -> bool:
    """Whether it may be one that was killed between the history and the attempt."""
    began = attempt.score_began
    return began is not None and _utc(began.at) == first.scored_at


def _utc(moment: Instant) -> str:
    return moment.utc.isoformat(timespec="seconds")


def _shown(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
