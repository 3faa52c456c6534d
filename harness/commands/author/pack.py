"""`worksample author pack`: exercises as a wheel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import console
from harness.authoring import pack as packs
from harness.prepare import typed_path


def pack(
    paths: Sequence[Path],
    *,
    output: Path,
    name: str | None,
    version: str | None,
    candidate: bool,
    as_json: bool,
) -> int:
    made = packs.pack(paths, output, name=name, version=version, candidate=candidate)
    size = made.path.stat().st_size
    if as_json:
        console.out_json(
            {
                "pack": str(made.path),
                "name": made.name,
                "version": made.version,
                "candidate": candidate,
                "exercises": [each.id for each in made.exercises],
                "bytes": size,
                "sha256": made.sha256,
                "written": made.written,
            }
        )
        return 0
    done = "Packed" if made.written else "The same"
    ids = ", ".join(each.id for each in made.exercises)
    path = typed_path(made.path.resolve())
    console.out(f"{done:<8}{path} ({size / 1e6:.2f} MB)")
    console.out(f"Holds   {ids}{', without what is hidden' if candidate else ''}")
    console.out(f"Next    pipx inject worksample {path}")
    console.out(f"        uv tool install --with {path} worksample")
    return 0
