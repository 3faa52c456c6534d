"""Test strength: which seeded bugs the candidate's tests would have caught.

Their tests run against the reference solution and against each fault, which is the reference
with one bug put back. Nobody tells a test which it is looking at: untouched copies of the
reference run among the faults, and a test that fails on one of those counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from scoring import formula
from scoring.model import Fault, FaultResult, GradingKit, Measured, Measurement, NotMeasured
from scoring.runner import SuiteRun, run_candidates_tests
from scoring.trees import Tree


@dataclass(frozen=True)
class Strength:
    measured: Measurement
    faults: tuple[FaultResult, ...]


def measure(kit: GradingKit, submission: Tree, own: SuiteRun, pool: Executor) -> Strength:
    """B = weighted share of caught faults among those the starter's tests don't catch already.

    `own` is the run of the candidate's tests on their own code: only what passed there counts,
    and only the ids seen there are asked for.
    """
    if kit.kind in {"design", "refactor"}:
        return Strength(NotMeasured("seeded bugs need an interface that stays fixed"), ())
    if not kit.faults:
        return Strength(NotMeasured("this exercise has no seeded bugs"), ())
    caught = catches(kit, submission, own.passed(), pool)
    results = tuple(
        FaultResult(
            name=fault.name,
            requirement=fault.requirement,
            title=fault.title,
            caught=bool(caught[fault.name]),
            given=fault.name in kit.baseline.caught_by_starter,
            by=tuple(sorted(caught[fault.name])),
        )
        for fault in kit.faults
    )
    counted = [
        (each, fault) for each, fault in zip(results, kit.faults, strict=True) if not each.given
    ]
    if not counted:
        return Strength(NotMeasured("the exercise's own tests catch every seeded bug"), results)
    share = formula.weighted_mean(
        (formula.ONE if each.caught else formula.ZERO, fault.weight) for each, fault in counted
    )
    number = sum(each.caught for each, _ in counted)
    reason = f"{number} of {len(counted)} hidden bugs caught"
    return Strength(Measured(share, reason), results)


def catches(
    kit: GradingKit, tests: Tree, passing: frozenset[str], pool: Executor
) -> Mapping[str, frozenset[str]]:
    """The tests that catch each fault: they pass on every control, fail on it, and do so twice.

    A control runs before the faults and one after them, so that a test can't count its runs and
    fail from some run on.
    """
    if not passing:
        return {fault.name: frozenset() for fault in kit.faults}

    def fails_on(fault: Fault | None, only: frozenset[str]) -> frozenset[str]:
        source = kit.reference if fault is None else {**kit.reference, **fault.files}
        run = run_candidates_tests(kit, source, tests, only=only)
        # A control has to be passed outright; on a fault only a real failure is a catch.
        if fault is None:
            return only - run.passed()
        return frozenset(id_ for id_ in only if run.outcome(id_) in {"failed", "error"})

    before = pool.submit(fails_on, None, passing)
    first = {fault.name: pool.submit(fails_on, fault, passing) for fault in kit.faults}
    unsteady = before.result()
    suspects = {name: future.result() - unsteady for name, future in first.items()}
    again = {
        fault.name: pool.submit(fails_on, fault, suspects[fault.name])
        for fault in kit.faults
        if suspects[fault.name]
    }
    caught = {
        name: again[name].result() if name in again else frozenset[str]() for name in suspects
    }
    if not any(caught.values()):
        return caught
    # Not until the others are through: nothing may run after the last control.
    unsteady = fails_on(None, passing)
    return {name: by - unsteady for name, by in caught.items()}
