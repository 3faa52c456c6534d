"""A new exercise: small, whole and proved as it is, to be replaced bit by bit.

The templates below `templates/exercise/` have the files of the starter, the solution and the hidden
tests; those below `source/` are rendered once for each overlay, with another `variant` each.
"""

from __future__ import annotations

import contextlib
import keyword
import os
import re
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.catalogue import load_catalogue
from harness.errors import UsageProblem, WorkspaceProblem, problem_with
from harness.files import sync_folder
from harness.manifest import NAME_PATTERN, is_taken_package
from harness.resources import packaged_templates
from scoring.sandbox import LIBRARIES
from scoring.terms import Kind
from scoring.trees import Tree, write_tree

_LONGEST_ID = 60
_FILES = (
    "exercise.toml",
    "BRIEF.md",
    "REVIEW.md",
    "starter/README.md",
    "starter/pyproject.toml",
    "starter/tests/test_reading.py",
    "solution/tests/test_sums.py",
    "hidden/test_durations.py",
    "hidden/test_days.py",
    "hidden/test_regression.py",
    "hidden/test_canary.py",
)
# Modules by overlay, each with the variant of it that is there.
_OVERLAYS: Mapping[str, Mapping[str, str]] = {
    "solution": {"durations": "right", "days": "right"},
    "faults/durations": {"durations": "bug"},
    "faults/days": {"days": "bug"},
    "decoys/durations-hundred": {"durations": "hundred"},
    "decoys/durations-one-hour": {"durations": "one-hour"},
    "decoys/days-lower": {"days": "lower"},
    "decoys/days-first": {"days": "first"},
    "decoys/symptom-patches": {"durations": "right", "days": "one-day"},
    "decoys/hard-coded": {"durations": "hard-coded"},
    "alternatives/one-expression": {"durations": "one-expression", "days": "one-expression"},
    "alternatives/counter": {"durations": "counter", "days": "counter"},
}
_RIGHT = ("solution", "alternatives/one-expression", "alternatives/counter")


def write_scaffold(exercise_id: str, kind: Kind, target: Path) -> None:
    """Write a new exercise to `target`, all of it or nothing.

    Raises UsageProblem for an id that can't be one or that an exercise has already,
    WorkspaceProblem where something is in the way, EnvironmentProblem where the machine refuses.
    """
    _check_id(exercise_id)
    if os.path.lexists(target):
        raise WorkspaceProblem(
            f"{target} already exists; it is left as it is",
            f"choose another: worksample author new {exercise_id} --kind {kind} --dir DIR",
        )
    tree = _render(exercise_id, kind)
    made = [folder for folder in target.parents if not folder.exists()]
    staging = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    try:
        staging.mkdir(parents=True)
        write_tree(tree, staging)
        staging.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise problem_with(error)(
            f"{target} can't be created: {error.strerror or error}",
            "choose a folder you can write to: "
            f"worksample author new {exercise_id} --kind {kind} --dir DIR",
        ) from None
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
        with contextlib.suppress(OSError):
            # They go only when they are empty.
            for folder in made:
                folder.rmdir()


def _check_id(exercise_id: str) -> None:
    if not re.fullmatch(NAME_PATTERN, exercise_id) or len(exercise_id) > _LONGEST_ID:
        likely = re.sub(r"[^a-z0-9]+", "-", exercise_id.lower()).strip("-")[:_LONGEST_ID]
        likely = likely.lstrip("0123456789-").rstrip("-") or "my-exercise"
        raise UsageProblem(
            f"{exercise_id!r} can't be the id of an exercise: it takes lower case letters, digits "
            f"and single hyphens, a letter first, {_LONGEST_ID} characters at most",
            f"for example: worksample author new {likely} --kind debug",
        )
    for exercise in load_catalogue().exercises:
        if exercise.id == exercise_id:
            raise UsageProblem(
                f"there is an exercise '{exercise_id}' already, in {exercise.folder}",
                "choose another id; these are taken: worksample list",
            )


def _render(exercise_id: str, kind: Kind) -> Tree:
    """The files of the exercise by path."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(packaged_templates() / "exercise"),
        autoescape=False,  # noqa: S701 - Python, TOML and Markdown, from words that were checked
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    package = _package(exercise_id)
    words = {
        "id": exercise_id,
        "kind": kind,
        "package": package,
        "title": exercise_id.replace("-", " ").capitalize(),
        "api": ["by_day", "entries", "minutes", *_more(kind), "shown"],
    }

    def render(template: str, variant: str = "") -> bytes:
        return environment.get_template(f"{template}.j2").render(words, variant=variant).encode()

    tree = {path: render(path) for path in _FILES}
    asked = "bug" if kind == "debug" else "stub"
    starter = {"__init__": "", "reading": "", "display": "", "durations": asked, "days": asked}
    overlays = {"starter": starter, **_OVERLAYS}
    for module in _more(kind):
        overlays["starter"] = {**overlays["starter"], module: "all-in-one"}
        for folder in _RIGHT:
            overlays[folder] = {**overlays[folder], module: "right"}
    for folder, modules in overlays.items():
        for module, variant in modules.items():
            path = f"{folder}/{package}/{module}.py"
            tree[path] = render(f"source/{module}.py", variant)
    return tree


def _more(kind: Kind) -> list[str]:
    """What there is beside, to be taken apart."""
    return ["report"] if kind == "refactor" else []


def _package(exercise_id: str) -> str:
    """A name for the package that means nothing else already."""
    name = exercise_id.replace("-", "_")
    taken = (
        keyword.iskeyword(name)
        or name in sys.stdlib_module_names
        or name in LIBRARIES
        or is_taken_package(name)
    )
    return f"{name}_code" if taken else name
