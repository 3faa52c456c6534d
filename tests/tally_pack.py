"""The small exercise `tally` that tests are made of: its folder, its answer, broken copies."""

from __future__ import annotations

import shutil
from pathlib import Path

PACKS = Path(__file__).parent / "packs"
TALLY = PACKS / "tally"


def solve(workspace: Path, *, tests: bool = True) -> None:
    """Lay the reference solution over a `tally` workspace, with or without its tests."""
    solution = TALLY / "solution"
    for path in solution.rglob("*.py"):
        relative = path.relative_to(solution)
        if tests or relative.parts[0] != "tests":
            (workspace / relative).write_bytes(path.read_bytes())


def copy_pack(target: Path, *edits: tuple[str, str]) -> None:
    """A copy of the exercise with changes to its manifest."""
    shutil.copytree(TALLY, target)
    manifest = target / "exercise.toml"
    text = manifest.read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    manifest.write_text(text)
