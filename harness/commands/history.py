"""`worksample history`: every attempt on this machine, with its official score."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from harness import console, history


def show_history(exercise_id: str | None, *, as_json: bool) -> int:
    entries = history.entries(exercise_id)
    if as_json:
        console.out_json({"attempts": [asdict(entry) for entry in entries]})
        return 0
    if not entries:
        what = f"No attempt at {exercise_id} yet." if exercise_id else "No attempts yet."
        console.err(f"{what} Start one: worksample start {exercise_id or 'debug-cache'}")
        return 0
    best: dict[str, float] = {}
    for entry in entries:
        if entry.total is not None:
            best[entry.exercise] = max(entry.total, best.get(entry.exercise, 0.0))
    rows = [("EXERCISE", "ATTEMPT", "STARTED", "TIME", "SCORE", "")]
    for entry in entries:
        started = datetime.fromisoformat(entry.started_at).astimezone()
        score, note, time = "-", "not scored", "-"
        if entry.total is not None and entry.used_seconds is not None:
            score = f"{entry.total:.1f}"
            note = "passed" if entry.passed else "not passed"
            note += ", best" if entry.total == best[entry.exercise] else ""
            limit = console.minutes(entry.limit_seconds or 0)
            time = f"{console.minutes(entry.used_seconds)} of {limit}"
        rows.append(
            (entry.exercise, str(entry.number), f"{started:%Y-%m-%d %H:%M}", time, score, note)
        )
    console.out(console.table(rows))
    return 0
