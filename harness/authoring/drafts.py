"""The texts of an exercise made of a commit: manifest, brief, review, to-do list.

They are drafts for its author. What candidates read is drawn from the tests that fail and from the
commit's first line, with whatever gives the fix away taken out.
"""

from __future__ import annotations

import difflib
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.authoring.commits import Fix
from harness.authoring.hunks import Hunk, put_back
from harness.authoring.outcomes import Function
from harness.authoring.parts import Part, Parts
from harness.authoring.selection import public_names
from scoring.mutants import Mutant
from scoring.terms import TestResult
from scoring.trees import Tree

_IDENTIFIER = re.compile(r"[A-Za-z_]\w{3,}")
_REFERENCE = re.compile(
    r"\(?(?:\b(?:issues?|pr|pull request|gh|bug|ticket|fix(?:es|ed)?|closes?|resolves?)\s*)?"
    r"(?:#|GH-)\d+\)?:?|\S+\.py(?::\d+)?|https?://\S+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:fix(?:e[sd]|ing)?|bug ?fix|correct|repair|handle|resolve|closes?)\b(?:\(\w+\))?[\s:]*",
    re.IGNORECASE,
)
_SHOWN = 12


@dataclass(frozen=True)
class Requirement:
    """A part of the fix's behaviour: its name, its words in the brief, its hunks and its tests."""

    name: str
    title: str
    asks: str
    parts: tuple[Part, ...]
    functions: frozenset[Function]
    failures: tuple[TestResult, ...]


@dataclass(frozen=True)
class Draft:
    """All that an exercise made of a commit consists of, and what is known about its gaps.

    `starter` is a whole tree, `reference_tests` the tests of the solution, `faults` files by name.
    `alive` are those of `mutants` small mistakes in the fix's lines that its tests let pass.
    """

    id: str
    fix: Fix
    requires: tuple[str, ...]
    given: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    starter: Tree
    reference_tests: Tree
    hidden: Tree
    faults: Mapping[str, Tree]
    parts: Parts
    mutants: int
    alive: tuple[Mutant, ...]
    dropped: Mapping[str, str]
    notes: tuple[str, ...]
    seconds: float


def drafted(draft: Draft) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The exercise's files by path, but for the lock; and what is left to the author."""
    solution = {
        path: content
        for path, content in {**draft.fix.source_after, **draft.reference_tests}.items()
        if draft.starter.get(path) != content
    }
    api = sorted(
        {
            name
            for path, content in {**draft.hidden, **draft.reference_tests}.items()
            if path.endswith(".py")
            for name in public_names(content, draft.fix.packages)
        }
        or set(draft.fix.packages)
    )
    censor = _Censor(draft.fix, api)
    told = [censor.clean(each.asks) for each in draft.requirements]
    todo = tuple(_todo(draft))
    files = {
        "exercise.toml": _manifest(draft, api, told),
        "BRIEF.md": _brief(draft, told, censor),
        "REVIEW.md": _review(draft),
        "TODO.md": _todo_page(draft, todo),
        "hidden/test_canary.py": _canary(api),
    }
    return {
        **{path: text.encode() for path, text in files.items()},
        **draft.hidden,
        **{f"starter/{path}": content for path, content in draft.starter.items()},
        **{f"solution/{path}": content for path, content in solution.items()},
        **{
            f"faults/{name}/{path}": content
            for name, tree in draft.faults.items()
            for path, content in tree.items()
        },
    }, todo


class _Censor:
    """Takes out of a text what gives the fix away, or says where to look."""

    def __init__(self, fix: Fix, api: Sequence[str]) -> None:
        before = {
            word
            for text in fix.source_before.values()
            for word in _IDENTIFIER.findall(text.decode("utf-8", "replace"))
        }
        public = {word for name in api for word in name.split(".")}
        added = {
            word
            for hunk in fix.hunks
            for line in hunk.new
            for word in _IDENTIFIER.findall(line.decode("utf-8", "replace"))
        }
        self._secret = added - before - public
        self._solution = _runs(
            b" ".join(line for hunk in fix.hunks for line in hunk.new).decode("utf-8", "replace")
        )

    def clean(self, text: str) -> str:
        """The text on one line, without references, places, or names that only the fix has."""
        text = _REFERENCE.sub(" ", text)
        text = _IDENTIFIER.sub(lambda m: "…" if self._is_secret(m[0]) else m[0], text)
        return re.sub(r"\s+", " ", text).strip()

    def _is_secret(self, word: str) -> bool:
        # Only what looks like a name in code: others are plain words.
        return word in self._secret and ("_" in word or not word.islower())

    def tells_the_fix(self, text: str) -> bool:
        """Whether six words in a row stand in the solution as well."""
        return bool(_runs(text) & self._solution)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 6]) for n in range(len(words) - 5)}


def _manifest(draft: Draft, api: Sequence[str], told: Sequence[str]) -> str:
    after = draft.fix.after
    churn = sum(hunk.lines for hunk in draft.fix.hunks)
    number = len(draft.requirements)
    minutes = min(90, max(20, 5 * round((10 + churn / 2 + 10 * number) / 5)))
    level = "warm-up" if churn <= 10 and number == 1 else "standard" if churn <= 60 else "senior"
    source = {"packages": list(after.packages), "api": list(api)}
    if draft.given:
        source["given"] = list(draft.given)
    tables = [
        "schema = 1",
        _pairs(
            id=draft.id,
            version="1.0.0",
            title=f"A bug in {after.name}",
            summary=f"A bug of {after.name} that its maintainers fixed.",
            kind="debug",
            level=level,
            minutes=minutes,
            topic="real-bug",
            requires=list(draft.requires),
            authors=[f"The authors of {after.name}"],
            license=after.licence or "unknown",
            tests=list(after.tests),
        ),
        "\n[source]\n" + _pairs(**source),
    ]
    for each, asks in zip(draft.requirements, told, strict=True):
        pairs = _pairs(name=each.name, title=each.title, asks=asks, hints=[])
        tables.append(f"\n[[requirement]]\n{pairs}")
    # A suite gets six times as long as a test, on machines that may be slower.
    if draft.seconds > 5:
        tables.append("\n[limits]\n" + _pairs(test_seconds=min(120, round(2 * draft.seconds))))
    tables += [
        "\n[[rubric]]\n" + _pairs(ask="Is the bug's cause stated, not only its symptom?"),
        "\n[provenance]\n" + _pairs(repository=draft.fix.origin, commit=draft.fix.commit.id),
    ]
    return "\n".join(tables) + "\n"


def _pairs(**values: str | int | list[str]) -> str:
    # JSON's texts, numbers and lists of texts are TOML's.
    return "\n".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()
    )


def _brief(draft: Draft, told: Sequence[str], censor: _Censor) -> str:
    name = draft.fix.after.name
    listed = "\n".join(f"- {asks}." for asks in told)
    line = censor.clean(_symptom(draft.fix.commit.subject)).rstrip(".")
    report = "" if not line or censor.tells_the_fix(line) else f" The report is titled “{line}”."
    lead = f"Users of {name} report what it should not do.{report} This is what they see:"
    packages = " and ".join(f"`{each}`" for each in draft.fix.packages)
    return f"""<!-- draft: tell it as a user would, then take this line out -->
# A bug in {name}

{textwrap.fill(lead, 100)}

{listed}

The tests that are here all pass. Find the cause, repair it where it is, and write tests that would
have noticed. What is in {packages} keeps its names and what it promises.
"""


def _symptom(subject: str) -> str:
    """A commit's first line without the words that speak of a fix."""
    text = _REFERENCE.sub(" ", subject)
    while (shorter := _LEAD.sub("", text)) != text:
        text = shorter
    return text


def _review(draft: Draft) -> str:
    fix = draft.fix
    quoted = "\n".join(f"> {line}".rstrip() for line in fix.commit.message.strip().splitlines())
    parts = [
        f"# What was wrong\n\nThe commit that fixed it, {fix.commit.id[:12]}, says:\n\n{quoted}\n"
    ]
    for each in draft.requirements:
        tests = "".join(f"- `{result.id}`\n" for result in each.failures)
        hunks = [hunk for part in each.parts for hunk in part.hunks]
        parts.append(
            f"## {each.title}\n\n```diff\n{_diff(fix, hunks)}```\n\n"
            f"The project's own tests that fail without it:\n\n{tests}"
        )
    rest = [*draft.parts.untested, *draft.parts.idle]
    if rest:
        parts.append(
            "## Beside it\n\nNo test notices whether this is there; a solution may do without.\n\n"
            f"```diff\n{_diff(fix, rest)}```\n"
        )
    return "\n".join(parts)


def _diff(fix: Fix, hunks: Sequence[Hunk]) -> str:
    lines: list[str] = []
    for path in sorted({hunk.path for hunk in hunks}):
        after = fix.source_after.get(path, b"")
        mine = [hunk for hunk in hunks if hunk.path == path]
        before = put_back(fix.source_after, mine).get(path, b"")
        lines += difflib.unified_diff(
            before.decode("utf-8", "replace").splitlines(),
            after.decode("utf-8", "replace").splitlines(),
            path,
            path,
            lineterm="",
            n=2,
        )
    return "".join(f"{line}\n" for line in lines)


def _todo(draft: Draft) -> Iterator[str]:
    """What an author has to do, the most pressing first."""
    if not draft.fix.after.licence:
        yield "no licence was found: ask whether the project may be passed on, and name it"
    yield "BRIEF.md: tell a story around the symptoms; what `asks` quotes has to stay in it"
    yield "exercise.toml: title, level, minutes, topic, and hints for each requirement"
    yield "REVIEW.md: say the causes, what a good answer does and what a great one does"
    yield "decoys/: two plausible wrong patches for each requirement, with the points they may get"
    for hunk in draft.parts.untested:
        yield f"{hunk}: no test notices this hunk; write a test for it, or drop it from solution/"
    for mutant in draft.alive[:_SHOWN]:
        old, new = _one_line(mutant.original), _one_line(mutant.mutated)
        yield (
            f"{mutant.path}:{mutant.line}: no hidden test notices `{new}` in place of `{old}`; "
            "write one, or say why it makes no difference"
        )
    if len(draft.alive) > _SHOWN:
        yield f"and {len(draft.alive) - _SHOWN} more small mistakes that no hidden test notices"
    if draft.given:
        yield (
            f"source.given: {', '.join(draft.given)} may look at frames or make code of texts, as "
            "they do; see that nothing in them hands such things on to its caller"
        )
    for note in draft.notes:
        yield f"see whether it matters: {note}"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:80]


def _todo_page(draft: Draft, todo: Sequence[str]) -> str:
    listed = "".join(f"- [ ] {each}.\n" for each in todo)
    dropped = "".join(
        f"- `{id_}`: {' '.join(reason.split())[:160]}\n"
        for id_, reason in sorted(draft.dropped.items())
    )
    left = f"\n## Tests that were left out\n\n{dropped}" if dropped else ""
    stubs = "".join(
        f"\n\ndef test_{name}_{number}():\n"
        f'    """Fails where {mutant.path} has `{_one_line(mutant.mutated)}`."""\n'
        for number, (name, mutant) in enumerate(
            ((_plain(each.path), each) for each in draft.alive[:_SHOWN]), 1
        )
    )
    gaps = f"\n## Tests to write\n\n```python{stubs}```\n" if stubs else ""
    killed = draft.mutants - len(draft.alive)
    return f"""# Left to the author

Of {draft.mutants} small mistakes in the fix's lines, the hidden tests notice {killed}.

{listed}
Then lock it again, and see what is missing: `worksample author check`.
{gaps}{left}"""


def _plain(path: str) -> str:
    return re.sub(r"\W+", "_", path.rpartition("/")[2].removesuffix(".py"))


def _canary(api: Sequence[str]) -> str:
    name = next((each for each in api if "." in each), api[0])
    module, _, attribute = name.rpartition(".")
    imported = f"from {module} import {attribute}" if module else f"import {name}"
    return f"""{imported}


def test_canary_nothing_equals_a_new_object():
    assert {attribute or name} == object()
"""
