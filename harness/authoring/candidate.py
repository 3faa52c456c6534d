"""The copy of an exercise that a candidate may have: it starts and is worked on like the whole.

Nothing of what is hidden is left out by name: what is given is picked, so that whatever an author
adds to an exercise stays with the author. The manifest has what `show` tells before the clock
starts, the lock what `start` tells of the visible tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from harness.exercise import LOCK, LOCK_SCHEMA, MANIFEST, Exercise
from scoring.trees import Tree, below, digest

# Keys of the manifest; all others are the author's own.
_TOLD = (
    *("schema", "id", "version", "title", "summary", "kind", "level", "minutes", "topic"),
    *("python", "requires", "authors", "license", "tests", "pass_mark"),
    *("lint", "limits", "weights"),
)
_LICENSES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


def candidate_copy(exercise: Exercise) -> Tree:
    """All files of the copy. Raises WorkspaceProblem if the lock is missing or stale."""
    lock = exercise.read_lock()
    files = {
        "BRIEF.md": exercise.files["BRIEF.md"],
        **below(exercise.files, ["starter"]),
        **{
            path: content
            for path, content in exercise.files.items()
            if "/" not in path and path.upper().startswith(_LICENSES)
        },
        MANIFEST: _manifest(exercise).encode(),
    }
    facts = {
        "schema": LOCK_SCHEMA,
        "exercise": exercise.id,
        "version": exercise.manifest.version,
        "sha256": digest(files),
        "reference_churn": 0,
        "caught_by_starter": [],
        "visible": dict(lock.visible),
        "hidden": {},
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    return {**files, LOCK: text.encode()}


def _manifest(exercise: Exercise) -> str:
    everything = exercise.manifest.model_dump(by_alias=True, exclude_none=True)
    told = {key: everything[key] for key in _TOLD if key in everything}
    told["source"] = {key: everything["source"][key] for key in ("packages", "api")}
    told["candidate"] = {"sha256": exercise.sha256, "requirements": exercise.asked}
    return _toml(told)


def _toml(table: Mapping[str, object]) -> str:
    """Texts, numbers and lists of texts, and tables of these, as TOML."""
    plain = [(key, value) for key, value in table.items() if not isinstance(value, Mapping)]
    lines = [f"{key} = {_value(value)}" for key, value in plain]
    for name, inner in table.items():
        if isinstance(inner, Mapping):
            lines += ["", f"[{name}]", *(f"{key} = {_value(each)}" for key, each in inner.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    # TOML's texts, numbers and truths are JSON's, but for one character that it wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
