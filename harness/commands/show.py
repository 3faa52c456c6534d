"""`worksample show`: what an exercise asks for, before its clock starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import console
from harness.catalogue import load_catalogue
from scoring.trees import Tree


def show_exercise(exercise_id: str, also: Sequence[Path], *, as_json: bool) -> int:
    exercise = load_catalogue(also).find(exercise_id)
    manifest = exercise.manifest
    lock = exercise.read_lock()
    passed = sum(outcome == "passed" for outcome in lock.visible.values())
    if as_json:
        console.out_json(
            {
                "id": manifest.id,
                "version": manifest.version,
                "title": manifest.title,
                "summary": manifest.summary,
                "kind": manifest.kind,
                "level": manifest.level,
                "minutes": manifest.minutes,
                "topic": manifest.topic,
                "python": manifest.python,
                "requirements": exercise.asked,
                "candidate": exercise.is_for_candidates,
                "visible": {"passed": passed, "failed": len(lock.visible) - passed},
                "api": list(manifest.source.api),
                "license": manifest.license,
                "authors": list(manifest.authors),
                "path": str(exercise.folder),
            }
        )
        return 0
    facts = [
        ("Kind", f"{manifest.kind}, {manifest.level}, {manifest.minutes} min"),
        ("Topic", manifest.topic),
        ("Asks", f"{exercise.asked} requirements, {_sources(exercise.starter)}"),
        ("Tests", f"{len(lock.visible)} visible: {passed} passed, "
                  f"{len(lock.visible) - passed} failed. More are hidden."),
        ("Passed", f"from {manifest.pass_mark.normalize():f} of 100 points"),
        ("Version", f"{manifest.version}, {manifest.license}, by {', '.join(manifest.authors)}"),
    ]  # fmt: skip
    console.out(f"{manifest.id}: {manifest.title}")
    if manifest.summary:
        console.out(f"\n{manifest.summary}")
    console.out()
    for name, value in facts:
        console.out(f"{name:<8}{value}")
    console.err(f"\nThe brief opens when the clock starts: worksample start {manifest.id}")
    return 0


def _sources(starter: Tree) -> str:
    modules = [path for path in starter if path.endswith(".py")]
    lines = sum(starter[path].count(b"\n") for path in modules)
    return f"{len(modules)} Python files of {lines} lines"
