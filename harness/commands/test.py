"""`worksample test`: the candidate's own tests, in the workspace, with their own settings.

pytest runs in a process beside ours, which imports it while we take the snapshot. With arguments
after `--` pytest has the terminal to itself, debugger included; without, its outcomes are told
in brief.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from harness import console, git
from harness.attempt import Attempt
from harness.clock import Clock, Instant
from harness.commands.status import warn_when_over
from harness.errors import EnvironmentProblem
from harness.workspace import Workspace, find_workspace
from scoring.own_tests import OwnRun, WarmPytest


def run_tests(
    directory: Path,
    pytest_arguments: Sequence[str],
    *,
    as_json: bool,
    clock: Clock,
    warm: WarmPytest | None,
) -> int:
    """`warm` is a pytest that was started ahead; without one, it is started here."""
    quiet = as_json or not pytest_arguments
    if warm is None or warm.quiet != quiet:
        warm = WarmPytest(sys.executable, quiet=quiet)
    try:
        workspace = find_workspace(directory)
        attempt = workspace.read_attempt(clock)
        began = clock()
        _keep_snapshot(workspace, began)
        before = time.monotonic()
        run = warm.run(workspace.root, pytest_arguments)
        seconds = time.monotonic() - before
    finally:
        warm.dismiss()
    passed, failed = run.count("passed", "xfailed"), run.count("failed", "error", "xpassed")
    failed += len(run.not_collected)
    if not pytest_arguments and run.finished:
        # Only whole runs are on record: a selection says nothing about the rest.
        with workspace.journal.lock():
            workspace.journal.append(
                "tested", {**began.to_json(), "passed": passed, "failed": failed}
            )
    if as_json:
        _tell_json(attempt, run, passed, failed, seconds, clock())
    else:
        _tell(attempt, run, passed, failed, seconds, clock(), brief=not pytest_arguments)
    return 0 if run.finished and passed and not failed else 1


def _keep_snapshot(workspace: Workspace, now: Instant) -> None:
    """Record the tree that is about to be tested; without git the tests run all the same."""
    try:
        tree = workspace.read_work_tree()
        with workspace.journal.lock():
            workspace.record(tree, workspace.journal.read(), now, "test")
    except (git.GitError, EnvironmentProblem) as problem:
        console.warn(f"no snapshot was kept: {problem}")


def _tell(
    attempt: Attempt,
    run: OwnRun,
    passed: int,
    failed: int,
    seconds: float,
    now: Instant,
    *,
    brief: bool,
) -> None:
    if brief:
        for path, text in run.not_collected.items():
            console.out(f"{console.mark(ok=False)} {path}   can't be collected")
            console.out(f"    {console.clip(_last_line(text))}")
        for result in run.results:
            if result.outcome in {"failed", "error", "xpassed"}:
                console.out(f"{console.mark(ok=False)} {result.id}   {result.outcome}")
                first = result.message.strip().splitlines()[:1]
                console.out(f"    {console.clip('  '.join([result.where, *first]).strip())}")
        if not run.finished:
            console.err(run.output.rstrip())
            console.warn(f"pytest did not come to its end ({run.ending})")
        elif not run.results and not run.not_collected:
            console.warn("no tests were found")
    parts = [f"{passed} passed", f"{failed} failed"]
    if skipped := run.count("skipped"):
        parts.append(f"{skipped} skipped")
    was = f" (was {_before(attempt)} passed)" if brief else ""
    console.out(f"{', '.join(parts)} in {seconds:.2f} s{was}")
    left = attempt.plan.limit_seconds - attempt.used(now)
    if attempt.official is None and left >= 0:
        console.out(f"{console.minutes(left)} left")
    warn_when_over(attempt, now)


def _before(attempt: Attempt) -> int:
    return attempt.test_runs[-1].passed if attempt.test_runs else attempt.plan.visible_passed


def _tell_json(
    attempt: Attempt, run: OwnRun, passed: int, failed: int, seconds: float, now: Instant
) -> None:
    console.out_json(
        {
            "exercise": attempt.plan.exercise,
            "attempt": attempt.plan.number,
            "passed": passed,
            "failed": failed,
            "skipped": run.count("skipped"),
            "finished": run.finished,
            "seconds": round(seconds, 3),
            "left_seconds": round(attempt.plan.limit_seconds - attempt.used(now), 1),
            "tests": [
                {"id": each.id, "outcome": each.outcome, "message": each.message,
                 "where": each.where}
                for each in run.results
            ],
            "not_collected": dict(run.not_collected),
        }
    )  # fmt: skip


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
