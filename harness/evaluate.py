"""Scoring an attempt: stop the clock, take the tree, grade it, write down what came out.

The order keeps an interrupt harmless: the moment and the tree are on record before grading
starts, files appear whole or not at all, and the event that makes a score count comes last. What
a score that was cut off left behind, in the workspace or in the history, the next one replaces.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path

from harness import git, history
from harness.agreement import compare_with_history
from harness.attempt import GRACE_SECONDS, Attempt, Snapshot
from harness.catalogue import load_catalogue
from harness.clock import Clock, Instant
from harness.console import minutes
from harness.environments import environment_for
from harness.errors import UsageProblem, WorksampleError, WorkspaceProblem, problem_with
from harness.exercise import Exercise, load_exercise
from harness.files import remove_unfinished, write_atomically
from harness.prepare import typed_path
from harness.resources import cache_folder
from harness.workspace import Workspace, WorkTree, snapshot_facts
from scoring.engine import grade
from scoring.model import AttemptFacts, Scorecard, TimeUsed
from scoring.runner import Runner
from scoring.warm import WarmServers


@dataclass(frozen=True)
class Scored:
    """A score, and what could not be written down beside it, in words."""

    scorecard: Scorecard
    used: float
    warnings: tuple[str, ...]


def score_attempt(
    workspace: Workspace,
    clock: Clock,
    servers: WarmServers | None,
    announce: Callable[[str], None] = lambda _: None,
) -> Scored:
    """Grade the work tree as it stands and record the result.

    `announce` is told when the exercise's packages have to be installed first; the clock has
    stopped by then. Raises WorkspaceProblem when another command is at work, when the exercise is
    not the one the attempt was started on, and in interview mode after the first score.
    """
    attempt = workspace.read_attempt(clock)
    with workspace.journal.lock():
        attempt = workspace.journal.read()
        overdue = enter_in_history(workspace, attempt)
        exercise = exercise_of(attempt)
        agreement = compare_with_history(attempt, exercise, workspace.root)
        attempt = agreement.attempt
        if attempt.plan.mode == "interview" and attempt.official is not None:
            raise WorkspaceProblem(
                "this interview attempt is already scored, and its first score is final",
                "see it again: worksample report",
            )
        tree = workspace.read_work_tree()
        snapshot, notes = _take(workspace, attempt, tree, clock())
        if snapshot != attempt.score_began:
            notes = (*notes, *agreement.notes)
        used = attempt.used(snapshot.at)
        if exercise.is_for_candidates:
            raise _handed_in(workspace, attempt, used)
        site = environment_for(exercise.manifest.requires, announce)
        with Runner(servers, cache_folder(), site=site) as runner:
            # Long to import, and not needed before the tests have run.
            runner.submit(import_module, "harness.report")
            scorecard, missing = _grade(workspace, exercise, attempt, tree, used, runner)
        facts = AttemptFacts(
            mode=attempt.plan.mode,
            started_at=_utc(attempt.started),
            scored_at=_utc(snapshot.at),
            official=attempt.official is None and scorecard.state != "ungradable",
            after_feedback=attempt.official is not None,
            notes=(*notes, *missing, *tree.left_out, *_clock_notes(attempt, snapshot.at)),
        )
        flags = (*scorecard.flags, *agreement.flags)
        number = attempt.plan.number
        scorecard = replace(scorecard, attempt=number, record=facts, flags=flags)
        warnings = _keep(workspace, attempt, scorecard, snapshot, used)
    told = dict.fromkeys([*overdue, *notes, *missing, *warnings])
    return Scored(scorecard, used, tuple(told))


def enter_in_history(workspace: Workspace, attempt: Attempt) -> tuple[str, ...]:
    """Enter the official score that the history could not take when it was made.

    Why it still can't, in words. There is nothing to do, as a rule.
    """
    official = attempt.official
    try:
        if official is None or history.has_score(attempt.plan.exercise, attempt.plan.number):
            return ()
        content = workspace.scorecard.read_bytes()
        scorecard = scorecard_from_json(content, str(workspace.scorecard))
        if scorecard.record is None or not scorecard.record.official:
            return ()
        _add_to_history(workspace, attempt, scorecard, official.used, content.decode(), earlier=0)
    except WorksampleError as error:
        return (_not_in_history(error),)
    except OSError:
        # No scorecard is left that could be entered.
        pass
    return ()


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
    if exercise.is_for_candidates:
        exercise = _whole(exercise)
    if exercise.sha256 != plan.exercise_sha256:
        raise WorkspaceProblem(
            f"the exercise '{plan.exercise}' changed since the start: this attempt is on "
            f"{plan.version} ({plan.exercise_sha256[:12]}), there is "
            f"{exercise.manifest.version} ({exercise.sha256[:12]})",
            *back,
        )
    return exercise


def _whole(copy: Exercise) -> Exercise:
    """The exercise that a candidate's copy was made of, where this machine has it."""
    with contextlib.suppress(UsageProblem, WorkspaceProblem):
        found = load_catalogue().find(copy.id)
        if found.sha256 == copy.sha256:
            return found
    return copy


def _handed_in(workspace: Workspace, attempt: Attempt, used: float) -> WorkspaceProblem:
    """What to do with an attempt that only somebody else can score, now that its clock stopped."""
    limit = minutes(attempt.plan.limit_seconds)
    name = shlex.quote(workspace.root.name)
    return WorkspaceProblem(
        f"this copy of '{attempt.plan.exercise}' is for candidates and can't be scored here; "
        f"your clock stopped at {minutes(used)} of {limit}, for the files as they are now",
        f"hand in the whole folder, .git and .worksample included: "
        f"cd {typed_path(workspace.root.parent)} && tar czf {name}.tar.gz {name}",
        "who has the whole exercise scores it there: worksample score -C FOLDER",
        "to go on instead, change the files; the clock runs on until you score again",
    )


def scorecard_to_json(scorecard: Scorecard) -> bytes:
    """The scorecard as it is kept; ends with a line end."""
    text = json.dumps(asdict(scorecard), indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def scorecard_from_json(text: bytes | str, source: str) -> Scorecard:
    """Raises WorkspaceProblem for anything but a scorecard of this version."""
    # Not for writing as well: to work out what a scorecard may be takes as long as a test run.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Scorecard).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        detail = ": ".join([".".join(map(str, first["loc"])), first["msg"]]).removeprefix(": ")
        raise WorkspaceProblem(
            f"{source} is not a scorecard of this version: {detail}",
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
    workspace: Workspace,
    exercise: Exercise,
    attempt: Attempt,
    tree: WorkTree,
    used: float,
    runner: Runner,
) -> tuple[Scorecard, tuple[str, ...]]:
    """The scorecard that counts, and what was missing to find it, in words."""
    kit = exercise.kit()
    reveal = attempt.plan.mode != "interview"
    limit = attempt.plan.limit_seconds
    if attempt.official is not None:
        # After feedback: practice on, without lateness; it never replaces the first score.
        in_time = TimeUsed(min(used, limit), limit, GRACE_SECONDS)
        return grade(kit, tree.files, in_time, reveal=reveal, runner=runner), ()
    time = TimeUsed(used, limit, GRACE_SECONDS)
    scorecard = grade(kit, tree.files, time, reveal=reveal, runner=runner)
    bell = attempt.last_snapshot_within(limit + GRACE_SECONDS)
    if bell is None or not scorecard.late or scorecard.state != "graded":
        return scorecard, ()
    try:
        files = git.read_commit(workspace.root, bell.commit)
    except git.GitError as error:
        return scorecard, (f"the last snapshot in time is lost, and not scored: {error}",)
    in_time = TimeUsed(limit, limit, GRACE_SECONDS)
    at_bell = grade(kit, files, in_time, reveal=reveal, runner=runner)
    if at_bell.state != "graded" or at_bell.total is None or scorecard.total is None:
        return scorecard, ()
    better = at_bell if at_bell.total > scorecard.total else scorecard
    clocking = replace(
        scorecard.clocking,
        counted="bell" if better is at_bell else "final",
        bell_total=at_bell.total,
        bell_taken_at=bell.at.utc.isoformat(timespec="seconds"),
        late_total=scorecard.total,
    )
    return replace(better, late=True, clocking=clocking), ()


def _clock_notes(attempt: Attempt, now: Instant) -> tuple[str, ...]:
    notes = []
    if jump := now.jump_since(attempt.started) if attempt.started is not None else 0.0:
        way = "forward" if jump > 0 else "back"
        notes.append(
            f"the system clock was set {way} by {abs(jump):.0f} s; the time used is not affected"
        )
    if back := attempt.set_back(now):
        notes.append(
            f"after a restart the system clock was {back:.0f} s behind what is on record; "
            "of the time in between, only that since the restart is counted"
        )
    return tuple(notes)


def _keep(
    workspace: Workspace,
    attempt: Attempt,
    scorecard: Scorecard,
    snapshot: Snapshot,
    used: float,
) -> tuple[str, ...]:
    from harness.report import render

    content = scorecard_to_json(scorecard)
    page = render(scorecard).encode()
    for path, text in ((workspace.scorecard, content), (workspace.report, page)):
        try:
            remove_unfinished(path)
            write_atomically(path, text)
        except OSError as error:
            remedy = "make room or give yourself the right to write there"
            if path.is_dir():
                remedy = f"move away what is there: mv {path} {path}.aside"
            raise problem_with(error)(
                f"the score can't be written to {path}: {error.strerror}",
                f"{remedy}; then score again",
                "the clock stays stopped while your files stay as they are",
            ) from None
    if scorecard.total is None or scorecard.record is None:
        return ()
    warnings: tuple[str, ...] = ()
    try:
        earlier = len(attempt.scores)
        _add_to_history(workspace, attempt, scorecard, used, content.decode(), earlier=earlier)
    except WorksampleError as error:
        warnings = (_not_in_history(error),)
    official = scorecard.record.official
    score = {"total": scorecard.total, "used": used, "official": official}
    workspace.journal.append("scored", {**snapshot.at.to_json(), **score})
    return warnings


def _add_to_history(
    workspace: Workspace,
    attempt: Attempt,
    scorecard: Scorecard,
    used: float,
    text: str,
    *,
    earlier: int,
) -> None:
    if scorecard.total is None or scorecard.record is None:
        return
    history.add_score(
        attempt.plan.exercise,
        attempt.plan.number,
        mode=attempt.plan.mode,
        workspace=workspace.root,
        started_at=_utc(attempt.started),
        earlier=earlier,
        official=scorecard.record.official,
        scored_at=scorecard.record.scored_at,
        total=scorecard.total,
        passed=scorecard.passed,
        used_seconds=used,
        limit_seconds=attempt.plan.limit_seconds,
        scorecard=text,
    )


def _not_in_history(error: WorksampleError) -> str:
    text = f"the score is not in the history: {error.message}"
    return "\n  ".join([text, *(f"{tip}; then enter it: worksample report" for tip in error.tips)])


def _utc(instant: Instant | None) -> str:
    return instant.utc.isoformat(timespec="seconds") if instant is not None else ""
