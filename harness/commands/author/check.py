"""`worksample author check`: prove an exercise, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness import console
from harness.authoring.lock import write_lock
from harness.authoring.proof import Proof, Verdict, prove, tool_versions
from harness.exercise import LOCK, load_exercise

_NAME = 8


def check(folder: Path, *, trust_record: bool, as_json: bool) -> int:
    """Exit code 1 when a rule does not hold. Raises WorkspaceProblem where there is no exercise."""
    exercise = load_exercise(folder)
    if trust_record:
        record = exercise.recorded_proof()
        if (
            record is not None
            and record.get("sha256") == exercise.sha256
            and record.get("versions") == tool_versions()
        ):
            return _trusted(folder, record, as_json=as_json)
    with console.progress(f"Checking {exercise.id}") as progress:
        proof = prove(exercise, progress)
    if proof.facts is not None:
        write_lock(exercise, proof.facts, proof.record if proof.ok else None)
    if as_json:
        facts = {"ok": proof.ok, "exercise": exercise.id, "trusted": False}
        console.out_json({**facts, "rules": [_as_json(each) for each in proof.verdicts]})
    else:
        _tell(folder, proof)
    return 0 if proof.ok else 1


def _trusted(folder: Path, record: Mapping[str, Any], *, as_json: bool) -> int:
    rules = record.get("rules", {})
    if as_json:
        told = [
            {"rule": name, "ok": True, "figures": figures, "problems": [], "waived": ""}
            for name, figures in rules.items()
        ]
        facts = {"ok": True, "exercise": load_exercise(folder).id, "trusted": True}
        console.out_json({**facts, "rules": told})
    else:
        console.out(f"Proved before: {folder / LOCK} records {len(rules)} rules; nothing was run")
    return 0


def _as_json(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "rule": verdict.name,
        "ok": finding.ok,
        "figures": dict(finding.figures),
        "problems": list(finding.problems),
        "waived": finding.waived,
    }


def _tell(folder: Path, proof: Proof) -> None:
    failing = [each for each in proof.verdicts if not each.finding.ok]
    for number, verdict in enumerate(proof.verdicts, start=1):
        finding = verdict.finding
        word = "waived" if finding.waived and finding.ok else "holds" if finding.ok else "fails"
        mark = console.mark(ok=finding.ok)
        console.out(f"{mark} {word:<7}{number:>2} {verdict.name:<{_NAME}}  {finding.text}")
        if finding.waived:
            console.out(f"             {'':<{_NAME}}{finding.waived}")
    for verdict in failing:
        console.out()
        console.out(f"{verdict.name}: {verdict.title.lower()}")
        for problem in verdict.finding.problems:
            console.out(f"  - {problem}")
    console.out()
    if not failing:
        console.out(f"Proved   all {len(proof.verdicts)} rules hold; recorded in {folder / LOCK}")
        return
    names = ", ".join(each.name for each in failing)
    held = len(proof.verdicts) - len(failing)
    console.out(f"Unproved {held} of {len(proof.verdicts)} rules hold; these do not: {names}")
    console.err("what each rule asks for is told in docs/authoring.md")
