"""What authors do: measure an exercise and lock the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.environments import environment_for
from harness.errors import WorkspaceProblem
from harness.exercise import LOCK, load_exercise
from harness.files import write_atomically
from scoring.engine import BaselineError, baseline
from scoring.runner import Runner
from scoring.terms import Baseline


def lock_exercise(
    folder: Path,
    runner: Runner | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> Baseline:
    """Measure an exercise and write its lock. Raises WorkspaceProblem with every shortfall.

    A `runner` has to have the packages that the exercise requires; without one they are installed,
    if need be, which `announce` is told.
    """
    exercise = load_exercise(folder)
    if runner is None:
        site = environment_for(exercise.manifest.requires, announce)
        with Runner(site=site) as own:
            return lock_exercise(folder, own)
    try:
        measured = baseline(exercise.kit(Baseline({}, {}, (), 0)), runner)
    except BaselineError as error:
        problems = "".join(f"\n  {line}" for line in str(error).splitlines())
        raise WorkspaceProblem(
            f"{folder} does not behave as an exercise should:{problems}",
            "correct it, then lock it again",
        ) from None
    write_atomically(folder / LOCK, exercise.lock_text(measured).encode())
    return measured
