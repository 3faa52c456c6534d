"""The files of an exercise that was made of a project."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.authoring.bugs import apply
from harness.authoring.project import Project
from harness.authoring.selection import public_names
from harness.authoring.symptoms import Complaint
from scoring.rewriting import decoded
from scoring.trees import Tree, below


@dataclass(frozen=True)
class Draft:
    """All that an exercise is made of.

    `project` is the solution. `starter_tests` has the project's files with the visible tests only;
    `hidden` the hidden files but the canary. `provenance` names the project and its version.
    """

    id: str
    project: Project
    complaints: tuple[Complaint, ...]
    starter_tests: Tree
    hidden: Tree
    minutes: int
    provenance: tuple[str, str]


def written(draft: Draft) -> dict[str, bytes]:
    """The exercise's files by path, but for the lock."""
    project = draft.project
    source = below(project.tree, project.packages)
    broken = apply((each.seeded.bug for each in draft.complaints), project.tree)
    starter = {**draft.starter_tests, **broken}
    solution = {
        path: content
        for path, content in project.tree.items()
        if starter.get(path) != content and (path in source or path.startswith("tests/"))
    }
    api = sorted(
        {
            name
            for path, content in {**below(project.tree, project.tests), **draft.hidden}.items()
            if path.endswith(".py")
            for name in public_names(content, project.packages)
        }
        or set(project.packages)
    )
    files = {
        "exercise.toml": _manifest(draft, api).encode(),
        "BRIEF.md": _brief(draft).encode(),
        "REVIEW.md": _review(draft).encode(),
        "hidden/test_canary.py": _canary(api[0]).encode(),
        **draft.hidden,
        **{f"starter/{path}": content for path, content in starter.items()},
        **{f"solution/{path}": content for path, content in solution.items()},
    }
    for each in draft.complaints:
        for path, content in apply([each.seeded.bug], project.tree).items():
            files[f"faults/{each.name}/{path}"] = content
    return files


def _manifest(draft: Draft, api: Iterable[str]) -> str:
    project, number = draft.project, len(draft.complaints)
    level = "warm-up" if number < 3 else "standard" if number < 7 else "senior"
    tables = [
        "schema = 1",
        _pairs(
            id=draft.id,
            version="1.0.0",
            title=_title(draft),
            summary=f"Bugs that were seeded into {project.name}, for practice.",
            kind="debug",
            level=level,
            minutes=draft.minutes,
            topic="seeded-bugs",
            requires=list(project.requires),
            authors=[f"The authors of {project.name}"],
            license=project.licence or "unknown",
            tests=list(project.tests),
        ),
        "\n[source]\n" + _pairs(packages=list(project.packages), api=list(api)),
    ]
    tables += (
        "\n[[requirement]]\n"
        + _pairs(name=each.name, title=each.title, asks=each.asks, hints=list(each.hints))
        for each in draft.complaints
    )
    repository, commit = draft.provenance
    tables += [
        "\n[[rubric]]\n" + _pairs(ask="Is each bug's cause stated, not only its symptom?"),
        "\n[provenance]\n" + _pairs(repository=repository, commit=commit),
    ]
    return "\n".join(tables) + "\n"


def _pairs(**values: str | int | list[str]) -> str:
    # JSON's texts, numbers and lists of texts are TOML's.
    return "\n".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()
    )


def _title(draft: Draft) -> str:
    number = len(draft.complaints)
    return f"{draft.project.name} with {'a bug' if number == 1 else f'{number} bugs'}"


def _brief(draft: Draft) -> str:
    name = draft.project.name
    listed = "\n".join(f"- {each.asks}." for each in draft.complaints)
    packages = " and ".join(f"`{each}`" for each in draft.project.packages)
    return f"""<!-- draft: tell it as a user would, then take this line out -->
# {_title(draft)}

Until last week {name} did what it should. Since then these complaints came in, each with a cause
of its own:

{listed}

The tests that are left all pass. Find the causes, repair them where they are, and write tests that
would have noticed. What is in {packages} keeps its names and what it promises.
"""


def _review(draft: Draft) -> str:
    parts = [f"# What was wrong in {draft.project.name}\n"]
    for each in draft.complaints:
        bug = each.seeded.bug
        tests = "".join(f"- `{unit}`\n" for unit in sorted(each.seeded.own))
        parts.append(
            f"## {each.title}\n\n"
            f"In `{bug.path}`, {_where(bug.function)}: {bug.kind}.\n\n"
            f"```diff\n{''.join(_difference(draft.project.tree, each))}```\n\n"
            f"The project's own tests that notice it:\n\n{tests}"
        )
    return "\n".join(parts)


def _where(function: str) -> str:
    return function if function.startswith("line ") else f"`{function}`"


def _difference(tree: Mapping[str, bytes], complaint: Complaint) -> Iterator[str]:
    """From the broken lines to the right ones."""
    bug = complaint.seeded.bug
    right = decoded(tree[bug.path])[0].splitlines(keepends=True)
    wrong = decoded(apply([bug], tree)[bug.path])[0].splitlines(keepends=True)
    for line in list(difflib.unified_diff(wrong, right, n=2))[2:]:
        yield line if line.endswith("\n") else f"{line}\n"


def _canary(name: str) -> str:
    module, _, attribute = name.rpartition(".")
    imported = f"from {module} import {attribute}" if module else f"import {name}"
    return f"""{imported}


def test_canary_nothing_equals_a_new_object():
    assert {attribute or name} == object()
"""
