"""`worksample show`: what an exercise asks for, before its clock starts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from harness import console
from harness.catalogue import load_catalogue
from harness.exercise import Exercise
from scoring.trees import Tree

# Controls and marks that reorder text: a terminal would obey them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_WIDEST = 100


def show_exercise(exercise_id: str, also: Sequence[Path], *, plain: bool, as_json: bool) -> int:
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
                "brief": _brief(exercise),
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
    painted = console.is_painted()
    head = [f"{manifest.id}: {manifest.title}"]
    if manifest.summary:
        head += ["", fill(manifest.summary, _width()) if painted else manifest.summary]
    head += ["", *(f"{name:<8}{value}" for name, value in facts), ""]
    brief = _brief(exercise)
    if plain or brief is None or not painted:
        console.out("\n".join(head) + ("" if brief is None else f"\n{brief}"))
    else:
        console.page("\n".join(head) + f"\n{_rendered(brief)}")
    if brief is None:
        console.err(f"The brief opens when the clock starts: worksample start {manifest.id}")
    else:
        console.err(f"The clock starts with: worksample start {manifest.id}")
    return 0


def _brief(exercise: Exercise) -> str | None:
    """The brief's text; None for a candidate's copy, where it belongs to the time that is given."""
    if exercise.is_for_candidates:
        return None
    text = exercise.starter["BRIEF.md"].decode("utf-8", "replace")
    return _UNSEEN.sub("�", text.replace("\r\n", "\n"))


def _rendered(markdown: str) -> str:
    """Markdown as a terminal shows it, as wide as that is."""
    # Nothing else needs it, and importing it takes as long as the rest of this command.
    from rich.console import Console
    from rich.markdown import Markdown

    terminal = Console(
        force_terminal=True, width=_width(), color_system="standard", highlight=False
    )
    with terminal.capture() as captured:
        terminal.print(Markdown(markdown, hyperlinks=False, code_theme="ansi_dark"))
    return captured.get()


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)


def _sources(starter: Tree) -> str:
    modules = [path for path in starter if path.endswith(".py")]
    lines = sum(starter[path].count(b"\n") for path in modules)
    return f"{len(modules)} Python files of {lines} lines"
