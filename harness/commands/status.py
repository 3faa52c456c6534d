"""`worksample status`: the clock, the last test run, the change so far. Starts nothing but git."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from harness import console, git
from harness.attempt import GRACE_SECONDS, Attempt
from harness.clock import Clock, Instant
from harness.errors import EnvironmentProblem
from harness.workspace import Workspace, find_workspace


def status(directory: Path, *, as_json: bool, clock: Clock) -> int:
    workspace = find_workspace(directory)
    attempt = workspace.read_attempt(clock)
    now = clock()
    used = attempt.used(now)
    left = attempt.plan.limit_seconds - used
    change = _change(workspace, attempt)
    last = attempt.test_runs[-1] if attempt.test_runs else None
    if as_json:
        tests = last and {
            "at": last.at.utc.isoformat(timespec="seconds"),
            "passed": last.passed,
            "failed": last.failed,
        }
        files, added, deleted = change or (None, None, None)
        console.out_json(
            {
                "exercise": attempt.plan.exercise,
                "attempt": attempt.plan.number,
                "state": attempt.state,
                "mode": attempt.plan.mode,
                "used_seconds": round(used, 1),
                "left_seconds": round(left, 1),
                "tests": tests,
                "change": change and {"files": files, "added": added, "deleted": deleted},
                "total": attempt.official and attempt.official.total,
                "workspace": str(workspace.root),
            }
        )
        return 0
    console.out(f"{attempt.plan.exercise}  attempt {attempt.plan.number}  {attempt.state}")
    console.out(f"Time    {time_line(attempt, now)}")
    if last is None:
        console.out("Tests   not run yet")
    else:
        console.out(
            f"Tests   last run {last.at.utc.astimezone():%H:%M}: "
            f"{last.passed} passed, {last.failed} failed"
        )
    if change is not None:
        files, added, deleted = change
        console.out(f"Change  {console.plural(files, 'file')}, +{added} -{deleted}")
    if attempt.official is not None:
        console.out(f"Score   {attempt.official.total:.1f} / 100")
        console.out("Next    worksample report")
    else:
        console.out("Next    worksample test, or worksample score to finish")
        warn_when_over(attempt, now)
    return 0


def time_line(attempt: Attempt, now: Instant) -> str:
    used = attempt.used(now)
    left = attempt.plan.limit_seconds - used
    if attempt.official is not None:
        limit = console.minutes(attempt.plan.limit_seconds)
        return f"{console.minutes(used)} of {limit} used, stopped by the score"
    if left < 0:
        return f"{console.minutes(used)} used, over by {console.minutes(-left)}"
    ends = now.utc + timedelta(seconds=left)
    return (
        f"{console.minutes(used)} used, {console.minutes(left)} left "
        f"(ends {ends.astimezone():%H:%M})"
    )


def warn_when_over(attempt: Attempt, now: Instant) -> None:
    """Say what being late means, once the time and its grace are over."""
    limit = attempt.plan.limit_seconds
    over = attempt.used(now) - limit
    if attempt.official is not None or over <= GRACE_SECONDS:
        return
    ended = (now.utc - timedelta(seconds=over)).astimezone()
    message = (
        f"time is over by {console.minutes(over)} (ended {ended:%H:%M}). "
        "Scoring marks this attempt late"
    )
    bell = attempt.last_snapshot_within(limit + GRACE_SECONDS)
    if bell is None:
        console.warn(f"{message}.")
        return
    console.warn(f"{message};")
    console.err(
        f"         the last snapshot before {ended:%H:%M} "
        f"(taken {bell.at.utc.astimezone():%H:%M}) is scored beside it."
    )


def _change(workspace: Workspace, attempt: Attempt) -> tuple[int, int, int] | None:
    try:
        return git.change_since(workspace.root, attempt.plan.start_commit)
    except (git.GitError, EnvironmentProblem) as error:
        console.warn(f"the change can't be told: {error}")
        return None
