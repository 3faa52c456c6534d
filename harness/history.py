"""The history of attempts and scores, which outlives their workspaces: one SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentProblem, WorksampleError, WorkspaceProblem
from harness.resources import data_folder

if TYPE_CHECKING:
    from harness.attempt import Attempt

_SCHEMA = 1
# The moment of an attempt that is being prepared.
_NOT_YET = ""
_ELSEWHERE = ("make that folder writable, or choose another: WORKSAMPLE_DATA=DIR",)
_TABLES = """
CREATE TABLE attempt (
    exercise TEXT NOT NULL,
    number INTEGER NOT NULL,
    mode TEXT NOT NULL,
    workspace TEXT NOT NULL,
    started_at TEXT NOT NULL,
    PRIMARY KEY (exercise, number)
);
CREATE TABLE score (
    exercise TEXT NOT NULL,
    number INTEGER NOT NULL,
    official INTEGER NOT NULL,
    scored_at TEXT NOT NULL,
    total REAL NOT NULL,
    passed INTEGER NOT NULL,
    used_seconds REAL NOT NULL,
    limit_seconds REAL NOT NULL,
    scorecard TEXT NOT NULL,
    FOREIGN KEY (exercise, number) REFERENCES attempt
);
"""


@dataclass(frozen=True)
class Entry:
    """One attempt with its official score, if it has one."""

    exercise: str
    number: int
    mode: str
    workspace: str
    started_at: str
    total: float | None
    passed: int | None
    used_seconds: float | None
    limit_seconds: float | None


@dataclass(frozen=True)
class FirstScore:
    """The official score of an attempt."""

    scored_at: str
    total: float
    used_seconds: float


@dataclass(frozen=True)
class Known:
    """What is on record of one attempt; `started_at` is "" where its start was cut off."""

    workspace: str
    started_at: str
    official: FirstScore | None


def begin(exercise: str, mode: str, workspace: Path) -> int:
    """Give a new attempt its number, counted from 1 for each exercise.

    Until `started` is called it is an attempt that may not come about: it is shown only when its
    workspace says that it did. Its number is never given to another, whatever becomes of it.
    """
    with _open(create=True) as database:
        (last,) = database.execute(
            "SELECT coalesce(max(number), 0) FROM attempt WHERE exercise = ?", (exercise,)
        ).fetchone()
        row = (exercise, last + 1, mode, str(workspace), _NOT_YET)
        database.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?)", row)
        return int(last) + 1


def started(exercise: str, number: int, started_at: str) -> None:
    """Note that an attempt came about, and when its clock started."""
    with _open(create=True) as database:
        database.execute(
            "UPDATE attempt SET started_at = ? WHERE exercise = ? AND number = ?",
            (started_at, exercise, number),
        )


def forget(exercise: str, number: int, workspace: Path) -> None:
    """Take back an attempt, and its number, unless it came about in that workspace."""
    if _attempt_in(workspace, exercise, number) is None:
        with _open(create=True) as database:
            database.execute(
                "DELETE FROM attempt WHERE exercise = ? AND number = ?", (exercise, number)
            )


def add_score(
    exercise: str,
    number: int,
    *,
    mode: str,
    workspace: Path,
    started_at: str,
    earlier: int,
    official: bool,
    scored_at: str,
    total: float,
    passed: bool,
    used_seconds: float,
    limit_seconds: float,
    scorecard: str,
) -> None:
    """Keep a score with its scorecard (JSON text), so that the report can be made again.

    `earlier` is how many scores the attempt has already. What is here beyond them comes from a
    score that was cut off before it counted, and gives way to this one. An attempt that is not
    here, because the history was put aside, is entered again. Raises WorkspaceProblem when its
    number has been given to another one since.
    """
    row = (
        exercise, number, official, scored_at, total, passed,
        used_seconds, limit_seconds, scorecard,
    )  # fmt: skip
    with _open(create=True) as database:
        known = database.execute(
            "SELECT workspace, started_at FROM attempt WHERE exercise = ? AND number = ?",
            (exercise, number),
        ).fetchone()
        if (
            known is not None
            and known[0] != str(workspace)
            and (
                # A workspace that was moved has left its old place.
                known[1] not in {_NOT_YET, started_at}
                or _attempt_in(Path(known[0]), exercise, number) is not None
            )
        ):
            raise WorkspaceProblem(f"attempt {number} there is another one, in {known[0]}")
        database.execute(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?) ON CONFLICT (exercise, number)"
            " DO UPDATE SET started_at = excluded.started_at WHERE started_at = ?",
            (exercise, number, mode, str(workspace), started_at, _NOT_YET),
        )
        database.execute(
            "DELETE FROM score WHERE rowid IN (SELECT rowid FROM score"
            " WHERE exercise = ? AND number = ? ORDER BY rowid LIMIT -1 OFFSET ?)",
            (exercise, number, earlier),
        )
        database.execute("INSERT INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def has_score(exercise: str, number: int) -> bool:
    """Whether an attempt's official score is here."""
    with _open(create=False) as database:
        return bool(
            database.execute(
                "SELECT 1 FROM score WHERE exercise = ? AND number = ? AND official",
                (exercise, number),
            ).fetchone()
        )


def known(exercise: str, number: int) -> Known | None:
    """What is on record of an attempt; None where it is not here."""
    with _open(create=False) as database:
        row = database.execute(
            "SELECT a.workspace, a.started_at, s.scored_at, s.total, s.used_seconds"
            " FROM attempt a LEFT JOIN score s"
            " ON s.exercise = a.exercise AND s.number = a.number AND s.official"
            " WHERE a.exercise = ? AND a.number = ? ORDER BY s.rowid LIMIT 1",
            (exercise, number),
        ).fetchone()
    if row is None:
        return None
    workspace, started_at, scored_at, total, used = row
    try:
        for moment in filter(None, (started_at, scored_at)):
            datetime.fromisoformat(moment)
        first = None if scored_at is None else FirstScore(scored_at, float(total), float(used))
    except (TypeError, ValueError) as error:
        raise _damaged(f"attempt {number} at {exercise}: {error}") from None
    return Known(str(workspace), str(started_at), first)


def entries(exercise: str | None = None) -> list[Entry]:
    """Every attempt, oldest first."""
    with _open(create=False) as database:
        rows = database.execute(
            "SELECT a.exercise, a.number, a.mode, a.workspace, a.started_at,"
            " s.total, s.passed, s.used_seconds, s.limit_seconds"
            " FROM attempt a LEFT JOIN score s"
            " ON s.exercise = a.exercise AND s.number = a.number AND s.official"
            " WHERE :exercise IS NULL OR a.exercise = :exercise ORDER BY a.rowid",
            {"exercise": exercise},
        ).fetchall()
    found = []
    for row in rows:
        entry = Entry(*row)
        if entry.started_at == _NOT_YET:
            # `start` was cut off before it could tell; the workspace knows.
            attempt = _attempt_in(Path(entry.workspace), entry.exercise, entry.number)
            if attempt is None or attempt.started is None:
                continue
            moment = attempt.started.utc.isoformat(timespec="seconds")
            entry = replace(entry, started_at=moment)
        found.append(_checked(entry))
    return sorted(found, key=lambda entry: entry.started_at)


def best_totals() -> dict[str, float]:
    """The best official total by exercise."""
    with _open(create=False) as database:
        return dict(
            database.execute("SELECT exercise, max(total) FROM score WHERE official GROUP BY 1")
        )


def solved() -> frozenset[str]:
    """The exercises with an official score that passed."""
    with _open(create=False) as database:
        rows = database.execute("SELECT DISTINCT exercise FROM score WHERE official AND passed")
        return frozenset(exercise for (exercise,) in rows)


def scorecard(exercise: str, number: int) -> str | None:
    """The last scorecard of an attempt as JSON text."""
    with _open(create=False) as database:
        row = database.execute(
            "SELECT scorecard FROM score WHERE exercise = ? AND number = ?"
            " ORDER BY rowid DESC LIMIT 1",
            (exercise, number),
        ).fetchone()
    return row[0] if row else None


def _attempt_in(workspace: Path, exercise: str, number: int) -> Attempt | None:
    """The attempt in a workspace, if it is that one."""
    from harness.workspace import Workspace

    try:
        attempt = Workspace(workspace).journal.read()
    except WorkspaceProblem:
        return None
    found = (attempt.plan.exercise, attempt.plan.number)
    return attempt if found == (exercise, number) else None


def _checked(entry: Entry) -> Entry:
    """SQLite keeps whatever it is given in a column, and so does damage."""
    try:
        datetime.fromisoformat(entry.started_at)
        for number in (entry.total, entry.used_seconds, entry.limit_seconds):
            float(number or 0)
    except (TypeError, ValueError) as error:
        raise _damaged(f"attempt {entry.number} at {entry.exercise}: {error}") from None
    return entry


@contextlib.contextmanager
def _open(*, create: bool) -> Iterator[sqlite3.Connection]:
    """A transaction on the history; an empty one in memory where there is no file to read."""
    path = _path()
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        name = str(path) if create or path.exists() else ":memory:"
    except OSError as error:
        raise _refused(
            f"can't be {'written' if create else 'read'}: {error}", *_ELSEWHERE
        ) from None
    try:
        with contextlib.closing(sqlite3.connect(name, timeout=5)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > _SCHEMA:
                raise WorkspaceProblem(
                    f"{path} was written by a newer version of worksample", "upgrade worksample"
                )
            with database:
                database.execute("BEGIN IMMEDIATE" if create else "BEGIN")
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if not version:
                    for statement in filter(str.strip, _TABLES.split(";")):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {_SCHEMA}")
                yield database
    except sqlite3.DatabaseError as error:
        raise _told(error) from None


def _told(error: sqlite3.DatabaseError) -> WorksampleError:
    """What SQLite reports: the machine's refusals apart from damage to the file."""
    path = _path()
    if path.is_dir():
        return WorkspaceProblem(
            f"the history {path} can't be written: it is a folder",
            f"move it away: mv {path} {path}.aside",
        )
    # The low byte is the kind; the rest, if any, says more.
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _refused(f"can't be written: {error}", "make room, then run this again")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _refused(f"is in use: {error}", "wait until it is free, then run this again")
        case (
            sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_PERM
            | sqlite3.SQLITE_IOERR
            | sqlite3.SQLITE_AUTH
        ):
            return _refused(f"can't be written: {error}", *_ELSEWHERE)
    return _damaged(str(error))


def _refused(detail: str, *tips: str) -> EnvironmentProblem:
    return EnvironmentProblem(f"the history {_path()} {detail}", *tips)


def _damaged(detail: str) -> WorkspaceProblem:
    path = _path()
    return WorkspaceProblem(
        f"the history {path} is damaged: {detail}",
        f"put it aside and go on with an empty one: mv {path} {path}.damaged",
    )


def _path() -> Path:
    return data_folder() / "history.sqlite3"
