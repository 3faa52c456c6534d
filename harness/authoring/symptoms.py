"""What somebody would complain of who meets a bug: drawn from the tests that notice it.

No place in the code is told, only what is seen from outside.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.authoring.seeding import Seeded, unit_of
from scoring.terms import TestResult

_LONGEST = 60
_NAME_CHARS = 40
_HINTS = {
    "swapped comparison": "Look at what happens exactly at the limit, not beside it.",
    "off by one": "Count what is there at the first and at the last one.",
    "dropped guard": "What should never come this far, and what would have stopped it?",
    "dropped condition": "Go through the cases in which only one of two conditions holds.",
    "turned condition": "Go through both branches: which one is taken when?",
    "wrong default": "What holds when nobody says anything?",
    "swapped arguments": "Follow each value from where it is given to where it is used.",
    "lost update": "Which state should have changed here, and did it?",
    "wrong exception": "What is raised, who waits for it, and is it the same?",
    "wrong function": "Does the function that is called do what its name says there?",
    "lost copy": "Who else holds the object that is changed?",
}
_HINT = "Follow the values of the smallest example that goes wrong."


@dataclass(frozen=True)
class Complaint:
    """A seeded bug as a requirement: its name, title, words of the brief, and hints."""

    name: str
    title: str
    asks: str
    hints: tuple[str, str]
    seeded: Seeded


def complaints(bugs: Iterable[Seeded]) -> tuple[Complaint, ...]:
    """A complaint for each bug, with names that differ; sorted by name."""
    found: dict[str, Complaint] = {}
    for seeded in bugs:
        failures = sorted(
            (each for each in seeded.failures if unit_of(each.id) in seeded.own),
            key=lambda each: (len(each.id), each.id),
        )
        subject = subject_of([each.id for each in failures])
        effect = next(effects(failures))
        name = free_name(subject, found)
        found[name] = Complaint(
            name=name,
            title=subject,
            asks=f"{subject}: {effect}",
            hints=(_HINTS.get(seeded.bug.kind, _HINT), f"The cause is in {seeded.bug.path}."),
            seeded=seeded,
        )
    return tuple(found[name] for name in sorted(found))


def subject_of(test_ids: Sequence[str]) -> str:
    """What tests are about, in the words of their names; the shortest speaks for all."""
    path, _, rest = test_ids[0].partition("::")
    *classes, function = rest.partition("[")[0].split("::")
    words = _words(function)
    context = [word for each in classes for word in _words(each)]
    if not words:
        words = context or _words(path.rpartition("/")[2].removesuffix(".py"))
    elif any(f"::{function}" in id_ and classes and classes[0] not in id_ for id_ in test_ids):
        context = []  # it is the same in several classes
    new = [word for word in context if word.lower() not in {each.lower() for each in words}]
    about = " ".join(new)
    text = f"{about}, {' '.join(words)}" if about else " ".join(words)
    return text[:1].upper() + text[1:] or "The project"


def _words(name: str) -> list[str]:
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return [part for part in parts if part.lower() not in {"test", "tests", "case"}]


def free_name(subject: str, taken: Iterable[str]) -> str:
    """A requirement's name that is not taken and begins with no other's."""
    base = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")
    if not base[:1].isalpha():
        base = f"case-{base}"
    if len(base) > _NAME_CHARS:
        base = base[:_NAME_CHARS].rpartition("-")[0] or base[:_NAME_CHARS]
    others = {*taken, "canary", "regression"}
    number, name = 1, base
    while any(f"{name}-".startswith(f"{o}-") or f"{o}-".startswith(f"{name}-") for o in others):
        number += 1
        name = f"another-{base}" if number == 2 else f"another-{number - 1}-{base}"
    return name


def effects(failures: Iterable[TestResult]) -> Iterator[str]:
    """What is seen of the failures, what tells most first."""
    messages = [each.message for each in failures]
    for read in (_values, _missing_error, _error):
        yield from filter(None, map(read, messages))
    yield "what came out until now does not come out any more"


def _values(message: str) -> str:
    first = message.partition("\n")[0].removeprefix("AssertionError: ")
    if found := re.fullmatch(r"assert (.+?) == (.+)", first):
        left, right = found[1], found[2]
        if _is_plain(left) and _is_plain(right):
            return f"{left} comes out, and it should be {right}"
    if found := re.fullmatch(r"(.+?) != (.+?)( : .*)?", first):
        left, right = found[1], found[2]
        if _is_plain(left) and _is_plain(right):
            return f"{left} and {right} should be the same"
        if _is_plain(left) or _is_plain(right):
            return f"{left if _is_plain(left) else right} is due, and does not come out"
    return ""


def _is_plain(text: str) -> bool:
    if len(text) > _LONGEST or "`" in text:
        return False
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return False
    return True


def _missing_error(message: str) -> str:
    found = re.match(r"(?:Failed: )?DID NOT RAISE.*?(\w+)'?>?\)?$|(\w+) not raised", message)
    if not found:
        return ""
    return f"nothing is raised, where {_error_name(found[1] or found[2])} is due"


def _error(message: str) -> str:
    found = re.match(r"(?:[\w.]*\.)?(\w*(?:Error|Exception|StopIteration))\b", message)
    if not found or found[1] == "AssertionError":
        return ""
    return f"it ends in {_error_name(found[1])}"


def _error_name(name: str) -> str:
    """The name of a builtin exception; others belong to the code."""
    if not hasattr(builtins, name):
        return "an error"
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
