"""`worksample start`: a workspace, a first commit, and only then the clock."""

from __future__ import annotations

import contextlib
import platform
import secrets
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from harness import console, git, history
from harness.attempt import Plan
from harness.catalogue import load_catalogue
from harness.clock import Clock, Instant
from harness.curriculum import Filter
from harness.environments import environment_for
from harness.errors import EnvironmentProblem, UsageProblem, WorksampleError
from harness.exercise import Exercise
from harness.prepare import check_target, create, shown_path, typed_path
from harness.workspace import Workspace

_NOTHING = "Nothing was created; the clock has not started."


def start(
    exercise_id: str | None,
    wanted: Filter,
    also: Sequence[Path],
    *,
    by_chance: bool,
    folder: Path | None,
    mode: Literal["practice", "interview"],
    extra_percent: float,
    as_json: bool,
    clock: Clock,
) -> int:
    """`exercise_id` names the exercise, or it is chosen `by_chance` among those that are wanted."""
    _check_choice(exercise_id, wanted, by_chance=by_chance)
    catalogue = load_catalogue(also)
    exercise = (
        _any(catalogue.exercises, wanted, in_place=folder is None)
        if exercise_id is None
        else catalogue.find(exercise_id)
    )
    target = Path.cwd() / (folder or exercise.id)
    if not target.name or target == Path.cwd():
        raise UsageProblem(f"--dir {folder} is not the name of a new folder", "name one: --dir DIR")
    check_target(target, exercise.id, clock)
    lock = exercise.read_lock()
    try:
        git.require_git()
        _require_python(exercise)
        site = environment_for(exercise.manifest.requires, console.err)
    except EnvironmentProblem as problem:
        raise EnvironmentProblem(problem.message, *problem.tips, _NOTHING) from None
    passed = sum(outcome == "passed" for outcome in lock.visible.values())
    try:
        number = history.begin(exercise.id, mode, target)
    except WorksampleError as problem:
        raise type(problem)(problem.message, *problem.tips, _NOTHING) from None
    plan = Plan(
        exercise=exercise.id,
        version=exercise.manifest.version,
        exercise_sha256=exercise.sha256,
        exercise_folder=str(exercise.folder),
        title=exercise.manifest.title,
        number=number,
        mode=mode,
        limit_seconds=exercise.limit_seconds * (1 + extra_percent / 100),
        extra_percent=extra_percent,
        start_commit="",
        visible_passed=passed,
        visible_failed=len(lock.visible) - passed,
        requires=tuple(exercise.manifest.requires),
    )
    try:
        workspace = create(exercise, target, plan, clock)
    except BaseException:
        # Where that fails too: an attempt that did not come about is not shown anyway.
        with contextlib.suppress(WorksampleError):
            history.forget(exercise.id, number, target)
        raise
    attempt = workspace.read_attempt(clock)
    if attempt.started is None:
        raise WorksampleError("the clock did not start")
    # The same: until the history knows the moment, it asks the workspace.
    with contextlib.suppress(WorksampleError):
        moment = attempt.started.utc.isoformat(timespec="seconds")
        history.started(exercise.id, number, moment)
    files = len(exercise.starter)
    _tell(workspace, attempt.plan, attempt.started, files, site, as_json=as_json)
    return 0


def _check_choice(exercise_id: str | None, wanted: Filter, *, by_chance: bool) -> None:
    if by_chance and exercise_id is not None:
        raise UsageProblem(
            f"--random chooses by itself, and '{exercise_id}' is chosen already",
            f"either: worksample start {exercise_id}",
            f"or: worksample start --random {wanted}".rstrip(),
        )
    if not by_chance and wanted:
        raise UsageProblem(
            f"{wanted} says what to choose from, and nothing is to be chosen",
            f"add --random: worksample start --random {wanted}",
        )
    if not by_chance and exercise_id is None:
        raise UsageProblem(
            "which exercise?",
            "name it: worksample start ID (list them: worksample list)",
            "or take any: worksample start --random",
        )


def _any(exercises: Sequence[Exercise], wanted: Filter, *, in_place: bool) -> Exercise:
    """One that fits, drawn by lot: an unsolved one, if there is any.

    Where workspaces are named after their exercise, one that has none here goes first, too.
    """
    try:
        solved = history.solved()
    except WorksampleError as problem:
        console.warn(problem.message)
        solved = frozenset()
    fitting = wanted.apply(exercises, solved)
    if not fitting:
        raise UsageProblem(
            f"no exercise fits {wanted}" if wanted else "there are no exercises",
            *wanted.wider(exercises, solved),
            "see them all: worksample list",
        )
    fresh = [each for each in fitting if each.id not in solved]
    free = [each for each in fresh or fitting if not (in_place and Path(each.id).exists())]
    among = free or fresh or fitting
    chosen = secrets.choice(among)
    manifest = chosen.manifest
    number = console.plural(len(among), "exercise")
    console.err(
        f"Chosen  {chosen.id}: {manifest.title} ({manifest.kind}, {manifest.level}), from {number}"
        + (" that you have not passed yet" if fresh else ", all of which you have passed")
    )
    return chosen


def _require_python(exercise: Exercise) -> None:
    wanted = exercise.manifest.python
    minor = int(wanted.removeprefix(">=3."))
    if sys.version_info < (3, minor):
        raise EnvironmentProblem(
            f"'{exercise.id}' needs Python {wanted}, and this is {platform.python_version()}",
            "install worksample under such a Python",
        )


def _tell(
    workspace: Workspace,
    plan: Plan,
    started: Instant,
    files: int,
    site: Path | None,
    *,
    as_json: bool,
) -> None:
    began = started.utc
    ends = began + timedelta(seconds=plan.limit_seconds)
    if as_json:
        console.out_json(
            {
                "exercise": plan.exercise,
                "attempt": plan.number,
                "workspace": str(workspace.root),
                "started_at": began.isoformat(timespec="seconds"),
                "ends_at": ends.isoformat(timespec="seconds"),
                "limit_seconds": plan.limit_seconds,
                "python": sys.executable,
                "packages": site and str(site),
            }
        )
        return
    extra = f" with {plan.extra_percent:g} % extra" if plan.extra_percent else ""
    visible = plan.visible_passed + plan.visible_failed
    shown = shown_path(workspace.root)
    console.out(f"Created {shown} (git, 1 commit, {console.plural(files, 'file')})")
    console.out(
        f"Clock   started {began.astimezone():%H:%M}, ends {ends.astimezone():%H:%M}"
        f" ({plan.limit_seconds / 60:g} min{extra})"
    )
    console.out(f"Brief   {typed_path(workspace.root / 'BRIEF.md')}")
    console.out(
        f"Tests   {visible} visible: {plan.visible_passed} passed, "
        f"{plan.visible_failed} failed. More are hidden."
    )
    console.out(f"Python  {shown_path(Path(sys.executable))} (for your editor: pytest is in it)")
    if site is not None:
        console.out(f"        PYTHONPATH={shown_path(site)} (the packages that it needs)")
    console.out(f"Next    cd {typed_path(workspace.root)}")
    console.out("        worksample test")
