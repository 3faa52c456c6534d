"""An attempt: its events as they were written down, and what follows from them.

Events are appended to one file and made durable one by one; nothing is ever rewritten. Whoever
appends holds the workspace's lock. A last line that a crash tore is taken off by the next one
to write; damage anywhere else is told, never guessed over.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from harness.clock import Instant
from harness.errors import WorksampleError, WorkspaceProblem, problem_with

EVENTS_SCHEMA = 1
# Past the limit by no more than this is not late: saving and typing take time too.
GRACE_SECONDS = 60.0
_PATIENCE_SECONDS = 1.0

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
    # The packages that the exercise needs, for `test`, which does not read the exercise.
    requires: tuple[str, ...] = ()


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
    # Of every event, in the order in which they were written down; they follow from the rest.
    moments: tuple[Instant, ...] = field(default=(), repr=False, compare=False)

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
        return self.official.used if self.official is not None else self._used_at(now)

    def last_snapshot_within(self, seconds: float) -> Snapshot | None:
        """The last snapshot taken before that many seconds had been used."""
        if self.started is None:
            return None
        inside = [each for each in self.snapshots if self._used_at(each.at) <= seconds]
        return inside[-1] if inside else None

    def _used_at(self, moment: Instant) -> float:
        """Seconds from the start to a moment: that of an event, or the present.

        Each boot is measured by itself, from its first event; what lies between two boots, by UTC.
        A restart with a wrong system clock then costs or gives no more than that, and time that
        is on record stays used.
        """
        if self.started is None:
            return 0.0
        on_record = moment in self.moments
        before = reached = 0.0
        first = last = self.started
        for each in (*self.moments, moment):
            if each.boot_id != last.boot_id:
                before += reached + each.since(last)
                reached, first, last = 0.0, each, each
            elif each.since(first) >= reached:
                reached, last = each.since(first), each
            if on_record and each == moment:
                return before + each.since(first)
        return before + reached

    def set_back(self, now: Instant) -> float:
        """Seconds that the system clock was found set back after a restart; 0 if never."""
        moments = [each for each in (self.started, *self.moments, now) if each is not None]
        return max(
            (later.behind(earlier) for earlier, later in itertools.pairwise(moments)), default=0.0
        )


class Journal:
    """The events of one attempt on disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "attempt.jsonl"
        self._lock_path = folder / "lock"

    def exists(self) -> bool:
        """Whether there is an attempt, be it a damaged one: who works here holds the lock first."""
        return os.path.lexists(self.path) or os.path.lexists(self._lock_path)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace. Raises WorkspaceProblem when another command goes on having it.

        A crash can't leave the lock behind: it goes with the process that holds it. Raises
        EnvironmentProblem where nothing can be written.
        """
        try:
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise _unwritable(self._lock_path, error) from None
        try:
            try:
                held = _held(descriptor)
            except OSError as error:
                raise _unwritable(self._lock_path, error) from None
            if not held:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise WorkspaceProblem(
                    "another worksample command is at work in this workspace"
                    + (f" (process {holder})" if holder else ""),
                    "wait until it is done, then run this again",
                )
            # Who holds it is good to know, and no reason to stop where the disk is full.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
            yield
        finally:
            os.close(descriptor)

    def append(self, event: str, facts: Mapping[str, Any]) -> None:
        """Write one event, durably. The caller holds the lock, or nobody else knows the file."""
        line = json.dumps({"event": event, **facts}, ensure_ascii=True).encode() + b"\n"
        try:
            with open(self.path, "ab+", opener=_no_link) as stream:
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
            with open(self.path, "rb", opener=_no_link) as stream:
                lines = stream.read().split(b"\n")
        except OSError as error:
            raise WorkspaceProblem(
                f"{self.path} can't be read: {_reason(error)}", *_LOST_TIPS
            ) from None
        attempt: Attempt | None = None
        # What follows the last line end is "", or an event that a crash tore.
        for number, line in enumerate(lines[:-1], start=1):
            try:
                facts = json.loads(line)
                attempt = self._begin(facts) if attempt is None else _follow(attempt, facts)
            except (KeyError, TypeError, ValueError, OverflowError):
                raise self.damaged(f"at line {number}") from None
        if attempt is None:
            raise self.damaged("at line 1")
        return attempt

    def _begin(self, facts: Mapping[str, Any]) -> Attempt:
        if facts["schema"] != EVENTS_SCHEMA:
            raise WorkspaceProblem(
                f"{self.path} was written by another version of worksample "
                f"(schema {facts['schema']}, this one reads {EVENTS_SCHEMA})",
                "use that version for this attempt, or start a new one",
            )
        plan = {**facts["plan"]}
        plan["requires"] = tuple(map(str, plan.get("requires", ())))
        return Attempt(Plan(**plan), None, (), (), (), None)

    def damaged(self, where: str) -> WorkspaceProblem:
        """What to raise for a file that does not say what it once said."""
        return WorkspaceProblem(f"{self.path} is damaged {where}", *_DAMAGE_TIPS)


_UNTOUCHED = "your work is untouched; its snapshots are in git: git log refs/worksample/snapshots"
_ANEW = "start anew: worksample start ID --dir DIR"
_DAMAGE_TIPS = (_UNTOUCHED, f"repair or delete that line if you know it; else {_ANEW}")
_LOST_TIPS = (_UNTOUCHED, f"put the file back, or make it readable, if you can; else {_ANEW}")


# It bears the moment at which the score began, which is an event of its own.
_LOOKING_BACK = {"scored"}


def _follow(attempt: Attempt, facts: Mapping[str, Any]) -> Attempt:
    """The attempt after one more event. Raises KeyError, TypeError or ValueError for no event."""
    at = Instant.from_json(facts)
    if facts["event"] not in _LOOKING_BACK:
        attempt = replace(attempt, moments=(*attempt.moments, at))
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


def _held(descriptor: int) -> bool:
    """Take the lock on a file; most who have it are done in a moment, so wait for that long."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        else:
            return True


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o644)


def _reason(error: OSError) -> str:
    return "it is a link" if error.errno == errno.ELOOP else error.strerror or str(error)


def _unwritable(path: Path, error: OSError) -> WorksampleError:
    if error.errno in {errno.ELOOP, errno.EISDIR}:
        tip = f"that is not what worksample put there; move it away: mv {path} {path}.aside"
    else:
        tip = "make room or give yourself the right to write there; nothing was lost"
    return problem_with(error)(f"{path} can't be written: {_reason(error)}", tip)
