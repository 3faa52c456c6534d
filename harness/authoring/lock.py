"""What authors do: measure an exercise and lock the result."""

from __future__ import annotations

from pathlib import Path

from harness.errors import WorkspaceProblem
from harness.exercise import LOCK, load_exercise
from harness.files import write_atomically
from scoring.baseline import BaselineError, baseline
from scoring.terms import Baseline


def lock_exercise(folder: Path) -> Baseline:
    """Measure an exercise and write its lock. Raises WorkspaceProblem with every shortfall."""
    exercise = load_exercise(folder)
    try:
        measured = baseline(exercise.kit(Baseline({}, {}, (), 0)))
    except BaselineError as error:
        problems = "".join(f"\n  {line}" for line in str(error).splitlines())
        raise WorkspaceProblem(
            f"{folder} does not behave as an exercise should:{problems}",
            "correct it, then lock it again",
        ) from None
    write_atomically(folder / LOCK, exercise.lock_text(measured).encode())
    return measured
