"""Proves an exercise: ten rules, run side by side, every shortfall told at once.

`behaviour`, `judgement` and `writing` hold the rules: each a function of the subject that returns
a finding. `docs/authoring.md` tells an author what they mean.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, NamedTuple

from harness.authoring.proof import behaviour, judgement, writing
from harness.authoring.proof.finding import Finding
from harness.authoring.proof.subject import Progress, Subject
from harness.environments import environment_for
from harness.errors import EnvironmentProblem
from harness.exercise import LOCK, Exercise
from scoring import baseline
from scoring.runner import Runner
from scoring.terms import Baseline
from scoring.trees import weight
from scoring.warm import SandboxError


class _Rule(NamedTuple):
    name: str
    title: str
    check: Callable[[Subject], Finding]


_RULES = (
    _Rule("starter", "The starter fails what is asked, and nothing else", behaviour.starter),
    _Rule("solution", "The solution passes everything, every time", behaviour.solution),
    _Rule("alone", "Each test alone gives what it gives in its suite", behaviour.alone),
    _Rule("faults", "Each fault is found where it belongs", judgement.faults),
    _Rule("bands", "Wrong answers score little, right ones pass", judgement.bands),
    _Rule("mutants", "Hidden tests notice small mistakes", judgement.mutants),
    _Rule("timing", "What hangs on threads or time is found each time", behaviour.timing),
    _Rule("tests", "Tests are public, quick and keep to themselves", writing.tests),
    _Rule("brief", "The brief asks for everything and gives nothing away", writing.brief),
    _Rule("size", "The size can be read; licence and origin are told", writing.size),
)
# It goes by times that the others take.
_LAST = "tests"


@dataclass(frozen=True)
class Verdict:
    """A rule and what it found."""

    name: str
    title: str
    finding: Finding


@dataclass(frozen=True)
class Proof:
    """What came out: the facts to lock, None where they can't be had, and a verdict a rule.

    `record` is what the lock keeps of a proof that holds: the same bytes each time.
    """

    facts: Baseline | None
    verdicts: tuple[Verdict, ...]
    record: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return all(each.finding.ok for each in self.verdicts)


def prove(exercise: Exercise, progress: Progress, runner: Runner | None = None) -> Proof:
    """Measure an exercise anew and check every rule. Nothing is written.

    A `runner` can serve several proofs, one after another; it has to have the packages that the
    exercise requires. Raises WorkspaceProblem if the folder can't be read, EnvironmentProblem
    where no test run can be started.
    """
    if runner is None:
        with Runner(site=environment_for(exercise.manifest.requires)) as own:
            return prove(exercise, progress, own)
    kit = exercise.kit(Baseline({}, {}, (), 0))
    try:
        measured = baseline.measure(kit, runner)
        kit = replace(kit, baseline=measured.facts)
        subject = Subject(exercise, kit, measured, runner, progress)
        verdicts = _verdicts(subject)
    except SandboxError as error:
        raise EnvironmentProblem(str(error), "see: worksample doctor") from None
    record = {
        "sha256": exercise.sha256,
        **_size(exercise),
        "versions": tool_versions(),
        "rules": {each.name: dict(each.finding.figures) for each in verdicts},
    }
    return Proof(None if measured.problems else measured.facts, verdicts, record)


def _verdicts(subject: Subject) -> tuple[Verdict, ...]:
    pool = ThreadPoolExecutor(len(_RULES))
    try:
        started = {
            rule.name: pool.submit(rule.check, subject) for rule in _RULES if rule.name != _LAST
        }
        findings = {name: future.result() for name, future in started.items()}
    except BaseException:
        # For an interrupt: nobody waits for what was still to be run.
        subject.stop()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    subject.stop()
    return tuple(
        Verdict(rule.name, rule.title, findings.get(rule.name) or rule.check(subject))
        for rule in _RULES
    )


def _size(exercise: Exercise) -> dict[str, int]:
    files, size = weight(exercise.folder, LOCK)
    return {"files": files, "bytes": size}


def tool_versions() -> dict[str, str]:
    """What a proof depends on beside the exercise, by name."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("worksample", "pytest", "ruff", "cosmic-ray")},
    }
