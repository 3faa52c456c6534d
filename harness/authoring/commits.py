"""A bug-fix commit as two projects, before and after; refused where no exercise can come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.authoring.hunks import Hunk, hunks_between
from harness.authoring.layout import is_regular
from harness.authoring.project import Project, read_project
from harness.authoring.repository import Commit, Entry, Repository
from harness.errors import UsageProblem
from scoring.trees import MAX_FILE_BYTES, Tree, below

MOST_LINES = 1_000
MOST_FILES = 30

_CHANGELOGS = ("change", "history", "news", "release", "whatsnew")


@dataclass(frozen=True)
class Fix:
    """A commit and what it did to the project, in the shape of an exercise.

    `before` and `after` have the same packages. `source_before` and `source_after` are the
    packages' files, `tests_before` and `tests_after` those of the tests. `hunks` lead from the one
    source to the other. `notes` say what was left out or made differently, a sentence each.
    """

    commit: Commit
    parent: Commit
    origin: str
    before: Project
    after: Project
    hunks: tuple[Hunk, ...]
    notes: tuple[str, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        return self.after.packages

    @property
    def source_before(self) -> Tree:
        return below(self.before.tree, self.packages)

    @property
    def source_after(self) -> Tree:
        return below(self.after.tree, self.packages)

    @property
    def tests_before(self) -> Tree:
        return below(self.before.tree, self.before.tests)

    @property
    def tests_after(self) -> Tree:
        return below(self.after.tree, self.after.tests)


def read_fix(repository: Repository, name: str, package: str = "") -> Fix:
    """Read a commit and its only parent.

    Raises UsageProblem for a commit that can't become an exercise, WorkspaceProblem where the
    project or the repository can't be read.
    """
    commit = repository.commit(name)
    parent = repository.parent_of(commit)
    old, new = repository.tree(parent), repository.tree(commit)
    _check_kinds(repository, commit, old, new)
    wanted = {id_: each for tree in (old, new) for id_, each in _readable(tree).items()}
    contents = repository.contents(wanted.values())
    before_files, after_files = _tree(old, contents), _tree(new, contents)
    after = read_project(after_files, repository.name, package)
    before = read_project(before_files, repository.name, package)
    if before.packages != after.packages:
        raise UsageProblem(
            f"{commit.id[:12]} makes, removes or renames packages: {', '.join(before.packages)} "
            f"became {', '.join(after.packages)}",
            _other(repository),
        )
    notes = [*after.notes]
    after, gone = _without_deletions(before, after)
    notes += [f"{path} is deleted by the commit, and stays" for path in gone]
    links = sorted(path for path, each in new.items() if each.kind == "link")
    if links:
        notes.append(f"links are left out: {', '.join(links[:5])}")
    fix = Fix(commit, parent, repository.origin, before, after, (), tuple(notes))
    fix = replace(fix, hunks=hunks_between(fix.source_before, fix.source_after))
    _check_change(repository, fix)
    return fix


def _check_kinds(
    repository: Repository, commit: Commit, old: Mapping[str, Entry], new: Mapping[str, Entry]
) -> None:
    touched = [path for path in {*old, *new} if old.get(path) != new.get(path)]
    kinds = {
        path: {each.kind for each in (old.get(path), new.get(path)) if each} for path in touched
    }
    modules = sorted(path for path, kind in kinds.items() if "submodule" in kind)
    if modules:
        raise UsageProblem(
            f"{commit.id[:12]} changes a submodule, which is another repository: {modules[0]}",
            "look for the fix in that repository",
            _other(repository),
        )
    changed = sum(path.endswith(".py") for path in touched)
    if changed > MOST_FILES:
        raise UsageProblem(
            f"{commit.id[:12]} changes {changed} Python files; {MOST_FILES} is the most",
            _other(repository),
        )


def _check_change(repository: Repository, fix: Fix) -> None:
    short = fix.commit.id[:12]
    if not fix.hunks:
        raise UsageProblem(
            f"{short} changes no source of {', '.join(fix.packages)}", _other(repository)
        )
    if fix.tests_before == fix.tests_after:
        raise UsageProblem(
            f"{short} changes no tests",
            "they may be in the commit before or after it: git log --stat",
            _other(repository),
        )
    binary = sorted({hunk.path for hunk in fix.hunks if any(b"\0" in line for line in hunk.new)})
    if binary:
        raise UsageProblem(f"{short} changes a binary file: {binary[0]}", _other(repository))
    lines = sum(hunk.lines for hunk in fix.hunks)
    if lines > MOST_LINES:
        raise UsageProblem(
            f"{short} changes {lines} lines of source; {MOST_LINES} is the most",
            _other(repository),
        )


def _without_deletions(before: Project, after: Project) -> tuple[Project, list[str]]:
    """A solution is laid over the starter, so it can't take files away."""
    gone = sorted(below(before.tree, before.packages).keys() - after.tree.keys())
    kept = {path: before.tree[path] for path in gone}
    return replace(after, tree={**after.tree, **kept}), gone


def _readable(tree: Mapping[str, Entry]) -> dict[str, Entry]:
    return {
        each.id: each
        for path, each in tree.items()
        if each.kind == "file" and each.size <= MAX_FILE_BYTES and is_regular(path)
    }


def _tree(entries: Mapping[str, Entry], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a commit but its changelogs, in which the answer stands."""
    return {
        path: contents[each.id]
        for path, each in entries.items()
        if each.id in contents and each.kind == "file" and not _is_changelog(path)
    }


def _is_changelog(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.startswith(_CHANGELOGS) and not name.endswith(".py")


def _other(repository: Repository) -> str:
    return f"find one that suits: worksample author from-commit {repository.where} --find"
