"""A workspace: the folder a candidate works in, a git repository with an attempt inside.

`.worksample/` holds the attempt's events, the scorecard and the report; git is told to ignore
it. The work tree is read, never written, once the workspace exists.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness import git
from harness.attempt import EVENTS_SCHEMA, Attempt, Journal, Plan, Snapshot
from harness.clock import Clock, Instant
from harness.console import minutes
from harness.errors import UsageProblem, WorkspaceProblem
from harness.files import sync_folder
from scoring.trees import digest, is_kept, printable, read_regular, read_tree, write_tree

if TYPE_CHECKING:
    from harness.exercise import Exercise

STATE_FOLDER = ".worksample"
# Ours, and what the tools of this trade leave behind.
_EXCLUDED = (
    f"/{STATE_FOLDER}/", "__pycache__/", ".pytest_cache/", ".ruff_cache/", ".mypy_cache/",
    ".coverage",
)  # fmt: skip
_MAX_TREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class WorkTree:
    """The work tree as it stands: files by path, and what was left out, in words."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return digest(self.files)


class Workspace:
    """A folder with an attempt in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / STATE_FOLDER
        self.journal = Journal(self.state)

    @property
    def scorecard(self) -> Path:
        return self.state / "scorecard.json"

    @property
    def report(self) -> Path:
        return self.state / "report.html"

    def read_attempt(self, clock: Clock) -> Attempt:
        """The attempt; one whose start was cut off just before its clock starts now."""
        attempt = self.journal.read()
        if attempt.state == "preparing":
            with self.journal.lock():
                self.journal.append("started", clock().to_json())
            attempt = self.journal.read()
        return attempt

    def read_work_tree(self) -> WorkTree:
        """What would be graded now: tracked and untracked files that git does not ignore.

        Without a usable repository, every regular file. Links and files that are too big are
        left out and named.
        """
        try:
            paths = git.list_files(self.root)
        except git.GitError:
            paths = sorted(read_tree(self.root))
        files: dict[str, bytes] = {}
        left_out = []
        total = 0
        for path in paths:
            if path.startswith(f"{STATE_FOLDER}/") or not is_kept(path):
                continue
            try:
                content = read_regular(self.root / path)
            except FileNotFoundError:
                continue
            except OSError:
                left_out.append(f"{printable(path)} (a link, or not a file that can be read)")
                continue
            except ValueError:
                left_out.append(f"{printable(path)} (larger than 10 MB)")
                continue
            total += len(content)
            if total > _MAX_TREE_BYTES:
                left_out.append(f"{printable(path)} and all after it (200 MB reached)")
                break
            files[path] = content
        return WorkTree(files, tuple(left_out))

    def record(self, tree: WorkTree, attempt: Attempt, now: Instant, reason: str) -> Snapshot:
        """Keep a snapshot under a ref of its own; nothing is recorded when nothing changed.

        Raises git.GitError when the repository can't take it. The caller holds the lock.
        """
        last = attempt.snapshots[-1] if attempt.snapshots else None
        sha256 = tree.sha256
        if last is not None and last.digest == sha256:
            return Snapshot(now, last.commit, sha256)
        parent = last.commit if last is not None else attempt.plan.start_commit
        moment = int(now.utc.timestamp())
        commit = git.record(self.root, tree.files, parent, reason, moment)
        snapshot = Snapshot(now, commit, sha256)
        self.journal.append("snapshot", snapshot_facts(snapshot))
        return snapshot


def snapshot_facts(snapshot: Snapshot) -> dict[str, object]:
    """A snapshot as an event carries it."""
    return {**snapshot.at.to_json(), "commit": snapshot.commit, "digest": snapshot.digest}


def find_workspace(start: Path) -> Workspace:
    """The workspace that a folder belongs to. Raises WorkspaceProblem outside of any."""
    try:
        here = start.resolve(strict=True)
    except OSError as error:
        raise UsageProblem(f"-C {start}: {error.strerror}", "name a folder that exists") from None
    for folder in (here, *here.parents):
        workspace = Workspace(folder)
        if workspace.journal.exists():
            return workspace
    raise WorkspaceProblem("not inside a worksample workspace", "worksample start debug-cache")


def check_target(target: Path, exercise_id: str, clock: Clock) -> None:
    """Raises WorkspaceProblem when a new workspace can't be put there."""
    shown = shown_path(target)
    if not os.path.lexists(target):
        return
    another = _free_name(target)
    start_anew = f"new attempt: worksample start {exercise_id} --dir {another}"
    workspace = Workspace(target)
    if workspace.journal.exists():
        attempt = workspace.journal.read()
        used = attempt.used(clock())
        raise WorkspaceProblem(
            f"{shown} already exists (attempt {attempt.plan.number}, {minutes(used)} used)",
            f"continue: cd {typed_path(target)} && worksample status",
            start_anew,
        )
    if target.is_dir() and not any(target.iterdir()):
        raise WorkspaceProblem(
            f"{shown} already exists (an empty folder)",
            f"remove it: rmdir {shown}",
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
    files = {**exercise.starter, "BRIEF.md": exercise.brief}
    staging: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        staging.chmod(0o755)
        write_tree(files, staging)
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
        if staging is not None and staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
    workspace = Workspace(target)
    workspace.journal.append("started", clock().to_json())
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
    """The same, as an argument: a neighbour needs no ./ in front."""
    return shown_path(path).removeprefix("./")


def _free_name(target: Path) -> str:
    number = 2
    while os.path.lexists(f"{target}-{number}"):
        number += 1
    return typed_path(Path(f"{target}-{number}"))
