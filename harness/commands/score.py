"""`worksample score`: stop the clock, grade, tell and write the report."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from harness import console
from harness.clock import Clock
from harness.errors import EnvironmentProblem
from harness.evaluate import Scored, score_attempt, scorecard_to_json
from harness.workspace import Workspace, find_workspace
from scoring.model import Component, Scorecard
from scoring.warm import WarmServers

# Columns of a reason: as a rule, and at most before the points go out of line.
_REASON, _LONG_REASON = 38, 56


def score(
    directory: Path,
    *,
    min_score: Decimal | None,
    strict_time: bool,
    as_json: bool,
    clock: Clock,
    servers: WarmServers | None,
) -> int:
    """`servers` were started ahead; without any, they are started here."""
    workspace = find_workspace(directory)
    with console.busy("The clock is stopped; grading"):
        scored = score_attempt(workspace, clock, servers, console.err)
    card = scored.scorecard
    for warning in scored.warnings:
        console.warn(warning)
    if as_json:
        facts = json.loads(scorecard_to_json(card))
        console.out_json(
            {**facts, "sandbox": card.environment.sandbox, "report": str(workspace.report)}
        )
    else:
        _tell(workspace, scored, directory)
    if card.total is None:
        console.warn(f"this attempt could not be graded: {card.reason}")
        console.err("  that is not your doing, and the clock goes on; see: worksample doctor")
        return EnvironmentProblem.exit_code
    if strict_time and card.late:
        return 5
    if min_score is not None and Decimal(str(card.total)) < min_score:
        return 1
    return 0


def _tell(workspace: Workspace, scored: Scored, directory: Path) -> None:
    card = scored.scorecard
    clocking = card.clocking
    limit = console.minutes(clocking.limit)
    if card.record is not None and card.record.after_feedback:
        console.out("Scored again, after feedback; the first score stands")
    elif card.total is not None:
        console.out(f"Stopped the clock at {console.minutes(scored.used)} of {limit}")
    width = max([_REASON, *(len(each.reason) for each in card.components)])
    for component in card.components:
        console.out(_line(component, min(width, _LONG_REASON)))
    if card.cap is not None:
        console.out(f"Capped at {card.cap:g}: {card.cap_reason}")
    if card.late:
        console.out(_late(card))
    for flag in card.flags:
        console.warn(f"{flag.kind}: {flag.evidence}")
    if card.total is not None:
        verdict = "passed" if card.passed else "not passed"
        console.out(f"Score {card.total:.1f} / 100   {verdict} (needs {card.pass_mark:g})")
    report = workspace.report
    here = directory.resolve()
    console.out(f"Report  {report.relative_to(here) if report.is_relative_to(here) else report}")


def _line(component: Component, width: int) -> str:
    points = (
        "not measured"
        if component.value is None
        else f"{component.points:>5.1f} / {component.out_of:g}"
    )
    return f"{component.title:<16} {component.reason:<{width}} {points}"


def _late(card: Scorecard) -> str:
    clocking = card.clocking
    text = f"Late by {console.minutes(clocking.late_by)}: x {clocking.factor:.2f}"
    if clocking.bell_total is not None:
        text += (
            f" makes {clocking.late_total:.1f}; the last snapshot in time scores "
            f"{clocking.bell_total:.1f}; the better one counts"
        )
    return text
