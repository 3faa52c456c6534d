"""`worksample doctor`: what this machine has, and what would help."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from harness import console, git
from harness.catalogue import load_catalogue
from harness.environments import Environment, clear_environments, environments
from harness.errors import EnvironmentProblem, WorksampleError
from harness.resources import data_folder
from scoring.runner import Runner
from scoring.warm import SandboxError


@dataclass(frozen=True)
class Check:
    """One thing looked at. `tip` says what to do where it is not well."""

    name: str
    ok: bool
    detail: str
    tip: str = ""


def doctor(also: Sequence[Path], *, as_json: bool) -> int:
    checks = list(_checks(also))
    installed = environments()
    checks += [Check("packages", ok=True, detail=_told(each)) for each in installed]
    sandbox, isolation = _sandbox()
    checks.append(isolation)
    if as_json:
        console.out_json(
            {
                "checks": [asdict(check) for check in checks],
                "sandbox": sandbox,
                "environments": _facts(installed),
            }
        )
    else:
        for check in checks:
            word = "ok" if check.ok else "look"
            console.out(f"{console.mark(ok=check.ok)} {word:<5}{check.name:<13}{check.detail}")
            if not check.ok:
                console.out(f"        tip: {check.tip}")
    return 0 if all(check.ok for check in checks) else 4


def clear(*, as_json: bool) -> int:
    """`--clear-environments`: remove the packages that were installed for exercises."""
    with console.busy("Removing"):
        gone = clear_environments()
    if as_json:
        console.out_json({"removed": _facts(gone)})
        return 0
    for each in gone:
        console.out(f"Removed {_told(each)}")
    freed = sum(each.size for each in gone) / 1e6
    console.out(f"{console.plural(len(gone), 'environment')} removed, {freed:.1f} MB")
    return 0


def _told(environment: Environment) -> str:
    age = datetime.now(UTC) - environment.made
    return (
        f"{', '.join(environment.requires)} ({environment.size / 1e6:.1f} MB, "
        f"{console.plural(age.days, 'day')} old)"
    )


def _facts(of: list[Environment]) -> list[dict[str, object]]:
    return [
        {
            "requires": list(each.requires),
            "folder": str(each.folder),
            "bytes": each.size,
            "made_at": each.made.isoformat(timespec="seconds"),
        }
        for each in of
    ]


def _checks(also: Sequence[Path]) -> Iterator[Check]:
    yield Check("python", ok=True, detail=platform.python_version())
    try:
        yield Check("git", ok=True, detail=git.require_git())
        identity = git.identity_is_configured()
        yield Check(
            "git identity",
            ok=identity,
            detail="configured" if identity else "not configured; start and score work without",
            tip="for commits of your own: git config --global user.name NAME; "
            "git config --global user.email ADDRESS",
        )
    except EnvironmentProblem as problem:
        yield Check("git", ok=False, detail=problem.message, tip=problem.tips[0])
    for tool in ("pytest", "coverage", "ruff"):
        yield Check(tool, ok=True, detail=version(tool))
    yield _data_folder()
    catalogue = load_catalogue(also)
    for broken in catalogue.broken:
        yield Check(
            "exercise",
            ok=False,
            detail=f"'{broken.name}' from {broken.source}: {broken.problem.message}",
            tip=broken.problem.tips[0],
        )
    for exercise in catalogue.exercises:
        try:
            exercise.read_lock()
            yield Check("exercise", ok=True, detail=f"{exercise.id} {exercise.manifest.version}")
        except WorksampleError as problem:
            yield Check("exercise", ok=False, detail=problem.message, tip=problem.tips[0])


def _sandbox() -> tuple[str, Check]:
    """How graded code is isolated on this machine; found out by starting a run's process."""
    try:
        with Runner() as runner:
            text = runner.sandbox()
            reason, remedy = runner.shortfall()
    except SandboxError as error:
        return "", Check("sandbox", ok=False, detail=str(error), tip="report this as a bug, please")
    detail = f"{text}; {reason}" if reason else text
    return text, Check("sandbox", ok=not reason, detail=detail, tip=remedy)


def _data_folder() -> Check:
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check(
            "history",
            ok=False,
            detail=f"{folder} can't be written: {error.strerror}",
            tip="make it writable, or choose another: WORKSAMPLE_DATA=DIR",
        )
    return Check("history", ok=True, detail=str(folder))
