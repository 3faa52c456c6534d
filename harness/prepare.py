"""Preparing a workspace: built out of sight, renamed into place, and only then on the clock."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import shutil
from dataclasses import asdict
from pathlib import Path

from harness import git
from harness.attempt import EVENTS_SCHEMA, Plan
from harness.clock import Clock
from harness.console import minutes
from harness.errors import EnvironmentProblem, WorksampleError, WorkspaceProblem, problem_with
from harness.exercise import Exercise
from harness.files import sync_folder
from harness.workspace import STATE_FOLDER, Workspace
from scoring.trees import write_tree

# Ours, and what the tools of this trade leave behind.
_EXCLUDED = (
    f"/{STATE_FOLDER}/", "__pycache__/", ".*_cache/", ".coverage",
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

    The plan's start commit is filled in here. What a start that was killed left there is removed
    first. Raises WorkspaceProblem or, where the machine refuses, EnvironmentProblem, and leaves
    nothing behind when it can't be built.
    """
    made = [folder for folder in target.parents if not folder.exists()]
    # Named before it is there: an interrupt can't come between the two.
    staging = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    try:
        _remove_unfinished(target)
        built = Workspace(staging)
        try:
            built.state.mkdir(parents=True)
        except FileNotFoundError:
            # Another start took the folder for a leftover in the very moment it was empty.
            built.state.mkdir(parents=True)
        # Held, so that another start sees that this one is alive.
        with built.journal.lock():
            _build(exercise, plan, built)
            staging.rename(target)
    except (OSError, git.GitError, WorksampleError) as error:
        if staging.exists() and os.path.lexists(target):
            # Somebody put it there meanwhile: another start, perhaps.
            check_target(target, exercise.id, clock)
        kind = _problem_with(error)
        room = "make room, or " if kind is EnvironmentProblem else ""
        raise kind(
            f"{shown_path(target)} can't be created: {_detail(error)}",
            f"{room}choose a folder you can write to: worksample start {exercise.id} --dir DIR",
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
    try:
        sync_folder(target.parent)
        workspace.start_clock(clock)
    except (OSError, WorksampleError) as error:
        raise _problem_with(error)(
            f"{shown_path(target)} was created, but its clock can't start: {_detail(error)}",
            "make room, or give yourself the right to write there; "
            f"then start it: cd {typed_path(target)} && worksample status",
        ) from None
    return workspace


def _build(exercise: Exercise, plan: Plan, workspace: Workspace) -> None:
    """Fill an empty workspace. Raises OSError, GitError or WorkspaceProblem."""
    write_tree(exercise.starter, workspace.root)
    message = f"Start of {exercise.id} {plan.version}"
    commit = git.create_repository(workspace.root, message, without=STATE_FOLDER)
    exclude = workspace.root / ".git" / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("".join(f"{pattern}\n" for pattern in _EXCLUDED))
    facts = {"schema": EVENTS_SCHEMA, "plan": {**asdict(plan), "start_commit": commit}}
    workspace.journal.append("prepared", facts)


def _remove_unfinished(target: Path) -> None:
    """Remove what starts that were killed left beside the target, as far as it can be removed."""
    name = re.compile(re.escape(f".{target.name}.") + "[0-9a-f]{8}")
    with contextlib.suppress(OSError):
        for folder in [each for each in target.parent.iterdir() if name.fullmatch(each.name)]:
            left = Workspace(folder)
            if folder.is_symlink():
                continue
            with contextlib.suppress(OSError):
                # Killed before it held the lock: it is empty, or it stays.
                folder.rmdir()
            with contextlib.suppress(WorksampleError), left.journal.lock():
                if not _is_worked_in(left):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_worked_in(workspace: Workspace) -> bool:
    """Whether somebody found a leftover, took it for a workspace and started its clock."""
    try:
        return workspace.journal.read().started is not None
    except WorkspaceProblem:
        return False


def _problem_with(error: Exception) -> type[EnvironmentProblem] | type[WorkspaceProblem]:
    if isinstance(error, OSError):
        return problem_with(error)
    refused = isinstance(error, EnvironmentProblem) or getattr(error, "refused", False)
    return EnvironmentProblem if refused else WorkspaceProblem


def _detail(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


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
        return path.is_dir() and not path.is_symlink() and not any(path.iterdir())
    except PermissionError:
        return False


def _free_name(target: Path) -> str:
    number = 2
    while os.path.lexists(f"{target}-{number}"):
        number += 1
    return typed_path(Path(f"{target}-{number}"))
