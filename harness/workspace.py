"""A workspace: the folder a candidate works in, a git repository with an attempt inside.

`.worksample/` holds the attempt's events, the scorecard and the report; git is told to ignore
it. The work tree is read, never written, once the workspace exists.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path, PurePath

from harness import git
from harness.attempt import Attempt, Journal, Snapshot
from harness.clock import Clock, Instant
from harness.errors import UsageProblem, WorkspaceProblem
from scoring.trees import digest, is_kept, printable, read_regular

STATE_FOLDER = ".worksample"
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

    def is_one(self) -> bool:
        """Whether there is an attempt here that we may look at."""
        try:
            return self.journal.exists()
        except PermissionError:
            return False

    @property
    def scorecard(self) -> Path:
        return self.state / "scorecard.json"

    @property
    def report(self) -> Path:
        return self.state / "report.html"

    def read_attempt(self, clock: Clock) -> Attempt:
        """The attempt; one whose start was cut off just before its clock starts now."""
        attempt = self.journal.read()
        return self.start_clock(clock) if attempt.state == "preparing" else attempt

    def start_clock(self, clock: Clock) -> Attempt:
        """Start the clock unless it runs already: nothing starts it twice."""
        with self.journal.lock():
            if self.journal.read().state == "preparing":
                if git.has_snapshots(self.root):
                    # They are taken of running attempts only.
                    raise self.journal.damaged("and has lost the start of the clock")
                self.journal.append("started", clock().to_json())
            return self.journal.read()

    def read_work_tree(self) -> WorkTree:
        """What would be graded now: tracked and untracked files that git does not ignore.

        Without a usable repository, every regular file. Links and files that are too big are
        left out and named.
        """
        try:
            paths = git.list_files(self.root)
        except git.GitError:
            paths = sorted(
                str(path.relative_to(self.root))
                for path in self.root.rglob("*")
                if path.is_symlink() or not path.is_dir()
            )
        is_link = functools.cache(Path.is_symlink)
        files: dict[str, bytes] = {}
        left_out = []
        total = 0
        for path in paths:
            if path.startswith(f"{STATE_FOLDER}/") or not is_kept(path):
                continue
            try:
                # A folder may have become a link, or a file, since git was told of it.
                if any(is_link(self.root / folder) for folder in PurePath(path).parents[:-1]):
                    raise OSError("in a folder that is a link")
                content = read_regular(self.root / path)
            except (FileNotFoundError, NotADirectoryError):
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
        if workspace.is_one():
            return workspace
    raise WorkspaceProblem("not inside a worksample workspace", "worksample start debug-cache")
