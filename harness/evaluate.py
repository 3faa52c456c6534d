"""Scoring an attempt: stop the clock, take the tree, grade it, write down what came out.

The order keeps an interrupt harmless: the moment and the tree are on record before grading
starts, files appear whole or not at all, and the event that makes a score count comes last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from harness import git, history
from harness.attempt import GRACE_SECONDS, Attempt, Snapshot
from harness.catalogue import load_catalogue
from harness.clock import Clock, Instant
from harness.errors import UsageProblem, WorksampleError, WorkspaceProblem
from harness.exercise import Exercise, load_exercise
from harness.files import write_atomically
from harness.report import render
from harness.workspace import Workspace, WorkTree, snapshot_facts
from scoring.engine import grade
from scoring.model import AttemptFacts, Scorecard, TimeUsed
from scoring.trees import Tree

_SCORECARD = TypeAdapter(Scorecard)


@dataclass(frozen=True)
class Scored:
    """A score, and what could not be written down beside it, in words."""

    scorecard: Scorecard
    used: float
    warnings: tuple[str, ...]


def score_attempt(workspace: Workspace, clock: Clock) -> Scored:
    """Grade the work tree as it stands and record the result.

    Raises WorkspaceProblem when another command is at work, when the exercise is not the one
    the attempt was started on, and in interview mode after the first score.
    """
    attempt = workspace.read_attempt(clock)
    with workspace.journal.lock():
        attempt = workspace.journal.read()
        if attempt.plan.mode == "interview" and attempt.official is not None:
            raise WorkspaceProblem(
                "this interview attempt is already scored, and its first score is final",
                "see it again: worksample report",
            )
        exercise = exercise_of(attempt)
        tree = workspace.read_work_tree()
        snapshot, notes = _take(workspace, attempt, tree, clock())
        used = attempt.used(snapshot.at)
        scorecard = _grade(workspace, exercise, attempt, tree, used)
        facts = AttemptFacts(
            mode=attempt.plan.mode,
            started_at=_utc(attempt.started),
            scored_at=_utc(snapshot.at),
            official=attempt.official is None and scorecard.state != "ungradable",
            after_feedback=attempt.official is not None,
            notes=(*notes, *tree.left_out, *_clock_notes(attempt, snapshot.at)),
        )
        scorecard = replace(scorecard, attempt=attempt.plan.number, record=facts)
        warnings = _keep(workspace, attempt, scorecard, snapshot, used)
    return Scored(scorecard, used, warnings)


def exercise_of(attempt: Attempt) -> Exercise:
    """The exercise an attempt was started on. Raises WorkspaceProblem if it changed or is gone."""
    plan = attempt.plan
    back = (
        f"bring back {plan.exercise} {plan.version} (it was in {plan.exercise_folder}), "
        "then run this again",
        "nothing was lost, and the clock goes on",
    )
    try:
        exercise = load_exercise(Path(plan.exercise_folder))
    except WorkspaceProblem:
        try:
            exercise = load_catalogue().find(plan.exercise)
        except UsageProblem:
            raise WorkspaceProblem(
                f"the exercise '{plan.exercise}' was removed since the start", *back
            ) from None
    if exercise.sha256 != plan.exercise_sha256:
        raise WorkspaceProblem(
            f"the exercise '{plan.exercise}' changed since the start: this attempt is on "
            f"{plan.version} ({plan.exercise_sha256[:12]}), there is "
            f"{exercise.manifest.version} ({exercise.sha256[:12]})",
            *back,
        )
    return exercise


def scorecard_to_json(scorecard: Scorecard) -> bytes:
    """The scorecard as it is kept; ends with a line end."""
    return _SCORECARD.dump_json(scorecard, indent=2) + b"\n"


def scorecard_from_json(text: bytes | str, source: str) -> Scorecard:
    """Raises WorkspaceProblem for anything but a scorecard of this version."""
    try:
        return _SCORECARD.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise WorkspaceProblem(
            f"{source} is not a scorecard of this version: {where}: {first['msg']}",
            "make a new one: worksample score",
        ) from None


def _take(
    workspace: Workspace, attempt: Attempt, tree: WorkTree, now: Instant
) -> tuple[Snapshot, tuple[str, ...]]:
    """Stop the clock on this tree. A score that was cut off had stopped it on the same tree."""
    notes: tuple[str, ...] = ()
    try:
        snapshot = workspace.record(tree, attempt, now, "score")
    except git.GitError as error:
        snapshot = Snapshot(now, "", tree.sha256)
        notes = (f"no snapshot was kept: {error}",)
    began = attempt.score_began
    if began is not None and began.digest == snapshot.digest and attempt.official is None:
        return began, notes
    workspace.journal.append("score began", snapshot_facts(snapshot))
    return snapshot, notes


def _grade(
    workspace: Workspace, exercise: Exercise, attempt: Attempt, tree: WorkTree, used: float
) -> Scorecard:
    kit = exercise.kit()
    reveal = attempt.plan.mode != "interview"
    limit = attempt.plan.limit_seconds
    if attempt.official is not None:
        # After feedback: practice on, without lateness; it never replaces the first score.
        in_time = TimeUsed(min(used, limit), limit, GRACE_SECONDS)
        return grade(kit, tree.files, in_time, reveal=reveal)
    scorecard = grade(kit, tree.files, TimeUsed(used, limit, GRACE_SECONDS), reveal=reveal)
    if not scorecard.late or scorecard.state != "graded":
        return scorecard
    bell = attempt.last_snapshot_within(limit + GRACE_SECONDS)
    files = _read_snapshot(workspace, bell)
    if bell is None or files is None:
        return scorecard
    at_bell = grade(kit, files, TimeUsed(limit, limit, GRACE_SECONDS), reveal=reveal)
    if at_bell.state != "graded" or at_bell.total is None or scorecard.total is None:
        return scorecard
    better = at_bell if at_bell.total > scorecard.total else scorecard
    clocking = replace(
        scorecard.clocking,
        counted="bell" if better is at_bell else "final",
        bell_total=at_bell.total,
        bell_taken_at=bell.at.utc.isoformat(timespec="seconds"),
        late_total=scorecard.total,
    )
    return replace(better, late=True, clocking=clocking)


def _read_snapshot(workspace: Workspace, snapshot: Snapshot | None) -> Tree | None:
    if snapshot is None:
        return None
    try:
        return git.read_commit(workspace.root, snapshot.commit)
    except git.GitError:
        return None


def _clock_notes(attempt: Attempt, now: Instant) -> tuple[str, ...]:
    jump = now.jump_since(attempt.started) if attempt.started is not None else 0.0
    if not jump:
        return ()
    way = "forward" if jump > 0 else "back"
    return (f"the system clock was set {way} by {abs(jump):.0f} s; the time used is not affected",)


def _keep(
    workspace: Workspace,
    attempt: Attempt,
    scorecard: Scorecard,
    snapshot: Snapshot,
    used: float,
) -> tuple[str, ...]:
    content = scorecard_to_json(scorecard)
    page = render(scorecard).encode()
    try:
        write_atomically(workspace.scorecard, content)
        write_atomically(workspace.report, page)
    except OSError as error:
        raise WorkspaceProblem(
            f"the score can't be written to {workspace.state}: {error.strerror}",
            "make room or give yourself the right to write there, then score again; "
            "the clock stays stopped while your files stay as they are",
        ) from None
    if scorecard.total is None or scorecard.record is None:
        return ()
    official = scorecard.record.official
    score = {"total": scorecard.total, "used": used, "official": official}
    workspace.journal.append("scored", {**snapshot.at.to_json(), **score})
    try:
        history.add_score(
            attempt.plan.exercise,
            attempt.plan.number,
            official=official,
            scored_at=scorecard.record.scored_at,
            total=scorecard.total,
            passed=scorecard.passed,
            used_seconds=used,
            limit_seconds=attempt.plan.limit_seconds,
            scorecard=content.decode(),
        )
    except WorksampleError as error:
        return (f"the score is not in the history: {error.message}",)
    return ()


def _utc(instant: Instant | None) -> str:
    return instant.utc.isoformat(timespec="seconds") if instant is not None else ""
