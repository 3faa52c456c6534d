"""Preparing a workspace: built out of sight, renamed into place, and only then on the clock."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
from dataclasses import asdict
from pathlib import Path

from harness import git
from harness.attempt import EVENTS_SCHEMA, Plan
from harness.clock import Clock
from harness.console import minutes
from harness.errors import WorkspaceProblem
from harness.exercise import Exercise
from harness.files import sync_folder
from harness.workspace import STATE_FOLDER, Workspace
from scoring.trees import write_tree

# Ours, and what the tools of this trade leave behind.
_EXCLUDED = (
    f"/{STATE_FOLDER}/", "__pycache__/", ".pytest_cache/", ".ruff_cache/", ".mypy_cache/",
    ".coverage",
)  # fmt: skip


def check_target(target: Path, exercise_id: str, clock: Clock) -> None:
    """Raises WorkspaceProblem when a new workspace can't be put there."""
    shown = shown_path(target)
    if not os.path.lexists(target):
        return
    another = _free_name(target)
    start_anew = f"new attempt: worksample start {exercise_id} --dir {another}"
    workspace = Workspace(target)
    if workspace.is_one():
        attempt = workspace.journal.read()
        used = attempt.used(clock())
        raise WorkspaceProblem(
            f"{shown} already exists (attempt {attempt.plan.number}, {minutes(used)} used)",
            f"continue: cd {typed_path(target)} && worksample status",
            start_anew,
        )
    if _is_empty_folder(target):
        raise WorkspaceProblem(
            f"{shown} already exists (an empty folder)",
            f"remove it: rmdir {typed_path(target)}",
            f"or choose another: worksample start {exercise_id} --dir {another}",
        )
    raise WorkspaceProblem(
        f"{shown} already exists and is not an attempt; it is left as it is",
        f"choose another folder: worksample start {exercise_id} --dir {another}",
    )


def create(exercise: Exercise, target: Path, plan: Plan, clock: Clock) -> Workspace:
    """Build the workspace beside its target, rename it into place, then start the clock.

    The plan's start commit is filled in here. Raises WorkspaceProblem and leaves nothing behind
    when it can't be built.
    """
    made = [folder for folder in target.parents if not folder.exists()]
    # Named before it is there: an interrupt can't come between the two.
    staging = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging.mkdir()
        write_tree(exercise.starter, staging)
        commit = git.create_repository(staging, f"Start of {exercise.id} {plan.version}")
        exclude = staging / ".git" / "info" / "exclude"
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_text("".join(f"{pattern}\n" for pattern in _EXCLUDED))
        built = Workspace(staging)
        built.state.mkdir()
        facts = {"schema": EVENTS_SCHEMA, "plan": {**asdict(plan), "start_commit": commit}}
        built.journal.append("prepared", facts)
        staging.rename(target)
        sync_folder(target.parent)
    except (OSError, git.GitError) as error:
        detail = getattr(error, "strerror", None) or error
        raise WorkspaceProblem(
            f"{shown_path(target)} can't be created: {detail}",
            f"choose a folder you can write to: worksample start {exercise.id} --dir DIR",
            "Nothing was created; the clock has not started.",
        ) from None
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
        with contextlib.suppress(OSError):
            # They go only when they are empty.
            for folder in made:
                folder.rmdir()
    workspace = Workspace(target)
    workspace.start_clock(clock)
    return workspace


def shown_path(path: Path) -> str:
    """A path as a person would type it here: ./name for a neighbour, ~ for the home folder."""
    here = Path.cwd()
    if path.parent == here:
        return f"./{path.name}"
    if path.is_relative_to(here):
        return f"./{path.relative_to(here)}"
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def typed_path(path: Path) -> str:
    """The same, as an argument of a shell: a neighbour needs no ./ in front."""
    text = shown_path(path).removeprefix("./")
    plain = text.removeprefix("~/")
    if shlex.quote(plain) == plain:
        return text
    # Quotes would keep the shell from reading the ~.
    return shlex.quote(str(path) if text.startswith("~") else text)


def _is_empty_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not any(path.iterdir())
    except PermissionError:
        return False


def _free_name(target: Path) -> str:
    number = 2
    while os.path.lexists(f"{target}-{number}"):
        number += 1
    return typed_path(Path(f"{target}-{number}"))
