"""The packages that exercises need: one folder for each distinct set, installed once and kept.

An environment is a folder of installed packages and no virtual environment. Runs take the
interpreter, pytest and coverage from where they always come from, so the packages are all that is
missing; such a folder can be shown to a sandbox read only, and has no program in it that would
find its way back out. Only wheels are installed: unpacking one runs none of its code.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from harness.errors import EnvironmentProblem, UsageProblem
from harness.requirements import plain_requirements
from harness.resources import cache_folder
from scoring import process
from scoring.sandbox import program

_FACTS = "environment.json"
# Where the packages are, below the folder of an environment.
_SITE = "site-packages"
_STAGING = ".unfinished-"
# Runs import these from our own installation, so no environment may count on others.
_OURS = ("coverage", "iniconfig", "packaging", "pluggy", "pygments", "pytest")
_SECONDS = 1800.0
_TOLD_LINES = 10
_ROOM = ("make room, or choose another folder: WORKSAMPLE_CACHE=DIR",)


@dataclass(frozen=True)
class Environment:
    """An installed set. `made` is when, `size` the bytes of its files."""

    folder: Path
    requires: tuple[str, ...]
    made: datetime
    size: int


def environment_for(
    requires: Sequence[str], announce: Callable[[str], None] = lambda _: None
) -> Path | None:
    """The folder of packages for a set of requirements, installed if it is not there yet.

    None where nothing is required. `announce` is told in a sentence before something is installed,
    which takes time and, the first time, a network. Raises UsageProblem for what is no requirement,
    EnvironmentProblem where it can't be installed; nothing half-made is left behind then.
    """
    try:
        wanted = plain_requirements(requires)
    except ValueError as error:
        raise UsageProblem(str(error), "correct `requires` in exercise.toml") from None
    if not wanted:
        return None
    ours = _our_versions()
    folder = _environments() / _key(wanted, ours)
    if not (folder / _FACTS).exists():
        announce(f"Installing {', '.join(wanted)}: once, then no network is needed")
        try:
            with _lock(folder.parent):
                if not (folder / _FACTS).exists():
                    _build(wanted, ours, folder)
        except OSError as error:
            raise EnvironmentProblem(
                f"{error.filename or folder} can't be written: {error.strerror}", *_ROOM
            ) from None
    return folder / _SITE


def environments() -> list[Environment]:
    """All that are installed, oldest first."""
    found = []
    for facts in _environments().glob(f"[!.]*/{_FACTS}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(facts.read_bytes())
            found.append(
                Environment(
                    folder=facts.parent,
                    requires=tuple(map(str, told["requires"])),
                    made=datetime.fromtimestamp(facts.stat().st_mtime, UTC),
                    size=_size(facts.parent),
                )
            )
    return sorted(found, key=lambda each: (each.made, each.requires))


def clear_environments() -> list[Environment]:
    """Remove them all, and what unfinished ones left; those that were removed.

    A grading that uses one at this moment loses it. Raises EnvironmentProblem where one can't be
    removed.
    """
    root = _environments()
    if not root.is_dir():
        return []
    gone = environments()
    try:
        with _lock(root):
            for folder in [each for each in root.iterdir() if each.is_dir()]:
                # Out of sight in one step: nobody finds half of it.
                doomed = _staging(root)
                folder.rename(doomed)
                shutil.rmtree(doomed)
    except OSError as error:
        raise EnvironmentProblem(
            f"{error.filename or root} can't be removed: {error.strerror}",
            f"give yourself the right, or remove it by hand: rm -r {root}",
        ) from None
    return gone


def _environments() -> Path:
    return cache_folder() / "environments"


def _our_versions() -> dict[str, str]:
    """What an environment has to get along with."""
    found = {}
    for name in _OURS:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _key(wanted: tuple[str, ...], ours: dict[str, str]) -> str:
    """A name for what decides which files are installed: the set, the interpreter, our tools."""
    python = f"{sys.implementation.cache_tag} {sysconfig.get_platform()}"
    facts = json.dumps([wanted, python, sorted(ours.items())])
    return hashlib.sha256(facts.encode()).hexdigest()[:20]


@contextlib.contextmanager
def _lock(root: Path) -> Iterator[None]:
    """One at a time installs or removes; whoever comes second waits. Raises OSError."""
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Nobody else is at work: what is unfinished was killed.
        for left in root.glob(f"{_STAGING}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(descriptor)


def _build(wanted: tuple[str, ...], ours: dict[str, str], folder: Path) -> None:
    """Install into a neighbour and rename it. Raises OSError or EnvironmentProblem."""
    staging = _staging(folder.parent)
    try:
        (staging / _SITE).mkdir(parents=True)
        constraints = staging / "constraints.txt"
        constraints.write_text("".join(f"{name}=={ours[name]}\n" for name in sorted(ours)))
        _install(wanted, constraints, staging / _SITE)
        _open_to_all(staging)
        facts = {"requires": wanted, "python": sys.version, "ours": ours}
        (staging / _FACTS).write_text(json.dumps(facts, indent=2) + "\n")
        staging.rename(folder)
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)


def _staging(root: Path) -> Path:
    return root / f"{_STAGING}{secrets.token_hex(6)}"


def _install(wanted: tuple[str, ...], constraints: Path, site: Path) -> None:
    only: list[str | Path] = ["--only-binary", ":all:", "--constraint", constraints]
    command = [*_installer(site.parent), *only, "--target", site, *wanted]
    # Its own settings stay: they say where packages come from. These would lead it elsewhere.
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    finished = process.run(command, cwd=site.parent, env=environment, seconds=_SECONDS)
    if finished.returncode == 0:
        return
    said = (finished.stdout + b"\n" + finished.stderr).decode("utf-8", "replace").splitlines()
    last = [line.strip() for line in said if line.strip()][-_TOLD_LINES:]
    why = f"it took longer than {_SECONDS / 60:.0f} min" if finished.timed_out else ""
    raise EnvironmentProblem(
        "\n  ".join([f"{', '.join(wanted)} can't be installed:", *last, why]).rstrip(),
        "the first time, a network or a folder of wheels is needed (PIP_FIND_LINKS, "
        "UV_FIND_LINKS); then run this again",
    )


def _installer(staging: Path) -> list[str | Path]:
    """uv where it is on PATH, else our own pip, else that of a virtual environment."""
    if uv := program("uv"):
        quiet = ["--quiet", "--no-progress"]
        return [uv, "pip", "install", *quiet, "--compile-bytecode", "--python", sys.executable]
    python: str | Path = sys.executable
    if find_spec("pip") is None:
        made = process.run([python, "-I", "-m", "venv", staging / "venv"], seconds=_SECONDS)
        if made.returncode != 0:
            raise EnvironmentProblem(
                "neither uv nor pip is there to install packages with",
                "install uv, or Python's venv (Debian, Ubuntu: apt install python3-venv)",
            )
        python = staging / "venv" / "bin" / "python"
    quiet = [
        "--no-input",
        "--progress-bar=off",
        "--disable-pip-version-check",
        "--no-warn-script-location",
    ]
    return [python, "-I", "-m", "pip", "install", *quiet]


def _open_to_all(staging: Path) -> None:
    """Readable to whoever runs graded code, and nothing in it but packages."""
    shutil.rmtree(staging / "venv", ignore_errors=True)
    # Their first lines name our interpreter, and nobody runs them.
    shutil.rmtree(staging / _SITE / "bin", ignore_errors=True)
    for folder, _, names in os.walk(staging):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if path.is_dir() else 0o444))


def _size(folder: Path) -> int:
    total = 0
    for below, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(below, name).lstat().st_size
    return total
