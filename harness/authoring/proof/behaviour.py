"""Rules about how tests behave: on the starter, on the solution however it runs, alone."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ruff.__main__ import find_ruff_bin

from harness.authoring.proof.finding import Finding
from harness.authoring.proof.subject import Subject
from scoring import process
from scoring.baseline import troubles
from scoring.metrics.complexity import THRESHOLD
from scoring.metrics.correctness import CANARY_FILE, REGRESSION_FILE, file_of, hidden_suite
from scoring.model import Fault, Requirement
from scoring.parsing import parse
from scoring.runner import Runner, Suite, SuiteRun, candidates_suite
from scoring.terms import TestResult
from scoring.trees import below, read_tree, write_tree
from scoring.warm import WarmServers

_LEAST_TESTS = 10
# What says that a name is not there, rather than that it does the wrong thing.
_NOT_THERE = re.compile(r"(ImportError|ModuleNotFoundError|SyntaxError|NameError)\b")
_NO_SUCH_NAME = re.compile(r"AttributeError: (partially initialized )?module ")

_RUNS = 10
_ENVIRONMENTS: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "random", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"},
)
_FOLDERS = ("tree", "another place")
_MOST_ALONE = 300

_TIMES = 20
_CHANCE = {"_thread", "asyncio", "concurrent", "multiprocessing", "sched", "threading", "time"}


# --- the starter ----------------------------------------------------------------------------


def starter(subject: Subject) -> Finding:
    """Every requirement fails for its behaviour, and enough of what works is watched."""
    run, kit = subject.measured.starter, subject.kit
    problems = [f"the starter's run: {text}" for text in troubles(run)]
    wanted = 0
    for requirement in kit.requirements:
        tests = [
            each for id_, each in run.results.items() if file_of(id_) == requirement.hidden_file
        ]
        failing = [each for each in tests if each.outcome != "passed"]
        wanted += len(failing)
        if not failing:
            problems.append(f"{requirement.hidden_file} has no test that fails on the starter")
        problems += [
            f"{each.id} fails on the starter, but not for what the code does: {why}"
            for each in failing
            if (why := _beside_the_point(each, imported=subject.imported))
        ]
    visible, regression = _working(run)
    problems += [
        f"{id_} is a regression test and has to pass on the starter, but {result.outcome}"
        for id_, result in sorted(run.results.items())
        if file_of(id_) == REGRESSION_FILE and result.outcome != "passed"
    ]
    if subject.imported:
        if visible + regression < _LEAST_TESTS:
            problems.append(
                f"{visible + regression} tests pass on the starter; at least {_LEAST_TESTS} "
                "have to watch over what works"
            )
    else:
        for number, place in ((visible, ", ".join(kit.tests)), (regression, REGRESSION_FILE)):
            if number < _LEAST_TESTS:
                problems.append(
                    f"{number} tests of {place} pass on the starter; "
                    f"at least {_LEAST_TESTS} have to"
                )
        problems += _untidy(subject)
    told = (
        f"{wanted} tests of {len(kit.requirements)} requirements fail; "
        f"{visible} visible and {regression} regression tests pass"
    )
    figures = {
        "failing": wanted,
        "requirements": len(kit.requirements),
        "visible": visible,
        "regression": regression,
    }
    if (excess := kit.baseline.excess) is not None:
        told += f"; excess complexity {excess.starter}, {excess.reference} in the solution"
        figures |= {"excess": excess.starter, "excess_left": excess.reference}
        if excess.starter <= excess.reference:
            problems.append(
                f"the solution has an excess complexity of {excess.reference}, the starter of "
                f"{excess.starter}: a function of the starter has to be above {THRESHOLD}, and "
                "simpler in the solution"
            )
    return Finding(told, figures, tuple(problems))


def _beside_the_point(result: TestResult, *, imported: bool) -> str:
    """Why a failure says nothing about behaviour; "" where it does."""
    message = result.message.partition("\n")[0]
    if result.outcome != "failed":
        return f"its outcome is '{result.outcome}' {message}".strip()
    if _NOT_THERE.match(message) or (_NO_SUCH_NAME.match(message) and not imported):
        return message
    return ""


def _working(run: SuiteRun) -> tuple[int, int]:
    passed = [file_of(id_) for id_ in run.passed()]
    visible = [file for file in passed if not file.startswith("hidden/")]
    return len(visible), passed.count(REGRESSION_FILE)


def _untidy(subject: Subject) -> Iterator[str]:
    """What ruff says of the starter and, with the exercise's rules, of the solution.

    The source of something to be refactored may have findings, since the solution has none.
    """
    kit = subject.kit
    folders = (*kit.packages, *kit.tests)
    rules = [f"--select={','.join(kit.lint_select)}", "--target-version=py311"]
    with tempfile.TemporaryDirectory(prefix="worksample-check-") as made:
        for name, tree in (("starter", kit.starter), ("solution", kit.reference)):
            root = Path(made).resolve() / name
            write_tree(below(tree, folders), root)
            mess = kit.packages if name == "starter" and kit.kind == "refactor" else ()
            left_out = [f"--exclude={folder}" for folder in mess]
            listing = ruff(root, "check", *rules, *left_out, "--output-format=concise", "--quiet")
            for line in listing.stdout.decode("utf-8", "replace").splitlines():
                yield f"{name}: {line}"
            if listing.returncode and not listing.stdout:
                yield f"{name}: ruff: {listing.stderr.decode('utf-8', 'replace').strip()}"
            # What it says of a file that it would change differs between versions: let it do so.
            formatting = ruff(root, "format", "--target-version=py311", "--quiet")
            after = read_tree(root)
            for path, content in below(tree, folders).items():
                if after.get(path) != content:
                    yield f"{name}: {path} is not formatted by ruff"
            if formatting.returncode:
                yield f"{name}: ruff: {formatting.stderr.decode('utf-8', 'replace').strip()}"


def ruff(folder: Path, *arguments: str, isolated: bool = True) -> process.Finished:
    """ruff in a folder, with no configuration but what is said here."""
    alone = ["--isolated"] if isolated else []
    return process.run(
        [find_ruff_bin(), *arguments, *alone, "--no-cache", "."],
        cwd=folder,
        env={"HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        seconds=60,
    )


# --- the solution, however it runs ----------------------------------------------------------


def solution(subject: Subject) -> Finding:
    """Everything passes on it, ten times, whatever the order, the seed, the zone, the place."""
    measured = subject.measured
    subject.time(measured.solution)
    subject.time(measured.own)
    wrong: dict[str, list[str]] = {}
    for run, hidden in ((measured.solution, True), (measured.own, False)):
        for test, what in _wrong(run, None, hidden=hidden):
            wrong.setdefault(test, []).append(what)
    subject.expect(2 * _RUNS)
    with ThreadPoolExecutor(len(_ENVIRONMENTS)) as pool:
        started = [pool.submit(_runs_in, subject, number) for number in range(len(_ENVIRONMENTS))]
        for future in started:
            for test, what in future.result():
                wrong.setdefault(test, []).append(what)
    problems = tuple(f"{test} {_times(what)}" for test, what in sorted(wrong.items()))
    tests = len(measured.solution.results.keys() | measured.own.results.keys())
    return Finding(
        f"{tests} tests as they have to be in {_RUNS} of {_RUNS} runs"
        if not problems
        else f"{len(wrong)} of {tests} tests not as they have to be, in {_RUNS} runs",
        {"runs": _RUNS, "tests": tests, "environments": len(_ENVIRONMENTS)},
        problems,
    )


def _times(what: list[str]) -> str:
    return what[0] if len(what) == 1 else f"{what[0]} (and {len(what) - 1} more times)"


def _runs_in(subject: Subject, which: int) -> list[tuple[str, str]]:
    """What goes wrong in the runs that fall to one environment."""
    kit, environment = subject.kit, _ENVIRONMENTS[which]
    hidden = hidden_suite(kit, kit.reference)
    own = candidates_suite(kit, kit.reference, kit.reference)
    named = ", ".join(f"{name}={value}" for name, value in environment.items())
    wrong = []
    site = subject.runner.site
    servers = WarmServers(site, number=1, environment=environment)
    with Runner(servers, site=site) as runner:
        for number in range(which, _RUNS, len(_ENVIRONMENTS)):
            folder = _FOLDERS[number // len(_ENVIRONMENTS) % 2]
            with _a_busy_core(wanted=number >= _RUNS - 2):
                for suite, seen in ((hidden, subject.measured.solution), (own, None)):
                    moved = replace(suite, shuffled=number + 1, folder=folder)
                    run = subject.counted(lambda suite=moved: runner.run(suite))  # type: ignore[misc]
                    subject.time(run)
                    expected = (seen or subject.measured.own).results
                    place = f"(order {number + 1}, {named})"
                    wrong += [
                        (test, f"{what} {place}")
                        for test, what in _wrong(run, expected, hidden=seen is not None)
                    ]
    return wrong


def _wrong(
    run: SuiteRun, expected: Mapping[str, TestResult] | None, *, hidden: bool
) -> Iterator[tuple[str, str]]:
    """Tests of the solution that are not as they have to be, and what they are."""
    for text in troubles(run):
        yield "the hidden run" if hidden else "the run of the solution's tests", f"broke: {text}"
    for id_, result in run.results.items():
        # Those that have to fail are looked at with the bands.
        if file_of(id_) != CANARY_FILE and result.outcome != "passed":
            yield id_, f"{result.outcome}: {result.message.partition(chr(10))[0]}"
        if expected is not None and id_ not in expected:
            yield id_, "was not there in the first run"
    for id_ in (expected or {}).keys() - run.results.keys():
        yield id_, "was there in the first run, and is missing"


@contextmanager
def _a_busy_core(*, wanted: bool) -> Iterator[None]:
    """Keep a core at work, so that threads come at other times."""
    if not wanted:
        yield
        return
    spinning = process.start([sys.executable, "-S", "-c", "while True: pass"], env={})
    try:
        yield
    finally:
        spinning.kill()


# --- each test alone ------------------------------------------------------------------------


def alone(subject: Subject) -> Finding:
    """Each test gives the same result alone as in its suite."""
    kit, measured = subject.kit, subject.measured
    own = candidates_suite(kit, kit.reference, kit.reference)
    # In files, where each test can have a process of its own without being collected anew.
    hidden = replace(
        candidates_suite(kit, kit.reference, kit.starter), test_folders=(*kit.tests, "hidden")
    )
    hidden = replace(hidden, tree={**hidden.tree, **kit.hidden})
    every = {
        **{
            id_: (hidden, each)
            for id_, each in measured.solution.results.items()
            if _is_hidden(id_)
        },
        **{id_: (own, each) for id_, each in measured.own.results.items()},
    }
    chosen = list(every)
    if len(every) > _MOST_ALONE:
        # Those that decide over requirements before those that were there already.
        chosen.sort(key=lambda id_: (not _is_hidden(id_), _hash(id_)))
        chosen = chosen[:_MOST_ALONE]
    by_file: dict[str, list[str]] = {}
    for id_ in chosen:
        by_file.setdefault(file_of(id_), []).append(id_)
    problems = subject.side_by_side(
        lambda ids: list(_different_alone(subject, [every[id_] for id_ in ids])), by_file.values()
    )
    different = tuple(problem for found in problems for problem in found)
    return Finding(
        f"{len(chosen) - len(different)} of {len(chosen)} tests alone as in their suite"
        + (f" ({len(every)} in all)" if len(every) > len(chosen) else ""),
        {"alone": len(chosen), "tests": len(every)},
        different,
    )


def _is_hidden(test_id: str) -> bool:
    return test_id.startswith("hidden/")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _different_alone(subject: Subject, tests: list[tuple[Suite, TestResult]]) -> Iterator[str]:
    """What is different about some tests of one file."""
    suite = tests[0][0]
    ids = frozenset(before.id for _, before in tests)
    run = subject.run(
        replace(suite, targets=(file_of(tests[0][1].id),), only=ids, texts=False, apart=True)
    )
    for _, before in tests:
        if run.outcome(before.id) == before.outcome:
            continue
        # Once more with all that it says; it may have been the company it had.
        again = subject.run(
            replace(suite, targets=(file_of(before.id),), only=frozenset([before.id]))
        )
        outcome = again.outcome(before.id)
        message = again.results[before.id].message if before.id in again.results else again.ending
        first = message.partition("\n")[0]
        told = f"{before.id} {before.outcome} in its suite and {outcome} alone: {first}"
        if outcome != before.outcome:
            yield told.rstrip(": ")


# --- threads and time -----------------------------------------------------------------------


def timing(subject: Subject) -> Finding:
    """What hangs on threads or time is found each time, and never where there is nothing."""
    kit = subject.kit
    marked = {each.name for each in subject.manifest.requirement if each.timing}
    chosen = [
        each
        for each in kit.requirements
        if each.name in marked or _hangs_on_chance(kit.hidden.get(each.hidden_file, b""))
    ]
    cases: list[tuple[Requirement, Fault | None]] = []
    problems = []
    for requirement in chosen:
        broken = [each for each in kit.faults if each.requirement == requirement.name]
        if not broken:
            problems.append(f"{requirement.name} is about threads or time and has no fault")
        cases += [(requirement, None), *((requirement, fault) for fault in broken)]
    asked = [(case, number) for number in range(_TIMES) for case in cases]
    failed = subject.side_by_side(lambda each: _fails(subject, *each[0], each[1]), asked)
    for case in cases:
        requirement, fault = case
        times = sum(is_so for (each, _), is_so in zip(asked, failed, strict=True) if each is case)
        if fault is None and times:
            problems.append(f"{requirement.hidden_file} fails on the solution {times} of {_TIMES}")
        if fault is not None and times < _TIMES:
            problems.append(
                f"{requirement.hidden_file} finds the fault {fault.name} only "
                f"{times} of {_TIMES} times"
            )
    names = [each.name for each in chosen]
    text = f"{', '.join(names)}: found {_TIMES} of {_TIMES}, never without a fault"
    if not chosen:
        text = "no requirement hangs on threads or time"
    elif problems:
        text = f"{', '.join(names)}: looked at {_TIMES} times"
    return Finding(text, {"requirements": names, "times": _TIMES if chosen else 0}, tuple(problems))


def _hangs_on_chance(content: bytes) -> bool:
    try:
        tree = parse(content)
    except (SyntaxError, ValueError):
        return False
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return bool(names & _CHANCE)


def _fails(subject: Subject, requirement: Requirement, fault: Fault | None, number: int) -> bool:
    kit = subject.kit
    source = kit.reference if fault is None else {**kit.reference, **fault.files}
    run = subject.run(
        replace(
            hidden_suite(kit, source),
            targets=(requirement.hidden_file,),
            shuffled=number,
            first_failure=True,
            texts=False,
        )
    )
    return bool(troubles(run)) or any(each.outcome != "passed" for each in run.results.values())
