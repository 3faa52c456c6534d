"""Tests by what they say of a fix: which fail before it and pass after it, every time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.authoring.selection import file_of, function_of
from scoring.runner import SuiteRun
from scoring.terms import last_line

# A test function, by file and name: what can be moved, while a case of it can't.
Function = tuple[str, str]


@dataclass(frozen=True)
class Outcomes:
    """The test functions of a fix by what they are good for.

    `known_before` and `known_after` name all of the parent's and the commit's, by file. `fixed`
    fail before the fix and pass after it, every time; a value is the message of the first failure.
    `kept` are the parent's that pass before and after, `added` further ones of the commit that do.
    `cases` has the test ids of each. `dropped` are those that can't be used, with the reason.
    """

    fixed: Mapping[Function, str]
    kept: frozenset[Function]
    added: frozenset[Function]
    known_before: Mapping[str, set[str]]
    known_after: Mapping[str, set[str]]
    cases: Mapping[Function, tuple[str, ...]]
    dropped: Mapping[str, str]
    seconds: float


def sort_outcomes(
    after: Sequence[SuiteRun], before: Sequence[SuiteRun], kept: Sequence[SuiteRun]
) -> Outcomes:
    """Compare runs of the commit's tests after the fix and before it, and of the parent's on both.

    As files first, then as hidden tests. Which tests are known is not told by runs.
    """
    cases = _cases(after)
    dropped: dict[str, str] = {}
    fixed, added = {}, set()
    for function, ids in cases.items():
        reason = next((text for id_ in ids if (text := why_unsteady(id_, after))), "")
        broke = [id_ for id_ in ids if not any(passed(id_, run) for run in before)]
        mixed = [id_ for id_ in ids if id_ not in broke and why_unsteady(id_, before)]
        if reason or mixed:
            dropped["::".join(function)] = (
                reason or f"before the fix: {why_unsteady(mixed[0], before)}"
            )
        elif not broke:
            added.add(function)
        elif any(id_ not in before[0].results for id_ in broke):
            text = before[0].not_collected.get(function[0], "")
            why = last_line(text) if text else "it is not collected"
            dropped["::".join(function)] = f"can't be collected before the fix: {why}"
        else:
            fixed[function] = before[0].results[broke[0]].message
    for run in (*after, *kept):
        for path, text in run.not_collected.items():
            dropped.setdefault(path, f"can't be collected: {last_line(text)}")
    stays, others = _kept(kept, cases)
    for function, reason in others.items():
        if function not in fixed:
            dropped.setdefault("::".join(function), reason)
    return Outcomes(
        fixed=fixed,
        kept=frozenset(stays),
        added=frozenset(added - stays),
        known_before={},
        known_after={},
        cases=cases,
        dropped=dropped,
        seconds=sum(each.seconds for each in after[0].results.values()),
    )


def _kept(
    runs: Sequence[SuiteRun], cases: Mapping[Function, tuple[str, ...]]
) -> tuple[set[Function], dict[Function, str]]:
    """The parent's tests that can stay visible, and the others with the reason; `cases` are the
    commit's."""
    stays, others = set(), {}
    for function, ids in _cases(runs).items():
        reason = next((text for id_ in ids if (text := why_unsteady(id_, runs))), "")
        if not reason and not set(ids) <= set(cases.get(function, ())):
            reason = "the commit removes it, or cases of it"
        if reason:
            others[function] = reason
        else:
            stays.add(function)
    return stays, others


def _cases(runs: Iterable[SuiteRun]) -> dict[Function, tuple[str, ...]]:
    found: dict[Function, dict[str, None]] = {}
    for run in runs:
        for id_ in run.results:
            found.setdefault((file_of(id_), function_of(id_)), {})[id_] = None
    return {function: tuple(ids) for function, ids in sorted(found.items())}


def why_unsteady(id_: str, runs: Sequence[SuiteRun]) -> str:
    """Why a test can't be relied on; "" for one that passed in every run."""
    times = sum(passed(id_, run) for run in runs)
    if times == len(runs):
        return ""
    other = next(run.results.get(id_) for run in runs if not passed(id_, run))
    said = (other.message.partition("\n")[0] or other.outcome) if other else "it did not run"
    if not times:
        return said
    alike = [run for run in runs if passed(id_, run)]
    half = len(runs) // 2
    if alike == list(runs[:half]):
        return f"passes as a file, not among hidden tests: {said}"
    return f"flaky, passed {times} of {len(runs)} times: {said}"


def passed(id_: str, run: SuiteRun) -> bool:
    return run.outcome(id_) == "passed"
