"""What authors do: measure an exercise and lock the result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import WorkspaceProblem
from harness.exercise import LOCK, Exercise, load_exercise
from harness.files import write_atomically
from scoring.baseline import BaselineError, baseline
from scoring.terms import Baseline


def lock_exercise(folder: Path) -> Baseline:
    """Measure an exercise and write its lock. Raises WorkspaceProblem with every shortfall.

    A proof in the lock stays there as long as nothing was changed since it was made.
    """
    exercise = load_exercise(folder)
    try:
        measured = baseline(exercise.kit(Baseline({}, {}, (), 0)))
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
