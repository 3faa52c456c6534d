"""Any tested project as a debugging exercise: seeded bugs, which its own tests tell apart.

The tests that notice a bug become hidden ones, the others stay with the candidate. The solution is
the project as it was, with all its tests.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness import git
from harness.authoring.layout import is_test_file
from harness.authoring.lock import lock_exercise
from harness.authoring.project import FolderTree, Project, insert_line, read_project
from harness.authoring.seeding import Harvest, Search, Unit, unit_of
from harness.authoring.selection import by_file, file_of, function_of, keep_tests
from harness.authoring.suites import RUNS, Classified, classify
from harness.authoring.symptoms import Complaint, complaints
from harness.authoring.writing import Draft, written
from harness.environments import environment_for
from harness.errors import UsageProblem, WorkspaceProblem
from harness.requirements import plain_requirements
from scoring.model import Limits
from scoring.runner import Runner
from scoring.trees import Tree, below, digest, write_tree

MOST_BUGS = 20
_ROUNDS = 4
_REGRESSION = 10
_SHOWN = 10

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Injected:
    """An exercise that was made.

    `dropped` are tests that could not be used, with the reason; `tried` and `rejected` tell of the
    bugs that were not taken. `notes` are things an author should know.
    """

    folder: Path
    id: str
    complaints: tuple[Complaint, ...]
    visible: int
    hidden: int
    dropped: Mapping[str, str]
    tried: int
    rejected: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Split:
    """The tests of a project by where they go: test functions."""

    all: frozenset[Unit]
    visible: frozenset[Unit]
    regression: frozenset[Unit]
    regression_file: str


def inject(
    source: Path,
    target: Path,
    *,
    bugs: int,
    seed: int,
    minutes: int | None = None,
    package: str = "",
    tell: Tell = lambda _: None,
) -> Injected:
    """Make an exercise of the project in `source`, as a folder inside of `target`.

    The same project and seed give the same exercise. `tell` hears how far it is. Raises
    UsageProblem and WorkspaceProblem for a project that won't do, EnvironmentProblem where what it
    requires can't be had; nothing is left behind then.
    """
    if not source.is_dir():
        raise UsageProblem(f"{source} is no folder", "name the folder of a project with tests")
    name = source.resolve().name
    project = read_project(FolderTree(source), name, package)
    id_ = f"{slug(project.name)}-{bugs}-bugs-{seed}"
    folder = target / id_
    if folder.exists() or folder.is_symlink():
        raise UsageProblem(
            f"{folder} is there already",
            "choose another --seed, or another place: --dir DIR",
            f"or remove it first: rm -r {folder}",
        )
    requires, notes = installable(project)
    site = environment_for(requires, tell)
    with Runner(site=site) as runner:
        tell("Running the project's tests")
        project, found, dropped = _with_steady_tests(project, runner)
        units = frozenset(map(unit_of, found.steady))
        search = Search(project, Limits(), runner, units, _hideable(project), found.seconds, tell)
        harvest = search.find(bugs, seed)
        if len(harvest.seeded) < bugs:
            raise _too_few(bugs, harvest, project)
        split = _split(project, harvest)
        told = complaints(harvest.seeded)
        draft = Draft(
            id=id_,
            project=replace(project, requires=requires),
            complaints=told,
            starter_tests=_selected(project, split.all, split.visible),
            hidden=_hidden_files(project, split, told),
            minutes=minutes or min(240, 15 + 10 * bugs),
            provenance=(name, _version(source, project)),
        )
        _write(draft, folder, runner)
    if not project.licence:
        notes.append(f"{name} names no licence: keep the exercise to yourself, or name one")
    return Injected(
        folder=folder,
        id=id_,
        complaints=told,
        visible=len(split.visible),
        hidden=sum(len(each.seeded.own) for each in told) + len(split.regression),
        dropped=dropped,
        tried=harvest.tried,
        rejected=harvest.rejected,
        notes=(*project.notes, *notes),
    )


def slug(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:35].strip("-") if plain[:1].isalpha() else f"project-{plain[:35]}".strip("-")


def installable(project: Project) -> tuple[tuple[str, ...], list[str]]:
    """What can be installed of what the project declares, and what can't."""
    wanted: list[str] = []
    notes: list[str] = []
    for text in project.requires:
        if text.lower().startswith(("pytest-", "pytest_")):
            notes.append(f"left out: {text}; plug-ins of pytest are not loaded")
            continue
        try:
            wanted += plain_requirements([text])
        except ValueError as error:
            notes.append(f"left out: {error}")
    return tuple(sorted(set(wanted))), notes


def _version(source: Path, project: Project) -> str:
    """The commit that a project was at, or what its files add up to."""
    try:
        commit = git.ask(source / ".git", "rev-parse", "--verify", "HEAD").decode().strip()
        changed = git.change_since(source, commit) != (0, 0, 0)
    except git.GitError:
        return f"sha256:{digest(project.tree)}"
    return f"{commit} and what was changed since" if changed else commit


# --- tests that can be relied on ------------------------------------------------------------


def _with_steady_tests(
    project: Project, runner: Runner
) -> tuple[Project, Classified, dict[str, str]]:
    """The project without the tests that can't be used; those that can; why the others can't.

    Taking tests out can unsettle others, so that is done until nothing changes any more.
    """
    dropped: dict[str, str] = {}
    for number in range(_ROUNDS):
        found = classify(project, runner, runs=1 if number else RUNS)
        if found.problem:
            raise _not_importable(project, found.problem)
        wrong = {**found.failing, **found.dropped}
        if not found.steady:
            raise _no_steady_test(project, found)
        dropped |= {
            **{id_: f"fails: {text}" for id_, text in found.failing.items()},
            **found.dropped,
        }
        if not wrong:
            return project, found, dropped
        project = replace(project, tree=_without(project, found.steady, wrong))
    raise WorkspaceProblem(
        f"the tests of {project.name} give another result each time",
        "see which depend on each other, or on time: pytest -p no:randomly",
    )


def _without(project: Project, steady: Iterable[str], wrong: Iterable[str]) -> Tree:
    """The project's files without test functions of which a case is wrong."""
    wrong = set(wrong)
    gone = {unit_of(id_) for id_ in wrong}
    files = {id_ for id_ in wrong if "::" not in id_}
    units = {unit_of(id_) for id_ in steady}
    tree = {path: content for path, content in project.tree.items() if path not in files}
    return _selected(replace(project, tree=tree), units | gone, units - gone)


def _selected(project: Project, known: Iterable[Unit], kept: Collection[Unit]) -> Tree:
    """The project's files with those tests only; test modules that have none left are gone."""
    tree = dict(project.tree)
    keep = by_file(kept)
    for file, functions in by_file(known).items():
        if file not in tree:
            continue
        if keep.get(file) or _is_imported(file, tree):
            tree[file] = keep_tests(tree[file], functions, keep.get(file, set()))
        else:
            del tree[file]
    return tree


def _is_imported(file: str, tree: Tree) -> bool:
    """Whether another test module may import from this one."""
    name = file.rpartition("/")[2].removesuffix(".py").encode()
    return any(
        re.search(rb"\bimport\b.*\b%s\b|\bfrom\b.*\b%s\b.*\bimport\b" % (name, name), content)
        for path, content in tree.items()
        if path.startswith("tests/") and path.endswith(".py") and path != file
    )


def _not_importable(project: Project, problem: str) -> WorkspaceProblem:
    return WorkspaceProblem(
        f"{project.name} can't be imported: {problem}",
        "what it requires is read from pyproject.toml, setup.cfg and requirements.txt; what a "
        "build makes of it is not there",
    )


def _no_steady_test(project: Project, found: Classified) -> WorkspaceProblem:
    wrong = {**found.failing, **found.dropped}
    if not wrong:
        return WorkspaceProblem(
            f"{project.name} has no tests that pytest would run",
            "see what it finds: pytest --collect-only",
        )
    lines = "".join(f"\n  {id_}: {text}" for id_, text in list(wrong.items())[:_SHOWN])
    more = f"\n  and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return WorkspaceProblem(
        f"none of the tests of {project.name} passes every time:{lines}{more}",
        "make its suite pass first: python -m pytest",
    )


def _too_few(bugs: int, harvest: Harvest, project: Project) -> WorkspaceProblem:
    found = len(harvest.seeded)
    lines = "".join(
        f"\n  {number} × {reason}"
        for reason, number in sorted(harvest.rejected.items(), key=lambda each: (-each[1], each[0]))
    )
    tip = "take another project, or write tests for this one first"
    if found:
        tip = f"ask for fewer: --bugs {found}; or try another --seed"
    return WorkspaceProblem(
        f"{found} of {bugs} bugs could be seeded so that the tests of {project.name} tell them "
        f"apart; of {harvest.tried} that were tried, others were not taken:{lines}",
        tip,
    )


# --- what goes where ------------------------------------------------------------------------


def _hideable(project: Project) -> Callable[[Unit], bool]:
    """Tells of a test whether it can stand in hidden/.

    It can't where it is inherited from another test module, which is visible and won't have it any
    more.
    """
    modules = below(project.tree, project.tests)
    defined = {path: set(re.findall(rb"\bdef (\w+)", text)) for path, text in modules.items()}

    def can_hide(unit: Unit) -> bool:
        file = file_of(unit)
        name = function_of(unit).rpartition("::")[2].encode()
        elsewhere = any(
            name in names for path, names in defined.items() if is_test_file(path) and path != file
        )
        return name in defined[file] or not elsewhere

    return can_hide


def _split(project: Project, harvest: Harvest) -> _Split:
    """Some of the tests that notice nothing are hidden as well: to see that nothing else breaks."""
    everything = harvest.unaffected.union(*(each.noticed for each in harvest.seeded))
    files = by_file(filter(_hideable(project), harvest.unaffected))
    if not files:
        return _Split(everything, harvest.unaffected, frozenset(), "")
    file = min(files, key=lambda name: (-len(files[name]), name))
    names = sorted(files[file])
    number = min(max(_REGRESSION, len(names) // 3), len(names) // 2)
    regression = frozenset(f"{file}::{name}" for name in names[:number])
    return _Split(everything, harvest.unaffected - regression, regression, file)


def _hidden_files(project: Project, split: _Split, told: Iterable[Complaint]) -> dict[str, bytes]:
    known = by_file(split.all)
    hidden: dict[str, bytes] = {}

    def put(name: str, file: str, units: Collection[Unit]) -> None:
        content = keep_tests(project.tree[file], known[file], by_file(units)[file])
        hidden[f"hidden/{name}"] = at_home_in(content, file)

    for each in told:
        put(f"test_{each.name.replace('-', '_')}.py", each.seeded.file, each.seeded.own)
    if split.regression:
        put("test_regression.py", split.regression_file, split.regression)
    return hidden


def at_home_in(content: bytes, file: str) -> bytes:
    """A test module that looks for files beside itself finds those beside the visible tests."""
    if b"__file__" not in content:
        return content
    up = 'str(__import__("pathlib").Path(__file__).parents[1]'
    return insert_line(content, f'__file__ = {up} / "{file}")\n'.encode())


def _write(draft: Draft, folder: Path, runner: Runner) -> None:
    """Write and lock the exercise beside its place, and put it there when all of it is right."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as beside:
        unfinished = Path(beside) / draft.id
        unfinished.mkdir()
        write_tree(written(draft), unfinished)
        try:
            lock_exercise(unfinished, runner)
        except WorkspaceProblem as problem:
            told = problem.message.partition("\n")[2]
            raise WorkspaceProblem(
                f"what became of {draft.project.name} does not hold:\n{told}",
                "try another --seed, or fewer --bugs",
            ) from None
        unfinished.rename(folder)
