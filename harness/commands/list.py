"""`worksample list`: the catalogue, with the best score so far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import console, history
from harness.catalogue import load_catalogue
from harness.errors import WorksampleError

# What `worksample author check` has not proved may be unfair, or not solvable at all.
_MARKS = {"proved": "", "missing": " (unproved)", "stale": " (changed since it was proved)"}


def list_exercises(also: Sequence[Path], *, as_json: bool) -> int:
    catalogue = load_catalogue(also)
    best = _best_totals()
    if as_json:
        exercises = [
            {
                "id": each.id,
                "title": each.manifest.title,
                "kind": each.manifest.kind,
                "level": each.manifest.level,
                "minutes": each.manifest.minutes,
                "topic": each.manifest.topic,
                "best": best.get(each.id),
                "proof": each.proof_state(),
                "candidate": each.is_for_candidates,
                "path": str(each.folder),
            }
            for each in catalogue.exercises
        ]
        broken = [
            {"name": each.name, "source": each.source, "problem": each.problem.message}
            for each in catalogue.broken
        ]
        console.out_json({"exercises": exercises, "broken": broken})
        return 0
    rows = [("ID", "KIND", "LEVEL", "TIME", "BEST", "TITLE")]
    for each in catalogue.exercises:
        manifest = each.manifest
        total = best.get(each.id)
        shown = "-" if total is None else f"{total:.1f}"
        time = f"{manifest.minutes} min"
        title = manifest.title + _MARKS[each.proof_state()]
        rows.append((each.id, manifest.kind, manifest.level, time, shown, title))
    console.out(console.table(rows))
    for broken_one in catalogue.broken:
        console.warn(f"'{broken_one.name}' from {broken_one.source} can't be used")
        console.err(f"  why: worksample show {broken_one.name}")
    count = console.plural(len(catalogue.exercises), "exercise")
    if catalogue.exercises:
        console.err(f"{count}. Start one: worksample start {catalogue.exercises[0].id}")
    else:
        console.err("No exercises. Name a folder that has some: --exercises DIR")
    return 0


def _best_totals() -> dict[str, float]:
    try:
        return history.best_totals()
    except WorksampleError as error:
        console.warn(error.message)
        return {}
