"""`worksample list`: the catalogue, with the best score so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import console, history
from harness.catalogue import Broken, load_catalogue
from harness.curriculum import Filter, suggested_path
from harness.errors import WorksampleError
from harness.exercise import Exercise

# The column of topics, which a narrow terminal has no room for.
_TOPIC = -2
# What `worksample author check` has not proved may be unfair, or not solvable at all.
_MARKS = {"proved": "", "missing": " (unproved)", "stale": " (changed since it was proved)"}


def list_exercises(also: Sequence[Path], wanted: Filter, *, as_path: bool, as_json: bool) -> int:
    catalogue = load_catalogue(also)
    scores = _scores()
    every = suggested_path(catalogue.exercises) if as_path else catalogue.exercises
    fitting = wanted.apply(every, scores.solved)
    following = next((each.id for each in fitting if each.id not in scores.solved), None)
    if as_json:
        _tell_json(fitting, catalogue.broken, scores, following if as_path else None)
        return 0
    if fitting or not wanted:
        rows = list(_rows(fitting, scores, following, as_path=as_path))
        console.out(console.table(rows, spare=_TOPIC))
    for broken_one in catalogue.broken:
        console.warn(f"'{broken_one.name}' from {broken_one.source} can't be used")
        console.err(f"  why: worksample show {broken_one.name}")
    if not fitting:
        if wanted:
            console.err(f"No exercise fits {wanted}.")
            for tip in wanted.wider(every, scores.solved):
                console.err(f"  {tip}")
        else:
            console.err("No exercises. Name a folder that has some: --exercises DIR")
        return 0
    count = console.plural(len(fitting), "exercise")
    if as_path and following is None:
        console.err(f"{count}, all passed. Once more: worksample start {fitting[0].id}")
    elif as_path:
        done = sum(each.id in scores.solved for each in fitting)
        console.err(f"{count}, {done} passed. The next one: worksample start {following}")
    else:
        console.err(f"{count}. Start one: worksample start {following or fitting[0].id}")
    return 0


def _tell_json(
    exercises: Sequence[Exercise],
    broken: Sequence[Broken],
    scores: _Scores,
    following: str | None,
) -> None:
    console.out_json(
        {
            "exercises": [
                {
                    "id": each.id,
                    "title": each.manifest.title,
                    "kind": each.manifest.kind,
                    "level": each.manifest.level,
                    "minutes": each.manifest.minutes,
                    "topic": each.manifest.topic,
                    "best": scores.best.get(each.id),
                    "solved": each.id in scores.solved,
                    "proof": each.proof_state(),
                    "candidate": each.is_for_candidates,
                    "path": str(each.folder),
                }
                for each in exercises
            ],
            "next": following,
            "broken": [
                {"name": each.name, "source": each.source, "problem": each.problem.message}
                for each in broken
            ],
        }
    )


def _rows(
    exercises: Sequence[Exercise], scores: _Scores, following: str | None, *, as_path: bool
) -> Iterator[tuple[str, ...]]:
    step = ("STEP",) if as_path else ()
    yield (*step, "ID", "KIND", "LEVEL", "TIME", "BEST", "TOPIC", "TITLE")
    for number, each in enumerate(exercises, start=1):
        manifest = each.manifest
        total = scores.best.get(each.id)
        mark = "done" if each.id in scores.solved else "next" if each.id == following else ""
        yield (
            *((f"{number:>2} {mark}",) if as_path else ()),
            each.id,
            manifest.kind,
            manifest.level,
            f"{manifest.minutes} min",
            "-" if total is None else f"{total:.1f}",
            manifest.topic,
            manifest.title + _MARKS[each.proof_state()],
        )


@dataclass(frozen=True)
class _Scores:
    best: Mapping[str, float]
    solved: frozenset[str]


def _scores() -> _Scores:
    try:
        return _Scores(history.best_totals(), history.solved())
    except WorksampleError as error:
        console.warn(error.message)
        return _Scores({}, frozenset())
