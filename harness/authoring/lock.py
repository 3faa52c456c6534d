"""What authors do: measure an exercise and lock the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.environments import environment_for
from harness.errors import WorkspaceProblem
from harness.exercise import LOCK, Exercise, load_exercise
from harness.files import write_atomically
from scoring.baseline import BaselineError, baseline
from scoring.runner import Runner
from scoring.terms import Baseline


def lock_exercise(
    folder: Path,
    runner: Runner | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> Baseline:
    """Measure an exercise and write its lock. Raises WorkspaceProblem with every shortfall.

    A `runner` has to have the packages that the exercise requires; without one they are installed,
    if need be, which `announce` is told. A proof in the lock stays there as long as nothing was
    changed since it was made.
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
    proof = exercise.recorded_proof()
    if proof is not None and proof.get("sha256") != exercise.sha256:
        proof = None
    write_lock(exercise, measured, proof)
    return measured


def write_lock(exercise: Exercise, facts: Baseline, proof: Mapping[str, Any] | None) -> None:
    """Replace the lock unless it says the same already. Raises OSError."""
    path, text = exercise.folder / LOCK, exercise.lock_text(facts, proof).encode()
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)
