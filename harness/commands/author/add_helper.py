"""`worksample author add-helper`: a shared module for an exercise's tests."""

from __future__ import annotations

import shlex
from pathlib import Path

from harness import console
from harness.authoring.shared_tests import SHARED, add_shared
from harness.exercise import load_exercise


def add_helper(name: str, folder: Path, *, as_json: bool) -> int:
    path, added = add_shared(load_exercise(folder), name)
    if as_json:
        console.out_json({"helper": name, "path": str(path), "added": added})
        return 0
    if not added:
        console.out(f"There    {path} is what it should be")
        return 0
    console.out(f"Added    {path}: {SHARED[name]}")
    console.out("How      its docstring tells candidates and you; hidden tests may import it too")
    console.out(f"Prove it worksample author check {shlex.quote(str(folder))}")
    return 0
