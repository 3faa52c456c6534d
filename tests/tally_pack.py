"""The small exercise `tally` that tests are made of: its folder, its answer, broken copies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from scoring.trees import digest, read_tree

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


def record_proof(folder: Path) -> None:
    """Put into a lock what `author check` records there of an exercise that it proved."""
    lock = folder / "exercise.lock"
    facts = json.loads(lock.read_bytes())
    tree = {path: content for path, content in read_tree(folder).items() if path != lock.name}
    facts["proof"] = {
        "sha256": digest(tree),
        "files": len(tree),
        "bytes": sum(map(len, tree.values())),
    }
    facts["sha256"] = digest(tree)
    lock.write_text(json.dumps(facts))
