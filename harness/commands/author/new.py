"""`worksample author new`: a scaffold to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

from harness import console
from harness.authoring.scaffold import write_scaffold
from scoring.terms import Kind


def new(exercise_id: str, *, kind: Kind, folder: Path | None, as_json: bool) -> int:
    target = folder or Path(exercise_id)
    write_scaffold(exercise_id, kind, target)
    if as_json:
        console.out_json({"exercise": exercise_id, "kind": kind, "path": str(target.resolve())})
        return 0
    place = shlex.quote(str(target))
    console.out(f"Created  {target}, an exercise of the kind {kind} that holds as it is")
    console.out(f"Prove it worksample author check {place}")
    console.out(f"Try it   worksample start {exercise_id} --dir try-it --exercises {place}")
    console.out(f"Threads  or asyncio in it? worksample author add-helper NAME {place}")
    console.out("Then replace it file by file with yours: each says what belongs there")
    return 0
