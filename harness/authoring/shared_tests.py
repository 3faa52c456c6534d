"""Modules that exercises share for tests of threads and of asyncio: copied, never imported.

A workspace has to run without worksample, so each exercise that needs one has a copy of its own.
"""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageProblem, WorkspaceProblem, problem_with
from harness.exercise import Exercise
from harness.files import write_atomically
from harness.resources import packaged_templates

# What each is for.
SHARED = {
    "interleave": "threads that take turns at every line of a package",
    "virtual_time": "an event loop whose clock jumps instead of waiting",
}


def shared_text(name: str) -> bytes:
    """The module as every exercise has it. Raises UsageProblem for a name that is none."""
    if name not in SHARED:
        listed = "; ".join(f"{each}: {what}" for each, what in SHARED.items())
        raise UsageProblem(f"there is no helper '{name}'", f"these there are: {listed}")
    return (packaged_templates() / "testing" / f"{name}.py").read_bytes()


def add_shared(exercise: Exercise, name: str) -> tuple[Path, bool]:
    """Where the starter's tests have the module now, and whether it was put there just now.

    Raises UsageProblem for a name that is none, WorkspaceProblem where another file is in the way,
    EnvironmentProblem where the machine refuses.
    """
    text = shared_text(name)
    path = exercise.folder / "starter" / exercise.manifest.tests[0] / f"{name}.py"
    try:
        if not path.exists():
            write_atomically(path, text)
            return path, True
        if path.read_bytes() == text:
            return path, False
    except OSError as error:
        raise problem_with(error)(
            f"{path} can't be written: {error.strerror or error}", "nothing was changed"
        ) from None
    raise WorkspaceProblem(
        f"{path} is there already, and is another one than all exercises share",
        "keep what you need of it elsewhere, remove it, and run this again",
    )
