"""The history of attempts and scores, which outlives their workspaces: one SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import EnvironmentProblem, WorkspaceProblem
from harness.resources import data_folder

_SCHEMA = 1
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


def begin(exercise: str, mode: str, workspace: Path, started_at: str) -> int:
    """Note a new attempt; its number, counted from 1 for each exercise."""
    with _open(create=True) as database:
        (last,) = database.execute(
            "SELECT coalesce(max(number), 0) FROM attempt WHERE exercise = ?", (exercise,)
        ).fetchone()
        row = (exercise, last + 1, mode, str(workspace), started_at)
        database.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?)", row)
        return int(last) + 1


def forget(exercise: str, number: int) -> None:
    """Take back an attempt that did not come about."""
    with _open(create=True) as database:
        database.execute(
            "DELETE FROM attempt WHERE exercise = ? AND number = ?", (exercise, number)
        )


def add_score(
    exercise: str,
    number: int,
    *,
    official: bool,
    scored_at: str,
    total: float,
    passed: bool,
    used_seconds: float,
    limit_seconds: float,
    scorecard: str,
) -> None:
    """Note a score with its whole scorecard, so that the report can be made again."""
    row = (
        exercise, number, official, scored_at, total, passed,
        used_seconds, limit_seconds, scorecard,
    )  # fmt: skip
    with _open(create=True) as database:
        database.execute("INSERT INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def entries(exercise: str | None = None) -> list[Entry]:
    """Every attempt, oldest first."""
    with _open(create=False) as database:
        rows = database.execute(
            "SELECT a.exercise, a.number, a.mode, a.workspace, a.started_at,"
            " s.total, s.passed, s.used_seconds, s.limit_seconds"
            " FROM attempt a LEFT JOIN score s"
            " ON s.exercise = a.exercise AND s.number = a.number AND s.official"
            " WHERE :exercise IS NULL OR a.exercise = :exercise ORDER BY a.started_at, a.rowid",
            {"exercise": exercise},
        ).fetchall()
    return [Entry(*row) for row in rows]


def best_totals() -> dict[str, float]:
    """The best official total by exercise."""
    with _open(create=False) as database:
        return dict(
            database.execute("SELECT exercise, max(total) FROM score WHERE official GROUP BY 1")
        )


def scorecard(exercise: str, number: int) -> str | None:
    """The last scorecard of an attempt as JSON text."""
    with _open(create=False) as database:
        row = database.execute(
            "SELECT scorecard FROM score WHERE exercise = ? AND number = ?"
            " ORDER BY rowid DESC LIMIT 1",
            (exercise, number),
        ).fetchone()
    return row[0] if row else None


@contextlib.contextmanager
def _open(*, create: bool) -> Iterator[sqlite3.Connection]:
    """A transaction on the history; an empty one in memory where there is no file to read."""
    path = data_folder() / "history.sqlite3"
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, str(error)) from None
    name = str(path) if create or path.exists() else ":memory:"
    try:
        with contextlib.closing(sqlite3.connect(name, timeout=10)) as database:
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
    except sqlite3.OperationalError as error:
        raise _unwritable(path, str(error)) from None
    except sqlite3.DatabaseError as error:
        raise WorkspaceProblem(
            f"the history {path} is damaged: {error}",
            f"put it aside and go on with an empty one: mv {path} {path}.damaged",
        ) from None


def _unwritable(path: Path, detail: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"the history {path} can't be written: {detail}",
        "make that folder writable, or choose another: WORKSAMPLE_DATA=DIR",
    )
