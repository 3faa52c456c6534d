"""`worksample author lock`: measure an exercise as it stands."""

from __future__ import annotations

from pathlib import Path

from harness import console
from harness.authoring.lock import lock_exercise
from harness.exercise import LOCK


def lock(folder: Path, *, as_json: bool) -> int:
    with console.busy("Measuring"):
        baseline = lock_exercise(folder, announce=console.err)
    visible = baseline.visible.values()
    passed = sum(outcome == "passed" for outcome in visible)
    if as_json:
        console.out_json(
            {
                "lock": str(folder / LOCK),
                "visible": dict(baseline.visible),
                "hidden": dict(baseline.hidden),
                "caught_by_starter": list(baseline.caught_by_starter),
                "reference_churn": baseline.reference_churn,
                "excess": vars(baseline.excess) if baseline.excess is not None else None,
                "targeted_lint": dict(baseline.targeted),
            }
        )
        return 0
    console.out(f"Locked  {folder / LOCK}")
    console.out(
        f"Tests   {len(visible)} visible ({passed} passed, {len(visible) - passed} failed), "
        f"{len(baseline.hidden)} hidden"
    )
    given = ", ".join(baseline.caught_by_starter) or "none"
    console.out(f"Faults  caught by the starter's own tests: {given}")
    console.out(f"Churn   {baseline.reference_churn} lines")
    if baseline.excess is not None:
        console.out(
            f"Excess  complexity {baseline.excess.starter}, "
            f"of which the solution leaves {baseline.excess.reference}"
        )
    if baseline.targeted:
        rules = ", ".join(f"{number} {rule}" for rule, number in baseline.targeted.items())
        console.out(f"Lint    findings that the solution takes out: {rules}")
    return 0
