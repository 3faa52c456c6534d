"""A bug-fix commit of any repository as a debugging exercise.

The starter is the project before the fix, the solution the project after it. Tests of the commit
that tell the two apart are hidden, by the part of the fix that they need; each part put back is a
fault.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.authoring.commits import Fix, read_fix
from harness.authoring.drafts import Draft, Requirement, drafted
from harness.authoring.hunks import put_back
from harness.authoring.imports import Moves, rewrite_imports
from harness.authoring.inject import at_home_in, installable, slug
from harness.authoring.layout import is_test_file
from harness.authoring.lock import lock_exercise
from harness.authoring.outcomes import Function, Outcomes
from harness.authoring.parts import Part, Parts, survivors, take_apart
from harness.authoring.repository import open_repository
from harness.authoring.selection import keep_tests
from harness.authoring.symptoms import effects, free_name, subject_of
from harness.authoring.trials import Trial
from harness.environments import environment_for
from harness.errors import UsageProblem, WorkspaceProblem
from scoring.model import Limits
from scoring.runner import Runner
from scoring.terms import TestResult, hidden_file
from scoring.trees import Tree, write_tree

_SHOWN = 8

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """An exercise that was made of a commit.

    `dropped` are tests that could not be used, with the reason; `todo` is what is left to the
    author, a sentence each.
    """

    folder: Path
    id: str
    commit: str
    requirements: tuple[Requirement, ...]
    visible: int
    hidden: int
    dropped: Mapping[str, str]
    todo: tuple[str, ...]


def from_commit(
    where: str,
    name: str,
    target: Path,
    *,
    id_: str = "",
    package: str = "",
    tell: Tell = lambda _: None,
) -> Imported:
    """Make an exercise of commit `name` in the repository `where`, as a folder inside of `target`.

    Raises UsageProblem for a commit that no exercise can be made of, WorkspaceProblem for a
    repository or project that can't be read, EnvironmentProblem for what can't be had; nothing is
    left behind then.
    """
    if not name:
        raise UsageProblem(
            "no commit was named",
            f"find one that suits: worksample author from-commit {where} --find",
        )
    if id_ and not (len(id_) <= 60 and re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_)):
        raise UsageProblem(
            f"'{id_}' can't be the name of an exercise",
            "lower case, digits and hyphens: --id a-bug",
        )
    tell("Reading the repository")
    with open_repository(where, name) as repository:
        fix = read_fix(repository, name, package)
    id_ = id_ or f"{slug(fix.after.name)}-{fix.commit.id[:8]}"
    folder = target / id_
    if folder.exists() or folder.is_symlink():
        raise UsageProblem(
            f"{folder} is there already",
            "choose another name: --id ID, or another place: --dir DIR",
            f"or remove it first: rm -r {folder}",
        )
    requires, notes = installable(fix.after)
    with Runner(site=environment_for(requires, tell)) as runner:
        limits = Limits()
        trial = Trial(fix, runner, limits)
        tell("Running the tests before and after the fix")
        outcomes = trial.sort_tests()
        if not outcomes.fixed:
            raise _nothing_fixed(fix, outcomes)
        tell("Putting the fix back hunk by hunk")
        parts = take_apart(trial, outcomes)
        tell("Looking for gaps in the tests")
        mutants, alive = survivors(trial, parts, outcomes)
        requirements = _requirements(outcomes, parts)
        hidden = _hidden_files(fix, outcomes, requirements)
        draft = Draft(
            id=id_,
            fix=fix,
            requires=requires,
            given=trial.given,
            requirements=requirements,
            starter=_starter(fix, outcomes),
            reference_tests=_reference_tests(fix, outcomes),
            hidden=hidden,
            faults=_faults(fix, requirements),
            parts=parts,
            mutants=mutants,
            alive=alive,
            dropped=outcomes.dropped,
            notes=(*fix.notes, *notes),
            seconds=outcomes.seconds,
        )
        files, todo = drafted(draft)
        tell("Locking the exercise")
        _write(files, folder, runner)
    return Imported(
        folder=folder,
        id=id_,
        commit=fix.commit.id,
        requirements=requirements,
        visible=len(outcomes.kept),
        hidden=len(outcomes.fixed) + len(outcomes.added),
        dropped=outcomes.dropped,
        todo=todo,
    )


def _nothing_fixed(fix: Fix, outcomes: Outcomes) -> UsageProblem:
    reasons = Counter(outcomes.dropped.values())
    lines = "".join(
        f"\n  {next(id_ for id_, text in outcomes.dropped.items() if text == reason)}"
        f"{f' and {number - 1} more' if number > 1 else ''}: {reason}"
        for reason, number in reasons.most_common(_SHOWN)
    )
    left = f"; tests that can't be used:{lines}" if lines else ""
    return UsageProblem(
        f"no test fails before {fix.commit.id[:12]} and passes after it{left}",
        "a test that shows the bug may be in another commit: git log --stat",
        "what the project requires is read from pyproject.toml, setup.cfg and requirements files",
    )


# --- requirements ---------------------------------------------------------------------------


def _requirements(outcomes: Outcomes, parts: Parts) -> tuple[Requirement, ...]:
    """Parts that a test has in common belong to one requirement, and so do tests to a part."""
    groups: list[tuple[list[Part], set[Function]]] = []
    for part in parts.needed:
        joined: tuple[list[Part], set[Function]] = ([part], set(part.needed_by))
        apart = []
        for group in groups:
            if group[1] & joined[1]:
                joined = ([*group[0], *joined[0]], group[1] | joined[1])
            else:
                apart.append(group)
        groups = [*apart, joined]
    noticed = {function for _, functions in groups for function in functions}
    # What fails only without several parts at once stands with the first.
    groups[0][1].update(outcomes.fixed.keys() - noticed)
    found: list[Requirement] = []
    for some, functions in groups:
        ids = [f"{file}::{name}" for file, name in sorted(functions, key=lambda f: len(f[1]))]
        failures = [
            TestResult(f"{file}::{name}", "failed", message=outcomes.fixed[file, name])
            for file, name in sorted(functions, key=lambda f: len(f[1]))
        ]
        subject = subject_of(ids)
        name = free_name(subject, [each.name for each in found])
        found.append(
            Requirement(
                name=name,
                title=subject[:1].upper() + subject[1:],
                asks=f"{subject}: {next(effects(failures))}",
                parts=tuple(some),
                functions=frozenset(functions),
                failures=tuple(failures),
            )
        )
    return tuple(sorted(found, key=lambda each: each.name))


def _faults(fix: Fix, requirements: Iterable[Requirement]) -> dict[str, Tree]:
    """The files of each fault by its name: the solution with one part as it was before."""
    faults: dict[str, Tree] = {}
    for requirement in requirements:
        for number, part in enumerate(requirement.parts, 1):
            broken = put_back(fix.source_after, part.hunks)
            # A file that is not there can't be laid over another.
            paths = {hunk.path for hunk in part.hunks}
            files = {path: broken.get(path, b"") for path in sorted(paths)}
            several = f"-{number}" if len(requirement.parts) > 1 else ""
            faults[f"{requirement.name}{several}"] = files
    return faults


# --- which tests go where -------------------------------------------------------------------


def _starter(fix: Fix, outcomes: Outcomes) -> dict[str, bytes]:
    """The project before the fix, with its own tests as far as they can be kept."""
    tests = _with_only(fix.tests_before, outcomes.known_before, outcomes.kept)
    # Data of the commit's tests is found beside the visible ones.
    data = {path: text for path, text in fix.tests_after.items() if not path.endswith(".py")}
    rest = {p: text for p, text in fix.before.tree.items() if p not in fix.tests_before}
    return {**rest, **data, **tests}


def _reference_tests(fix: Fix, outcomes: Outcomes) -> dict[str, bytes]:
    usable = {*outcomes.fixed, *outcomes.kept, *outcomes.added}
    return _with_only(fix.tests_after, outcomes.known_after, usable)


def _with_only(
    tests: Tree, known: Mapping[str, set[str]], kept: Iterable[Function]
) -> dict[str, bytes]:
    """The tests' files with these functions only; test modules without any are gone."""
    keep: dict[str, set[str]] = {}
    for file, name in kept:
        keep.setdefault(file, set()).add(name)
    return {
        path: keep_tests(content, known.get(path, ()), keep.get(path, ()))
        if is_test_file(path)
        else content
        for path, content in tests.items()
        if not is_test_file(path) or path in keep
    }


def _hidden_files(
    fix: Fix, outcomes: Outcomes, requirements: Iterable[Requirement]
) -> dict[str, bytes]:
    """A hidden file for each requirement, one for regression, and what they share."""
    desk = _Desk(fix, outcomes)
    hidden = dict(desk.shared())
    for each in requirements:
        hidden |= desk.module(hidden_file(each.name), each.functions)
    if outcomes.added:
        hidden |= desk.module("hidden/test_regression.py", outcomes.added)
    return hidden


class _Desk:
    """Cuts test modules of the commit into hidden ones."""

    def __init__(self, fix: Fix, outcomes: Outcomes) -> None:
        self._tests = fix.tests_after
        self._known = outcomes.known_after
        self._moves = Moves("")
        self._shared: dict[str, str] = {}
        for path, content in fix.tests_after.items():
            if not path.endswith(".py") or is_test_file(path) or path.endswith("/__init__.py"):
                continue
            old = fix.tests_before.get(path)
            folder, _, name = path.partition("/")[2].rpartition("/")
            if path == "tests/conftest.py":
                self._shared[path] = "hidden/conftest.py"
            elif old != content and name != "conftest.py":
                # Beside the parent's module of that name there has to be room for this one.
                new = name if old is None else f"new_{name}"
                place = f"{folder}/{new}" if folder else new
                self._shared[path] = f"hidden/{place}"
                self._moves.add(path, f"tests/{place}", alone=False)

    def shared(self) -> dict[str, bytes]:
        return {new: self._moved(old) for old, new in self._shared.items()}

    def module(self, path: str, functions: Iterable[Function]) -> dict[str, bytes]:
        """A hidden module with these tests; from several modules it is put together."""
        by_file: dict[str, set[str]] = {}
        for file, name in functions:
            by_file.setdefault(file, set()).add(name)
        contents = {
            file: at_home_in(keep_tests(self._moved(file), self._known.get(file, ()), names), file)
            for file, names in sorted(by_file.items())
        }
        if len(contents) == 1:
            return {path: next(iter(contents.values()))}
        stem = path.removeprefix("hidden/test_").removesuffix(".py")
        files, lines, seen = {}, [], Counter[str]()
        for number, (file, content) in enumerate(contents.items(), 1):
            part = f"{stem}_part_{number}"
            files[f"hidden/{part}.py"] = content
            lines.append(f"from {part} import *  # noqa: F403")
            for name in sorted({each.partition("::")[0] for each in by_file[file]}):
                seen[name] += 1
                if seen[name] > 1:
                    lines.append(f"from {part} import {name} as {name}_{seen[name]}")
        # The first of several namesakes comes last, since later ones took its place.
        for name, count in seen.items():
            if count > 1:
                first = next(
                    n
                    for n, file in enumerate(contents, 1)
                    if name in {each.partition("::")[0] for each in by_file[file]}
                )
                lines.append(f"from {stem}_part_{first} import {name}")
        files[path] = "".join(f"{line}\n" for line in lines).encode()
        return files

    def _moved(self, path: str) -> bytes:
        return rewrite_imports(self._tests[path], path, self._moves)


def _write(files: Tree, folder: Path, runner: Runner) -> None:
    """Write and lock the exercise beside its place, and put it there when all of it is right."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as beside:
        unfinished = Path(beside) / folder.name
        unfinished.mkdir()
        write_tree(files, unfinished)
        try:
            lock_exercise(unfinished, runner)
        except WorkspaceProblem as problem:
            raise WorkspaceProblem(
                problem.message.replace(str(unfinished), "what was made of the commit"),
                "run it again; if it says the same, take another commit",
            ) from None
        unfinished.rename(folder)
