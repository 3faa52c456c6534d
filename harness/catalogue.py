"""The exercises that can be started: packaged, from installed packs, and from WORKSAMPLE_PATH.

A broken pack never stops the others from working; it is told when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from harness.errors import UsageProblem, WorkspaceProblem
from harness.exercise import MANIFEST, Exercise, load_exercise
from harness.resources import packaged_exercises

ENTRY_POINTS = "worksample.exercises"


@dataclass(frozen=True)
class Broken:
    """An exercise folder that can't be used, where it came from, and why."""

    name: str
    source: str
    problem: WorkspaceProblem


@dataclass(frozen=True)
class Catalogue:
    exercises: tuple[Exercise, ...]
    broken: tuple[Broken, ...]

    def find(self, exercise_id: str) -> Exercise:
        """Raises UsageProblem with a suggestion, or the problem of a broken exercise."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        for each in self.broken:
            if each.name == exercise_id:
                raise each.problem
        from difflib import get_close_matches

        close = get_close_matches(exercise_id, [each.id for each in self.exercises], n=1)
        tip = "list them: worksample list"
        if close:
            tip = f"did you mean '{close[0]}'? List them: worksample list"
        raise UsageProblem(f"no exercise named '{exercise_id}'", tip)


class _Found(NamedTuple):
    exercise: Exercise
    source: str


def load_catalogue() -> Catalogue:
    """All exercises, sorted by name. Two of one name from different sources are both refused."""
    found: dict[str, _Found] = {}
    broken: list[Broken] = []
    clashing: set[str] = set()
    for folder, source in _folders(broken):
        try:
            exercise = load_exercise(folder)
        except WorkspaceProblem as error:
            broken.append(Broken(folder.name, source, error))
            continue
        if exercise.id in found:
            other = found[exercise.id]
            clashing.add(exercise.id)
            problem = WorkspaceProblem(
                f"two exercises are named '{exercise.id}': "
                f"one from {other.source} in {other.exercise.folder}, "
                f"one from {source} in {folder}",
                "remove one of them, or take it out of WORKSAMPLE_PATH",
            )
            broken.append(Broken(exercise.id, source, problem))
        else:
            found[exercise.id] = _Found(exercise, source)
    usable = [each.exercise for name, each in sorted(found.items()) if name not in clashing]
    return Catalogue(tuple(usable), tuple(broken))


def _folders(broken: list[Broken]) -> Iterator[tuple[Path, str]]:
    """Exercise folders with the name of what brought them; unusable sources go to `broken`."""
    yield from _inside(packaged_exercises(), "worksample itself")
    for name, folder, problem in _packs():
        if problem is not None:
            broken.append(Broken(name, f"the distribution {name}", problem))
        else:
            yield from _inside(folder, f"the distribution {name}")
    for entry in filter(None, os.environ.get("WORKSAMPLE_PATH", "").split(os.pathsep)):
        path = Path(entry).expanduser()
        if not path.is_dir():
            problem = WorkspaceProblem(
                f"WORKSAMPLE_PATH names {entry}, which is not a folder", "correct or unset it"
            )
            broken.append(Broken(entry, "WORKSAMPLE_PATH", problem))
        elif (path / MANIFEST).exists():
            yield path.resolve(), "WORKSAMPLE_PATH"
        else:
            yield from _inside(path.resolve(), "WORKSAMPLE_PATH")


def _inside(folder: Path, source: str) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.iterdir()):
        if (path / MANIFEST).exists():
            yield path, source


def _packs() -> Iterator[tuple[str, Path, WorkspaceProblem | None]]:
    """Folders of installed packs: an entry point names a package that ships exercise folders."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    for point in entry_points(group=ENTRY_POINTS):
        name = point.dist.name if point.dist else point.name
        try:
            spec = find_spec(point.module)
        except Exception:  # noqa: BLE001 - a pack's own code may run, and raise what it likes
            spec = None
        if spec is None or not spec.submodule_search_locations:
            problem = WorkspaceProblem(
                f"the distribution {name} says that its exercises are in {point.value}, "
                "which is not a package",
                f"tell its authors, or remove it: pip uninstall {name}",
            )
            yield name, Path(), problem
        else:
            yield name, Path(next(iter(spec.submodule_search_locations))), None
