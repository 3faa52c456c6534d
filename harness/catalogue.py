"""The exercises that can be started: packaged, from installed packs, and from folders that
`--exercises` and WORKSAMPLE_PATH name.

A broken pack never stops the others from working; it is told when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from harness.errors import UsageProblem, WorkspaceProblem
from harness.exercise import MANIFEST, Exercise, load_exercise
from harness.resources import packaged_exercises

ENTRY_POINTS = "worksample.exercises"
_PACK = "the distribution "


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


def load_catalogue(also: Iterable[Path] = ()) -> Catalogue:
    """All exercises, sorted by name; `also` are folders beside those that are known anyway.

    Two of one name from different sources are both refused, but for a candidate's copy beside the
    whole exercise that it was made of.
    """
    found: dict[str, _Found] = {}
    broken: list[Broken] = []
    clashing: set[str] = set()
    known: set[Path] = set()
    for folder, source in _folders(also, broken):
        if folder in known:
            continue
        known.add(folder)
        try:
            exercise = load_exercise(folder)
        except WorkspaceProblem as error:
            broken.append(Broken(folder.name, source, error))
            continue
        other = found.get(exercise.id)
        if other is not None and _is_copy(exercise, other.exercise):
            continue
        if other is not None and not _is_copy(other.exercise, exercise):
            clashing.add(exercise.id)
            problem = WorkspaceProblem(
                f"two exercises are named '{exercise.id}': "
                f"one from {other.source} in {other.exercise.folder}, "
                f"one from {source} in {folder}",
                _clash_tip(source, other.source),
            )
            broken.append(Broken(exercise.id, source, problem))
        else:
            found[exercise.id] = _Found(exercise, source)
    usable = [each.exercise for name, each in sorted(found.items()) if name not in clashing]
    return Catalogue(tuple(usable), tuple(broken))


def _is_copy(exercise: Exercise, whole: Exercise) -> bool:
    """Whether one is a candidate's copy that adds nothing to the other."""
    return exercise.is_for_candidates and exercise.sha256 == whole.sha256


def _clash_tip(*sources: str) -> str:
    packs = dict.fromkeys(each for each in sources if each.startswith(_PACK))
    if not packs:
        return "remove one of them, or take it out of WORKSAMPLE_PATH"
    names = " or ".join(each.removeprefix(_PACK) for each in packs)
    return f"remove one of them: pip uninstall {names}"


def _folders(also: Iterable[Path], broken: list[Broken]) -> Iterator[tuple[Path, str]]:
    """Exercise folders with the name of what brought them; unusable sources go to `broken`."""
    yield from _inside(packaged_exercises(), "worksample itself")
    for name, folders, problem in _packs():
        if problem is not None:
            broken.append(Broken(name, f"{_PACK}{name}", problem))
        for folder in folders:
            yield from _inside(folder, f"{_PACK}{name}")
    for path in also:
        inside = list(_named(path.expanduser(), "--exercises"))
        if not inside:
            raise UsageProblem(
                f"--exercises {path}: there is no exercise in that folder",
                f"name an exercise, or a folder whose folders have an {MANIFEST}",
            )
        yield from inside
    for entry in filter(None, os.environ.get("WORKSAMPLE_PATH", "").split(os.pathsep)):
        path = Path(entry).expanduser()
        if path.is_dir():
            yield from _named(path, "WORKSAMPLE_PATH")
        else:
            problem = WorkspaceProblem(
                f"WORKSAMPLE_PATH names {entry}, which is not a folder", "correct or unset it"
            )
            broken.append(Broken(entry, "WORKSAMPLE_PATH", problem))


def _named(path: Path, source: str) -> Iterator[tuple[Path, str]]:
    """An exercise, or those in a folder of exercises."""
    if (path / MANIFEST).exists():
        yield path.resolve(), source
    else:
        yield from _inside(path.resolve(), source)


def _inside(folder: Path, source: str) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.iterdir()):
        if (path / MANIFEST).exists():
            yield path, source


def _packs() -> Iterator[tuple[str, list[Path], WorkspaceProblem | None]]:
    """Folders of installed packs: an entry point names a package that ships exercise folders.

    Nothing of a pack is imported, and none that is broken stands in another's way.
    """
    from importlib.metadata import distributions

    seen = set()
    for each in distributions():
        try:
            text = each.read_text("entry_points.txt") or ""
        except (OSError, ValueError):
            continue
        if f"[{ENTRY_POINTS}]" not in text:
            continue
        name = each.metadata["Name"] or "without a name"
        # The first on the path is the one that is imported, too.
        if name in seen:
            continue
        seen.add(name)
        try:
            points = [point for point in each.entry_points if point.group == ENTRY_POINTS]
        except (TypeError, ValueError):
            problem = WorkspaceProblem(
                f"the entry points of the distribution {name} can't be read", _pack_tip(name)
            )
            yield name, [], problem
            continue
        for point in points:
            try:
                folders = _package_folders(point.module)
            except (AttributeError, ImportError, ValueError, OSError):
                # What stands there is no name, or whoever finds modules can't make sense of it.
                folders = []
            problem = WorkspaceProblem(
                f"the distribution {name} says that its exercises are in {point.value}, "
                "which is not a package",
                _pack_tip(name),
            )
            yield name, folders, None if folders else problem


def _pack_tip(name: str) -> str:
    return f"tell its authors, or remove it: pip uninstall {name}"


def _package_folders(module: str) -> list[Path]:
    """Where a package is, without importing what it is in, as `find_spec` would."""
    import sys
    from importlib.util import find_spec

    name, *below = module.split(".")
    spec = find_spec(name)
    for part in below:
        if spec is None or spec.submodule_search_locations is None:
            return []
        name, path = f"{name}.{part}", list(spec.submodule_search_locations)
        found = (finder.find_spec(name, path) for finder in sys.meta_path)
        spec = next((each for each in found if each is not None), None)
    if spec is None or spec.submodule_search_locations is None:
        return []
    return [Path(each) for each in spec.submodule_search_locations if Path(each).is_dir()]
