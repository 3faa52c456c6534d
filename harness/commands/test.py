"""`worksample test`: the candidate's own tests, in the workspace, with their own settings.

pytest runs in a process beside ours; meanwhile we take the snapshot. With arguments after `--`
pytest has the terminal to itself, debugger included; without, its outcomes are told in brief.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from harness import console, git
from harness.attempt import Attempt
from harness.clock import Clock, Instant
from harness.commands.status import warn_when_over
from harness.errors import EnvironmentProblem
from harness.workspace import Workspace, find_workspace
from scoring.own_tests import OwnRun, run_own_tests


def run_tests(
    directory: Path, pytest_arguments: Sequence[str], *, as_json: bool, clock: Clock
) -> int:
    workspace = find_workspace(directory)
    attempt = workspace.read_attempt(clock)
    began = clock()
    kept = _Keeping(workspace, began)
    kept.start()
    before = time.monotonic()
    try:
        run = run_own_tests(
            workspace.root, sys.executable, pytest_arguments, quiet=as_json or not pytest_arguments
        )
    finally:
        kept.join()
    seconds = time.monotonic() - before
    kept.check()
    passed, failed = run.count("passed", "xfailed"), run.count("failed", "error", "xpassed")
    failed += len(run.not_collected)
    if not pytest_arguments and run.finished:
        # Only whole runs are on record: a selection says nothing about the rest.
        facts = {**began.to_json(), "passed": passed, "failed": failed}
        with workspace.journal.lock():
            workspace.journal.append("tested", facts)
    ok = run.finished and not failed and passed > 0
    if as_json:
        _tell_json(attempt, run, passed, failed, seconds, clock())
    else:
        _tell(attempt, run, passed, failed, seconds, clock(), brief=not pytest_arguments)
    return 0 if ok else 1


class _Keeping(threading.Thread):
    """Takes the snapshot while the tests run; what went wrong is told afterwards."""

    def __init__(self, workspace: Workspace, now: Instant) -> None:
        super().__init__(name="snapshot")
        self._workspace = workspace
        self._now = now
        self._problem: Exception | None = None

    def run(self) -> None:
        try:
            tree = self._workspace.read_work_tree()
            with self._workspace.journal.lock():
                attempt = self._workspace.journal.read()
                self._workspace.record(tree, attempt, self._now, "test")
        except Exception as error:  # noqa: BLE001 - raised again in the main thread
            self._problem = error

    def check(self) -> None:
        """Raises what stopped the snapshot, unless it is git: the tests were run all the same."""
        if isinstance(self._problem, git.GitError | EnvironmentProblem):
            console.warn(f"no snapshot was kept: {self._problem}")
        elif self._problem is not None:
            raise self._problem


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
            console.out(f"    {_last_line(text)}")
        for result in run.results:
            if result.outcome in {"failed", "error", "xpassed"}:
                console.out(f"{console.mark(ok=False)} {result.id}   {result.outcome}")
                first = result.message.strip().splitlines()[:1]
                console.out(f"    {'  '.join([result.where, *first]).strip()}")
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
