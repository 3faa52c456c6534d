"""Packs: exercises as a wheel, which any installer puts beside worksample.

A wheel is an archive whose few files of metadata are written down in the packaging specifications;
ours holds data only, so there is nothing to be built. The same exercises give the same bytes on
every machine: no times, no order of a folder, no compression that differs between libraries.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from harness.authoring.candidate import candidate_copy
from harness.catalogue import ENTRY_POINTS
from harness.errors import UsageProblem, WorkspaceProblem, problem_with
from harness.exercise import LOCK, MANIFEST, Exercise, load_exercise
from harness.files import write_atomically
from scoring.trees import Tree, is_kept, printable

# The first moment that an archive can name.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3
_PACKAGE = '"""Exercises for worksample: data, which nothing has to import."""\n'


@dataclass(frozen=True)
class Pack:
    """A wheel that was written. `written` is false where the same file was there already."""

    path: Path
    name: str
    version: str
    exercises: tuple[Exercise, ...]
    sha256: str
    written: bool


def pack(
    paths: Sequence[Path],
    folder: Path,
    *,
    name: str | None,
    version: str | None,
    candidate: bool,
) -> Pack:
    """Write a pack of exercises, or of folders of exercises, into `folder`.

    With `candidate` it lacks whatever candidates must not see. Without a name or a version those
    of the only exercise are taken. Raises WorkspaceProblem with all that keeps exercises from being
    packed, UsageProblem for a name or version that is none; nothing half-made is left behind.
    """
    exercises = _exercises(paths)
    name, version = _called(exercises, name, version, candidate=candidate)
    trees = {each.id: candidate_copy(each) if candidate else _whole(each) for each in exercises}
    wheel = _wheel(name, version, exercises, trees)
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    written = _put(path, wheel)
    return Pack(path, name, version, exercises, hashlib.sha256(wheel).hexdigest(), written)


# --- what is packed -------------------------------------------------------------------------


def _exercises(paths: Sequence[Path]) -> tuple[Exercise, ...]:
    """By id. Raises WorkspaceProblem with the problems of all of them."""
    found: dict[str, Exercise] = {}
    problems: list[WorkspaceProblem] = []
    for folder in dict.fromkeys(each.resolve() for path in paths for each in _folders(path)):
        try:
            exercise = load_exercise(folder)
            if exercise.id in found:
                raise WorkspaceProblem(
                    f"two exercises are named '{exercise.id}': {found[exercise.id].folder} "
                    f"and {folder}",
                    "give one of them another id, or pack one of them only",
                )
            found[exercise.id] = exercise
            _require_fit(exercise)
        except WorkspaceProblem as problem:
            problems.append(problem)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "".join(f"\n  {line}" for each in problems for line in each.message.split("\n"))
        tips = dict.fromkeys(tip for each in problems for tip in each.tips)
        raise WorkspaceProblem(f"{len(problems)} exercises can't be packed:{lines}", *tips)
    return tuple(found[each] for each in sorted(found))


def _folders(path: Path) -> list[Path]:
    if (path / MANIFEST).exists():
        return [path]
    try:
        inside = sorted(each for each in path.iterdir() if (each / MANIFEST).exists())
    except OSError as error:
        raise UsageProblem(
            f"{path}: {error.strerror}", "name an exercise, or a folder of exercises"
        ) from None
    if not inside:
        raise WorkspaceProblem(
            f"{path} is neither an exercise nor a folder of exercises: there is no {MANIFEST}",
            "make one: worksample author new ID --kind debug",
        )
    return inside


def _require_fit(exercise: Exercise) -> None:
    """Raises WorkspaceProblem for what must not be given to others."""
    if exercise.is_for_candidates:
        raise WorkspaceProblem(
            f"{exercise.folder} is a copy for candidates already", "pack the whole exercise"
        )
    if exercise.manifest.scaffold:
        raise WorkspaceProblem(
            f"'{exercise.id}' is still a scaffold",
            "make it yours, then take `scaffold = true` out of its exercise.toml",
        )
    links = sorted(_odd(exercise.folder))
    if links:
        raise WorkspaceProblem(
            f"'{exercise.id}' has what no pack can carry: {', '.join(links)}",
            "an exercise is made of plain files with plain names; put copies in place of links",
        )
    exercise.read_lock()
    proof = exercise.recorded_proof()
    if proof is None or proof.get("sha256") != exercise.sha256:
        since = "is not proved" if proof is None else "was changed since it was proved"
        raise WorkspaceProblem(
            f"'{exercise.id}' {since}", f"prove it: worksample author check {exercise.folder}"
        )


def _odd(folder: Path) -> Iterator[str]:
    """Links, devices, and names that not every system and archive can have."""
    for here, folders, names in os.walk(folder):
        # What tools leave behind is no part of an exercise.
        folders[:] = [each for each in folders if is_kept(f"{each}/x")]
        for name in (*folders, *names):
            path = Path(here, name)
            shown = printable(str(path.relative_to(folder)))
            plain = name.isprintable() and not set('\\:*?"<>|') & set(name)
            if path.is_symlink():
                yield f"{shown} (a link)"
            elif not plain or not _is_text(name):
                yield f"{shown} (its name)"
            elif not path.is_dir() and not path.is_file():
                yield f"{shown} (not a file)"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(exercise: Exercise) -> Tree:
    return {**exercise.files, LOCK: (exercise.folder / LOCK).read_bytes()}


def _called(
    exercises: tuple[Exercise, ...], name: str | None, version: str | None, *, candidate: bool
) -> tuple[str, str]:
    """Name and version of the distribution, as installers spell them."""
    lacking = [
        option
        for option, given in (("--name NAME", name), ("--version VERSION", version))
        if given is None
    ]
    if lacking and len(exercises) > 1:
        raise UsageProblem(
            f"a pack of {len(exercises)} exercises has no name and version of its own",
            f"give it one: {' '.join(lacking)}",
        )
    first = exercises[0]
    suffix = "-candidate" if candidate else ""
    try:
        spelt = canonicalize_name(name or f"worksample-{first.id}{suffix}", validate=True)
    except InvalidName:
        raise UsageProblem(
            f"--name {name} can't be the name of a distribution",
            "letters, digits and hyphens are fine: --name acme-exercises",
        ) from None
    if spelt == "worksample":
        raise UsageProblem(
            "a pack named worksample would take the place of worksample itself",
            "give it another name: --name acme-exercises",
        )
    try:
        return spelt, str(Version(version or first.manifest.version))
    except InvalidVersion:
        raise UsageProblem(
            f"--version {version} is not a version", "like this: --version 1.2.0"
        ) from None


# --- the archive ----------------------------------------------------------------------------


def _wheel(
    name: str, version: str, exercises: tuple[Exercise, ...], trees: Mapping[str, Tree]
) -> bytes:
    spelt = name.replace("-", "_")
    # Of a kind that no other distribution has: what is in site-packages belongs to all.
    package = f"worksample_pack_{spelt}"
    info = f"{spelt}-{version}.dist-info"
    files = {f"{package}/__init__.py": _PACKAGE.encode()}
    for id_, tree in trees.items():
        files |= {f"{package}/{id_}/{path}": content for path, content in tree.items()}
    files = dict(sorted(files.items())) | {
        f"{info}/METADATA": _metadata(name, version, exercises).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: worksample\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[{ENTRY_POINTS}]\n{name} = {package}\n".encode(),
    }
    record = f"{info}/RECORD"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as wheel:
        for path, content in (*files.items(), (record, _record(files, record))):
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            wheel.writestr(entry, content)
    return archive.getvalue()


def _record(files: Tree, itself: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for path, content in files.items():
        sha256 = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.writerow((path, f"sha256={sha256}", len(content)))
    rows.writerow((itself, "", ""))
    return text.getvalue().encode()


def _metadata(name: str, version: str, exercises: tuple[Exercise, ...]) -> str:
    manifests = [each.manifest for each in exercises]
    summary = manifests[0].title if len(manifests) == 1 else f"{len(manifests)} exercises"
    head = [
        ("Metadata-Version", "2.1"),
        ("Name", name),
        ("Version", version),
        ("Summary", f"worksample: {summary}"),
        ("Author", _each_once(author for each in manifests for author in each.authors)),
        ("License", _each_once(each.license for each in manifests)),
        ("Keywords", "worksample"),
        ("Description-Content-Type", "text/markdown"),
    ]
    body = "".join(f"- {each.id} {each.version}: {_line(each.title)}\n" for each in manifests)
    return "".join(f"{key}: {_line(text)}\n" for key, text in head) + f"\n{body}"


def _each_once(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _line(text: str) -> str:
    """On one line: what follows a line end would be another field."""
    return " ".join(text.split())


def _put(path: Path, wheel: bytes) -> bool:
    """Whether there was something to write. Raises WorkspaceProblem or EnvironmentProblem."""
    try:
        if os.path.lexists(path):
            if path.is_file() and not path.is_symlink() and path.read_bytes() == wheel:
                return False
            raise WorkspaceProblem(
                f"{path} is there already, with other content",
                "two packs of one name and version are not to be told apart: give this one "
                "another --version, or remove that file",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, wheel)
    except OSError as error:
        raise problem_with(error)(
            f"{path} can't be written: {error.strerror}", "choose another folder: -o DIR"
        ) from None
    return True
