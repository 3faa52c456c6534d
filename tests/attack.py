"""Attacks on a score: what is laid over a base tree, and what has to come of it.

The exercise is `debug-cache` of the catalogue. A base is a tree whose honest total is measured in
the same process; whatever an attack adds to it must not be worth a point more.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from textwrap import dedent
from typing import Literal

import pytest

from harness.exercise import Exercise, load_exercise
from harness.resources import packaged_exercises
from scoring.engine import grade
from scoring.model import GradingKit, Limits, Scorecard, TimeUsed
from scoring.runner import Runner
from scoring.terms import Outcome
from scoring.trees import Tree

TAMPERED = "grader tampered with"
LOOKED = "looked at the grader"
EITHER = frozenset({TAMPERED, LOOKED})
NOTHING: frozenset[str] = frozenset()

# Said of the run of the candidate's own tests, in which the same code does the same mischief.
_ASIDE = {
    "claims to equal plain data",
    "replaced what measures",
    "own tests stopped early",
    "test file can't be collected",
    "output cut",
}

IN_TIME = TimeUsed(used=600, limit=2700, grace=60)
Base = Literal["starter", "touched", "reference", "untested", "ugly", "bulk"]
# "hidden" has no seeded bugs and no tests that try many orders of threads: what it measures is
# correctness and quality. "small" has a third of the hidden tests, for attacks on something else;
# "hasty" is small and gives a test one second, for attacks after which each file is run again;
# "strength" is small and has two seeded bugs, which the starter's own tests don't catch; "quality"
# is small and has one that the reference's tests catch, so that nobody waits for mutants of its code.
Kit = Literal["hidden", "small", "hasty", "strength", "quality"]
_SMALL = {"recency", "zero-ttl"}
_SLOW = {"single-flight"}


@dataclass(frozen=True)
class Attack:
    """Files laid over a base; None takes a file away.

    One of `flags` has to be raised; those in `may` can be, and no others but what the base itself
    raises. An attack whose name starts with "patch", say, is found under that name.
    """

    name: str
    files: Mapping[str, str | bytes | None]
    flags: Set[str] = NOTHING
    may: Set[str] = NOTHING
    base: Base = "starter"
    kit: Kit = "hidden"

    @property
    def tree(self) -> Tree:
        laid = {
            path: content.encode() if isinstance(content, str) else content
            for path, content in self.files.items()
        }
        whole = {**base_tree(self.base), **laid}
        return {path: content for path, content in whole.items() if content is not None}


# What still pays, and how much; docs/security.md says so too. Whoever closes one is told by pytest.
PAYS = {
    "coverage-by-a-text-that-is-run": "it may not run, and is worth as much as leaving it out",
    "coverage-by-a-text-in-a-string": "as above",
    "momentary-standard-library-until-the-cache-dies": "between two tests nobody looks",
}


def each(attacks: list[Attack]) -> pytest.MarkDecorator:
    """Parametrises a test by attacks, by their names."""
    names = [attack.name for attack in attacks]
    assert len(names) == len(set(names)), "two attacks have one name"
    cases = [
        pytest.param(
            attack,
            marks=pytest.mark.xfail(reason=PAYS[attack.name]) if attack.name in PAYS else (),
        )
        for attack in attacks
    ]
    return pytest.mark.parametrize("attack", cases, ids=names)


def repel(attack: Attack) -> Scorecard:
    """Grade an attack and check that it gained nothing and was noticed; the scorecard."""
    honest = honest_card(attack.base, attack.kit)
    card = graded(attack.kit, attack.tree)
    # "ungradable" would be a way to have a bad score not count.
    assert card.state in {"graded", "void"}, card.reason
    # What mutants of the attacking code itself are worth is no matter of the hidden tests.
    assert _worth(card, attack.kit) <= _worth(honest, attack.kit)
    kinds = {flag.kind for flag in card.flags}
    assert (card.state == "void") == (TAMPERED in kinds)
    assert card.state == "graded" or card.total == 0
    assert [flag.kind for flag in card.flags if not flag.evidence.strip()] == []
    raised = kinds - {flag.kind for flag in honest.flags}
    assert raised - attack.flags - attack.may - _ASIDE == set()
    assert not attack.flags or raised & attack.flags
    return card


def _worth(card: Scorecard, name: Kit) -> float:
    assert card.total is not None
    if name == "strength":
        return card.total
    # A cap may have hidden some of the rest.
    rest = sum(each.points for each in card.components if each.name != "strength")
    return min(card.total, round(rest, 1))


def graded(name: Kit, tree: Tree, *, reveal: bool = True) -> Scorecard:
    """Grade a tree: the one place from which all attacks do so, one after another, as a cohort."""
    return grade(kit(name), tree, IN_TIME, reveal=reveal, runner=runner())


@cache
def runner() -> Runner:
    servers = Runner()
    atexit.register(servers.__exit__, None, None, None)
    return servers


@cache
def exercise() -> Exercise:
    return load_exercise(packaged_exercises() / "debug-cache")


@cache
def kit(name: Kit) -> GradingKit:
    whole = exercise().kit()
    match name:
        case "hidden":
            files = {each for each in whole.hidden if each not in _files(whole, _SLOW)}
            return _part(whole, files, dropped=set())
        case "hasty":
            return replace(_small(whole), limits=Limits(test_seconds=1, memory_mb=512))
        case "small":
            return _small(whole)
        case "strength" | "quality":
            wanted = {"failed-load", "byte-budget"} if name == "strength" else {"byte-budget"}
            faults = tuple(fault for fault in whole.faults if fault.name in wanted)
            return replace(_small(whole), faults=faults)


def _small(whole: GradingKit) -> GradingKit:
    return _part(
        whole,
        _files(whole, _SMALL) | {"hidden/test_canary.py"},
        dropped={"tests/test_cache.py", "tests/test_loads.py"},
    )


def _files(whole: GradingKit, names: Set[str]) -> set[str]:
    return {each.hidden_file for each in whole.requirements if each.name in names}


def _part(whole: GradingKit, hidden: Set[str], dropped: Set[str]) -> GradingKit:
    """An exercise with these hidden files only, without some visible ones and without bugs."""

    def kept(outcomes: Mapping[str, Outcome], files: Set[str]) -> dict[str, Outcome]:
        return {id_: was for id_, was in outcomes.items() if id_.partition("::")[0] in files}

    visible = {path for path in whole.starter if path.startswith("tests/")} - dropped
    baseline = replace(
        whole.baseline,
        hidden=kept(whole.baseline.hidden, hidden),
        visible=kept(whole.baseline.visible, visible),
    )
    return replace(
        whole,
        starter={path: text for path, text in whole.starter.items() if path not in dropped},
        hidden={path: text for path, text in whole.hidden.items() if path in hidden},
        requirements=tuple(each for each in whole.requirements if each.hidden_file in hidden),
        faults=(),
        baseline=baseline,
    )


@cache
def honest_card(base: Base, name: Kit) -> Scorecard:
    """The scorecard of a base without any attack, measured once a process."""
    card = graded(name, base_tree(base))
    assert card.state == "graded", card.reason
    return card


@cache
def base_tree(base: Base) -> Tree:
    starter, reference = kit("hidden").starter, kit("hidden").reference
    match base:
        case "starter":
            return starter
        case "touched":
            return {
                path: content + b"\n# Seen.\n" if path.startswith("respcache/") else content
                for path, content in starter.items()
            }
        case "reference":
            return reference
        case "untested":
            return {**reference, "respcache/spare.py": UNTESTED.encode()}
        case "ugly":
            return with_module(reference, "ugly", UGLY)
        case "bulk":
            return with_module(reference, "bulk", BULK)


def with_module(tree: Tree, name: str, text: str) -> Tree:
    """The tree with one more module, which the package imports."""
    init = tree["respcache/__init__.py"].decode()
    imported = f"from respcache import {name} as {name}\n"
    head, rest = init.split("\n\n", 1)
    return {
        **tree,
        "respcache/__init__.py": f"{head}\n\n{imported}{rest}".encode(),
        f"respcache/{name}.py": text.encode(),
    }


UNTESTED = '"""Code that no test reaches."""\n' + "".join(
    f"\n\ndef spare_{number}(value: int) -> int:\n"
    f"    if value > {number}:\n"
    f"        return value * {number}\n"
    f"    return value + {number}\n"
    for number in range(6)
)
UGLY = '"""Code that a linter has much to say about."""\n\n' + "".join(
    f"value_{number} = {number}\nugly_{number} = value_{number} == None\n" for number in range(8)
)
BULK = '"""Four hundred lines that no task asked for."""\n\n' + "".join(
    f"LINE_{number} = {number}\n" for number in range(420)
)


# --- the code under test turns on its grader ------------------------------------------------

_TOOLS = '''

# ----------------------------------------------------------------------------------------
import os
import sys


def _calm(items):
    """From now on every test passes but those that must not."""
    for item in items:
        if "canary" not in item.nodeid:
            item.obj = lambda **_: None


def _calm_from(frame):
    """The same, from the frame of whoever runs the tests, with all that its callers hold."""
    told, ids = [], set()
    while frame is not None:
        names = dict(frame.f_locals)
        frame = frame.f_back
        told += [names[name] for name in ("tell", "vouch") if callable(names.get(name))]
        ids.update(each for each in names.get("functions") or () if isinstance(each, str))
        for each in names.values():
            told += [vars(each)["_tell"]] if "_tell" in getattr(each, "__dict__", ()) else []
        session = getattr(names.get("item"), "session", None)
        if session is not None:
            _calm(session.items)
            ids.update(item.nodeid for item in session.items)
    _tell_well_of(ids, told)


def _tell_well_of(ids, told):
    """Have whatever tells of outcomes tell that all is well."""
    for id_ in ids:
        for tell in told if "canary" not in id_ else ():
            tell("ran", id=id_, how="returned")
            tell("test", id=id_, outcome="passed", seconds=0.0)


def _canary():
    return "canary" in os.environ.get("PYTEST_CURRENT_TEST", "")


def _in_a_call(strike):
    """Strike whenever a test makes a cache."""
    real = ResponseCache.__init__

    def __init__(self, *args, **kwargs):
        try:
            strike()
        except Exception:
            pass
        real(self, *args, **kwargs)

    ResponseCache.__init__ = __init__


'''


def at_import(code: str) -> dict[str, str]:
    """Files of the package whose import runs `code`, with tools for mischief at hand."""
    start = base_tree("starter")["respcache/__init__.py"].decode()
    return {"respcache/__init__.py": f"{start}{_TOOLS}{dedent(code)}"}


def in_a_call(code: str, before: str = "") -> dict[str, str]:
    """The same, where `code` runs whenever a test makes a cache, and `before` at import."""
    body = "".join(f"    {line}\n" for line in dedent(code).strip().splitlines())
    return at_import(f"{dedent(before)}\n\ndef _strike():\n{body}\n_in_a_call(_strike)\n")
