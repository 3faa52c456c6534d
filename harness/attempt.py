"""An attempt: its events as they were written down, and what follows from them.

Events are appended to one file and made durable one by one; nothing is ever rewritten. Whoever
appends holds the workspace's lock. A last line that a crash tore is taken off by the next one
to write; damage anywhere else is told, never guessed over.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from harness.clock import Instant
from harness.errors import WorkspaceProblem

EVENTS_SCHEMA = 1
# Past the limit by no more than this is not late: saving and typing take time too.
GRACE_SECONDS = 60.0

State = Literal["preparing", "running", "scored"]


@dataclass(frozen=True)
class Plan:
    """What was agreed when the attempt was prepared."""

    exercise: str
    version: str
    exercise_sha256: str
    exercise_folder: str
    title: str
    number: int
    mode: Literal["practice", "interview"]
    limit_seconds: float
    extra_percent: float
    start_commit: str
    visible_passed: int
    visible_failed: int


@dataclass(frozen=True)
class TestRun:
    __test__ = False

    at: Instant
    passed: int
    failed: int


@dataclass(frozen=True)
class Snapshot:
    at: Instant
    commit: str
    digest: str


@dataclass(frozen=True)
class Score:
    """A finished grading; `used` and `total` are what counted."""

    at: Instant
    total: float
    used: float
    official: bool


@dataclass(frozen=True)
class Attempt:
    """All that the events say, in order.

    `score_began` is the last moment that stopped the clock.
    """

    plan: Plan
    started: Instant | None
    test_runs: tuple[TestRun, ...]
    snapshots: tuple[Snapshot, ...]
    scores: tuple[Score, ...]
    score_began: Snapshot | None

    @property
    def state(self) -> State:
        if self.started is None:
            return "preparing"
        return "scored" if self.scores else "running"

    @property
    def official(self) -> Score | None:
        """The first score: the one that counts."""
        return self.scores[0] if self.scores else None

    def used(self, now: Instant) -> float:
        """Seconds on the clock, which the first score stops for good."""
        if self.official is not None:
            return self.official.used
        return now.since(self.started) if self.started is not None else 0.0

    def last_snapshot_within(self, seconds: float) -> Snapshot | None:
        """The last snapshot taken before that many seconds had been used."""
        started = self.started
        if started is None:
            return None
        inside = [each for each in self.snapshots if each.at.since(started) <= seconds]
        return inside[-1] if inside else None


class Journal:
    """The events of one attempt on disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "attempt.jsonl"
        self._lock_path = folder / "lock"

    def exists(self) -> bool:
        return self.path.is_file()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace. Raises WorkspaceProblem at once when another command has it."""
        try:
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise _unwritable(self._lock_path, error) from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise WorkspaceProblem(
                    "another worksample command is at work in this workspace"
                    + (f" (process {holder})" if holder else ""),
                    "wait until it is done, then run this again",
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
            yield
        finally:
            os.close(descriptor)

    def append(self, event: str, facts: Mapping[str, Any]) -> None:
        """Write one event, durably. The caller holds the lock, or nobody else knows the file."""
        line = json.dumps({"event": event, **facts}, ensure_ascii=True).encode() + b"\n"
        try:
            with self.path.open("ab+") as stream:
                stream.seek(0)
                stream.truncate(stream.read().rfind(b"\n") + 1)
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def read(self) -> Attempt:
        """Raises WorkspaceProblem where the file does not say what an attempt would."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise WorkspaceProblem(
                f"{self.path} can't be read: {error.strerror}", *_DAMAGE_TIPS
            ) from None
        attempt: Attempt | None = None
        # What follows the last line end is "", or an event that a crash tore.
        for number, line in enumerate(lines[:-1], start=1):
            try:
                facts = json.loads(line)
                attempt = self._begin(facts) if attempt is None else _follow(attempt, facts)
            except (KeyError, TypeError, ValueError, OverflowError):
                raise self._damaged(number) from None
        if attempt is None:
            raise self._damaged(1)
        return attempt

    def _begin(self, facts: Mapping[str, Any]) -> Attempt:
        if facts["schema"] != EVENTS_SCHEMA:
            raise WorkspaceProblem(
                f"{self.path} was written by another version of worksample "
                f"(schema {facts['schema']}, this one reads {EVENTS_SCHEMA})",
                "use that version for this attempt, or start a new one",
            )
        return Attempt(Plan(**facts["plan"]), None, (), (), (), None)

    def _damaged(self, line: int) -> WorkspaceProblem:
        return WorkspaceProblem(f"{self.path} is damaged at line {line}", *_DAMAGE_TIPS)


_DAMAGE_TIPS = (
    "your work is untouched; its snapshots are in git: git log refs/worksample/snapshots",
    "repair or delete that line if you know it; else start anew: worksample start ID --dir DIR",
)


def _follow(attempt: Attempt, facts: Mapping[str, Any]) -> Attempt:
    """The attempt after one more event. Raises KeyError, TypeError or ValueError for no event."""
    at = Instant.from_json(facts)
    match facts["event"]:
        case "started":
            return replace(attempt, started=at)
        case "tested":
            run = TestRun(at, int(facts["passed"]), int(facts["failed"]))
            return replace(attempt, test_runs=(*attempt.test_runs, run))
        case "snapshot":
            return replace(attempt, snapshots=(*attempt.snapshots, _snapshot(facts)))
        case "score began":
            return replace(attempt, score_began=_snapshot(facts))
        case "scored":
            score = Score(at, float(facts["total"]), float(facts["used"]), bool(facts["official"]))
            return replace(attempt, scores=(*attempt.scores, score))
        case unknown:
            raise ValueError(f"no event is called {unknown!r}")


def _snapshot(facts: Mapping[str, Any]) -> Snapshot:
    return Snapshot(Instant.from_json(facts), str(facts["commit"]), str(facts["digest"]))


def _unwritable(path: Path, error: OSError) -> WorkspaceProblem:
    return WorkspaceProblem(
        f"{path} can't be written: {error.strerror}",
        "make room or give yourself the right to write there; nothing was lost",
    )
