"""Where outcomes are kept: the tables that the dashboards read."""

import sqlite3

from bakeoff.outcomes import Outcome, Status

_TABLES = (
    "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, suite TEXT)",
    "CREATE TABLE IF NOT EXISTS results (id INTEGER PRIMARY KEY, run INTEGER, "
    "variant TEXT, sample TEXT, status TEXT, answer TEXT, score REAL, "
    "attempts INTEGER, note TEXT)",
)
_COLUMNS = "variant, sample, status, answer, score, attempts, note"


class SqliteStore:
    """A store in a database; each outcome is safe as soon as it is added."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        for table in _TABLES:
            db.execute(table)

    def begin(self, suite: str) -> int:
        """Begin a run of a suite; return its number."""
        with self._db:
            cursor = self._db.execute("INSERT INTO runs (suite) VALUES (?)", (suite,))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def last_run(self, suite: str) -> int | None:
        """Return the number of the last run of a suite, if there was one."""
        query = "SELECT MAX(id) FROM runs WHERE suite = ?"
        (last,) = self._db.execute(query, (suite,)).fetchone()
        return last

    def add(self, run: int, outcome: Outcome) -> None:
        """Keep an outcome."""
        row = (
            run,
            outcome.variant,
            outcome.sample,
            str(outcome.status),
            outcome.answer,
            outcome.score,
            outcome.attempts,
            outcome.note,
        )
        with self._db:
            self._db.execute(
                f"INSERT INTO results (run, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def outcomes(self, run: int) -> list[Outcome]:
        """Return the outcomes of a run, in the order in which they came."""
        query = f"SELECT {_COLUMNS} FROM results WHERE run = ? ORDER BY id"
        return [
            Outcome(variant, sample, Status(status), *rest)
            for variant, sample, status, *rest in self._db.execute(query, (run,))
        ]
