"""A project's own suite, run again and again: which of its tests an exercise can rely on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from harness.authoring.project import Project
from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun
from scoring.terms import TestResult, last_line
from scoring.trees import Tree

RUNS = 3


@dataclass(frozen=True)
class Classified:
    """The tests of a project by what they are good for.

    `steady` pass every time, as files and in memory as the author's tests of an exercise do.
    `failing` fail every time as files, with their messages. `dropped` are the others, with the
    reason: flaky, skipped, not to be collected, or passing as a file only. A key is a test id, or
    a path where a file can't be collected. `problem` says why nothing could be run at all.
    """

    steady: frozenset[str]
    failing: Mapping[str, str]
    dropped: Mapping[str, str]
    problem: str
    seconds: float


def own_suite(project: Project, tree: Tree, limits: Limits, *, coverage: bool = False) -> Suite:
    """The project's tests as plain files, as a candidate's are run."""
    return Suite(
        tree=tree,
        targets=project.tests,
        packages=project.packages,
        test_folders=project.tests,
        limits=limits,
        coverage=coverage,
    )


def graded_suite(project: Project, tree: Tree, limits: Limits, hidden: Tree | None = None) -> Suite:
    """The project's tests as the author's: in memory, guarded, `hidden` ones beside them."""
    return Suite(
        tree=tree,
        targets=(*project.tests, "hidden") if hidden else project.tests,
        packages=project.packages,
        test_folders=project.tests,
        limits=limits,
        hidden=hidden or {},
    )


def classify(
    project: Project, runner: Runner, *, runs: int = RUNS, limits: Limits | None = None
) -> Classified:
    """Run a project's suite `runs` times in each of the two ways and compare by test id.

    Raises SandboxError where nothing can be run.
    """
    limits = limits or Limits()

    def start(suite: Suite) -> list[Future[SuiteRun]]:
        return [runner.submit(runner.run, suite) for _ in range(runs)]

    started = start(own_suite(project, project.tree, limits))
    started_graded = start(graded_suite(project, project.tree, limits))
    own = [each.result() for each in started]
    graded = [each.result() for each in started_graded]
    problem = next((run.import_problem for run in own + graded if run.import_problem), "")
    if problem:
        return Classified(frozenset(), {}, {}, problem, 0.0)
    steady, failing = set(), {}
    dropped = dict(_not_collected(own + graded))
    for id_ in sorted({id_ for run in own + graded for id_ in run.results}):
        kind, text = _judge(id_, own, graded)
        if kind == "steady":
            steady.add(id_)
        elif kind == "failing":
            failing[id_] = text
        else:
            dropped[id_] = text
    for run in own + graded:
        if run.ending:
            dropped.setdefault("", f"a run did not come to its end: {run.ending}")
    seconds = sum(result.seconds for result in own[0].results.values())
    return Classified(frozenset(steady), failing, dropped, "", seconds)


def _not_collected(runs: Sequence[SuiteRun]) -> Iterator[tuple[str, str]]:
    for run in runs:
        for path, text in run.not_collected.items():
            yield path, f"can't be collected: {last_line(text)}"


def _judge(id_: str, own: Sequence[SuiteRun], graded: Sequence[SuiteRun]) -> tuple[str, str]:
    """ "steady", "failing" or "dropped", and the reason."""
    for runs, where in ((own, ""), (graded, " among hidden tests")):
        results = [run.results.get(id_) for run in runs]
        passed = sum(each is not None and each.outcome == "passed" for each in results)
        if passed == len(runs):
            continue
        other = next(each for each in results if each is None or each.outcome != "passed")
        if passed:
            return "dropped", f"flaky: passed {passed} of {len(runs)} times{where}"
        if other is None:
            return "dropped", f"did not run{where}"
        if other.outcome in {"failed", "error"} and not where:
            return "failing", _reason(other)
        if not where:
            return "dropped", f"{other.outcome}: {_reason(other)}".rstrip(": ")
        return "dropped", f"passes as a file only{where and ', not'}{where}: {_reason(other)}"
    return "steady", ""


def _reason(result: TestResult) -> str:
    """What went wrong, in a line; an error in a fixture is told by the traceback only."""
    lines = [line[1:].strip() for line in result.traceback.split("\n") if line.startswith("E   ")]
    message = result.message.partition("\n")[0]
    return lines[0] if result.outcome == "error" and lines else message
