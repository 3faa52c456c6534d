"""`worksample test`: the candidate's own tests, in the workspace, with their own settings.

pytest runs in a process beside ours, which imports it while we take the snapshot. With arguments
after `--` pytest has the terminal to itself, debugger included; without, its outcomes are told
in brief.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness import console, git
from harness.attempt import Attempt
from harness.clock import Clock, Instant
from harness.commands.status import warn_when_over
from harness.errors import EnvironmentProblem, WorksampleError
from harness.workspace import Workspace, find_workspace
from scoring.own_tests import OwnRun, WarmPytest
from scoring.terms import last_line


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
        site = _site(attempt)
        before = time.monotonic()
        run = warm.run(workspace.root, pytest_arguments, site)
        seconds = time.monotonic() - before
    finally:
        warm.dismiss()
    if not pytest_arguments and run.finished:
        # Only whole runs are on record: a selection says nothing about the rest.
        facts = {**began.to_json(), "passed": run.passed, "failed": run.failed}
        _put_on_record(workspace, facts)
    if as_json:
        _tell_json(attempt, run, seconds, clock())
    else:
        if quiet:
            _tell_outcomes(attempt, run, seconds)
        _tell_clock(attempt, clock())
    return 0 if run.finished and run.passed and not run.failed else 1


def _site(attempt: Attempt) -> Path | None:
    """The packages of the exercise, installed anew if somebody cleared them."""
    if not attempt.plan.requires:
        return None
    from harness.environments import environment_for

    return environment_for(attempt.plan.requires, console.err)


def _put_on_record(workspace: Workspace, facts: Mapping[str, object]) -> None:
    """Where that fails, the outcomes are told all the same."""
    try:
        with workspace.journal.lock():
            workspace.journal.append("tested", facts)
    except WorksampleError as problem:
        console.warn(f"this run is not on record: {problem}")


def _keep_snapshot(workspace: Workspace, now: Instant) -> None:
    """Record the tree that is about to be tested; without git the tests run all the same."""
    try:
        tree = workspace.read_work_tree()
        with workspace.journal.lock():
            workspace.record(tree, workspace.journal.read(), now, "test")
    except (git.GitError, EnvironmentProblem) as problem:
        console.warn(f"no snapshot was kept: {problem}")


def _tell_outcomes(attempt: Attempt, run: OwnRun, seconds: float) -> None:
    for path, text in run.not_collected.items():
        console.out(f"{console.mark(ok=False)} {path}   can't be collected")
        console.out(f"    {console.clip(last_line(text), 4)}")
    for result in run.results:
        if result.outcome in {"failed", "error", "xpassed"}:
            console.out(f"{console.mark(ok=False)} {result.id}   {result.outcome}")
            first = result.message.strip().splitlines()[:1]
            console.out(f"    {console.clip('  '.join([result.where, *first]).strip(), 4)}")
    if not run.finished:
        console.err(run.output.rstrip())
        console.warn(f"pytest did not come to its end ({run.ending})")
    elif not run.results and not run.not_collected:
        console.warn("no tests were found")
    counts = f"{run.passed} passed, {run.failed} failed"
    if skipped := run.count("skipped"):
        counts += f", {skipped} skipped"
    console.out(f"{counts} in {seconds:.2f} s (was {_before(attempt)} passed)")


def _tell_clock(attempt: Attempt, now: Instant) -> None:
    left = attempt.plan.limit_seconds - attempt.used(now)
    if attempt.official is None and left >= 0:
        console.out(f"{console.minutes(left)} left")
    warn_when_over(attempt, now)


def _before(attempt: Attempt) -> int:
    return attempt.test_runs[-1].passed if attempt.test_runs else attempt.plan.visible_passed


def _tell_json(attempt: Attempt, run: OwnRun, seconds: float, now: Instant) -> None:
    console.out_json(
        {
            "exercise": attempt.plan.exercise,
            "attempt": attempt.plan.number,
            "passed": run.passed,
            "failed": run.failed,
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
