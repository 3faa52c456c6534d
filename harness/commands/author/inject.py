"""`worksample author inject`: practice on any tested project."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

from harness import console
from harness.authoring.inject import Injected
from harness.authoring.inject import inject as make

_SHOWN = 10


def inject(
    source: Path,
    target: Path,
    *,
    bugs: int,
    seed: int,
    minutes: int | None,
    package: str,
    as_json: bool,
) -> int:
    made = make(
        source, target, bugs=bugs, seed=seed, minutes=minutes, package=package, tell=console.err
    )
    if as_json:
        console.out_json(_facts(made))
        return 0
    for reason, number in sorted(Counter(made.dropped.values()).items(), key=lambda x: -x[1])[
        :_SHOWN
    ]:
        tests = [id_ for id_, text in made.dropped.items() if text == reason]
        more = f" and {number - 1} more" if number > 1 else ""
        console.warn(f"left out {tests[0] or 'tests'}{more}: {reason}")
    for note in made.notes:
        console.warn(note)
    console.out(f"Made   {made.folder}")
    console.out(f"Bugs   {len(made.complaints)}, out of {made.tried} that were tried")
    console.out(f"Tests  {made.visible} visible, {made.hidden} hidden")
    console.out()
    place = shlex.quote(str(made.folder.parent))
    console.out(f"Start it:  worksample start {made.id} --exercises {place}")
    console.out("What the bugs are is told after scoring; don't look into the folder before.")
    return 0


def _facts(made: Injected) -> dict[str, object]:
    return {
        "exercise": made.id,
        "folder": str(made.folder),
        "requirements": [each.name for each in made.complaints],
        "tests": {"visible": made.visible, "hidden": made.hidden},
        "dropped": dict(made.dropped),
        "tried": made.tried,
        "rejected": dict(made.rejected),
        "notes": list(made.notes),
    }
