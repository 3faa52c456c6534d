"""`worksample start`: a workspace, a first commit, and only then the clock."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from harness import console, git, history
from harness.attempt import Plan
from harness.catalogue import load_catalogue
from harness.clock import Clock, Instant
from harness.environments import environment_for
from harness.errors import EnvironmentProblem, UsageProblem, WorksampleError
from harness.exercise import Exercise
from harness.prepare import check_target, create, shown_path, typed_path
from harness.workspace import Workspace

_NOTHING = "Nothing was created; the clock has not started."


def start(
    exercise_id: str,
    also: Sequence[Path],
    *,
    folder: Path | None,
    mode: Literal["practice", "interview"],
    extra_percent: float,
    as_json: bool,
    clock: Clock,
) -> int:
    exercise = load_catalogue(also).find(exercise_id)
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
