"""What an author locks about an exercise: how starter and solution fare in its tests.

Grading trusts these facts and does not measure them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scoring.changes import compare
from scoring.engine import run_own_tests
from scoring.metrics import complexity, correctness, diff, lint, strength
from scoring.model import GradingKit
from scoring.runner import Runner, SuiteRun
from scoring.terms import Baseline, Excess, last_line


class BaselineError(Exception):
    """An exercise whose starter or solution does not behave as its author says.

    Its text has a line for every problem.
    """


@dataclass(frozen=True)
class Measured:
    """The facts to lock, the runs they come from, and what keeps them from being locked.

    `starter` and `solution` are the hidden runs, `own` is that of the solution's visible tests.
    Where there are `problems`, the facts are those that could be had in spite of them.
    """

    facts: Baseline
    starter: SuiteRun
    solution: SuiteRun
    own: SuiteRun
    problems: tuple[str, ...]


def baseline(kit: GradingKit, runner: Runner | None = None) -> Baseline:
    """Measure what an author locks about an exercise; the kit's own baseline is not looked at.

    Without a `runner` one lives for this. Raises BaselineError with every shortfall: what the
    solution fails, canaries that pass, suites that do not come to their end, tests that can't be
    collected.
    """
    if runner is None:
        with Runner() as own_runner:
            return baseline(kit, own_runner)
    measured = measure(kit, runner)
    if measured.problems:
        raise BaselineError("\n".join(measured.problems))
    return measured.facts


def measure(kit: GradingKit, runner: Runner) -> Measured:
    """The same, with its runs; what is wrong is told, not raised."""
    kit = replace(kit, baseline=Baseline({}, {}, (), 0))
    on_starter = runner.submit(correctness.run_hidden, kit, kit.starter, runner)
    on_solution = runner.submit(correctness.run_hidden, kit, kit.reference, runner)
    on_own = runner.submit(run_own_tests, kit, kit.reference, runner)
    starter, solution, own = on_starter.result(), on_solution.result(), on_own.result()
    outcomes = {id_: starter.outcome(id_) for id_ in sorted(solution.results)}
    facts = Baseline(
        visible={i: o for i, o in outcomes.items() if not i.startswith("hidden/")},
        hidden={i: o for i, o in outcomes.items() if i.startswith("hidden/")},
        caught_by_starter=(),
        reference_churn=diff.churn(compare(kit.starter, kit.reference, kit.packages, kit.tests)),
    )
    caught = strength.catches(kit, kit.faults, kit.starter, frozenset(facts.visible), runner)
    by_starter = tuple(sorted(name for name, by in caught.by.items() if by))
    facts = replace(facts, caught_by_starter=by_starter)
    problems = list(_shortfalls(kit, starter, solution, own))
    try:
        facts = replace(facts, targeted=_targeted(kit))
        facts = replace(facts, excess=_excess(kit))
    except lint.LintError as error:
        problems.append(f"lint.select: {error}")
    except complexity.UnreadableError as error:
        problems.append(f"solution: {error}")
    return Measured(facts, starter, solution, own, tuple(problems))


def _targeted(kit: GradingKit) -> dict[str, int]:
    lint.measure(kit, kit.starter)
    return lint.targets(kit) if kit.kind == "refactor" else {}


def _excess(kit: GradingKit) -> Excess | None:
    if not kit.weights.get("complexity"):
        return None
    starter, reference = (
        complexity.excess(complexity.tangled(tree, kit.packages, apart_from=kit.starter))
        for tree in (kit.starter, kit.reference)
    )
    return Excess(starter, reference)


def _shortfalls(
    kit: GradingKit, starter: SuiteRun, solution: SuiteRun, own: SuiteRun
) -> Iterator[str]:
    """What keeps an exercise from being locked, a line each."""
    for name, run in (("starter", starter), ("solution", solution)):
        for problem in troubles(run):
            yield f"{name}: {problem}"
    for id_, result in sorted({**own.results, **solution.results}.items()):
        canary = correctness.file_of(id_) == correctness.CANARY_FILE
        if canary == (result.outcome == "passed"):
            word = "is a canary and has to fail" if canary else "has to pass"
            message = result.message.partition("\n")[0]
            yield f"solution: {id_} {word}, but {result.outcome}: {message}"
    failing = {
        correctness.file_of(id_)
        for id_, result in starter.results.items()
        if result.outcome != "passed"
    }
    for requirement in kit.requirements:
        if requirement.hidden_file not in failing:
            yield f"{requirement.hidden_file} has no test that fails on the starter"


def troubles(run: SuiteRun) -> list[str]:
    """Why a run did not come to its end, or lacks some of its tests."""
    problems = [text for text in (run.import_problem, run.ending) if text]
    problems += [
        f"{path} can't be collected: {last_line(text)}" for path, text in run.not_collected.items()
    ]
    return problems
