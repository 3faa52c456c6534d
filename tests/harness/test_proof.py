"""What single rules say about an author's words: on a new exercise, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.authoring.proof import behaviour, judgement, writing
from harness.authoring.proof.finding import Finding
from harness.authoring.proof.subject import Subject
from harness.authoring.scaffold import write_scaffold
from harness.exercise import load_exercise
from scoring.baseline import Measured
from scoring.runner import Runner, SuiteRun
from scoring.terms import Baseline, Excess, TestResult

Rule = Callable[[Subject], Finding]
Ask = Callable[..., Finding]

HIDDEN = {"hidden/test_days.py::test_small_letters": "failed"}
DAYS = "hidden/test_days.py"


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_scaffold("rota", "debug", tmp_path / "rota")
    return tmp_path / "rota"


@pytest.fixture
def ask(folder: Path, runner: Runner) -> Ask:
    """Asks a rule about the exercise with pieces of text replaced, by path."""

    def find(rule: Rule, *edits: tuple[str, str, str]) -> Finding:
        for path, old, new in edits:
            text = (folder / path).read_text() if (folder / path).exists() else ""
            assert old in text
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.replace(old, new, 1) if old else text + new)
        exercise = load_exercise(folder)
        facts = Baseline({}, HIDDEN, (), 4)
        kit = exercise.kit(facts)
        run = SuiteRun(results={id_: TestResult(id_, "passed", 0.1) for id_ in HIDDEN})
        measured = Measured(facts, SuiteRun(), run, SuiteRun(), ())
        subject = Subject(exercise, kit, measured, runner, lambda _done, _due: None)
        try:
            return rule(subject)
        finally:
            subject.stop()

    return find


def test_a_new_exercise_has_nothing_to_be_told(ask):
    assert [ask(rule).problems for rule in (writing.brief, writing.tests, writing.size)] == [()] * 3


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("See `test_days.py`.", "the brief names the hidden test test_days.py"),
        ("See test_small_letters.", "the brief names the hidden test test_small_letters"),
        ("It is on line 12.", "the brief names a place: line 12"),
        ("Look at days.py, line 4.", "the brief names a place: days.py, line 4"),
        ("Is `get` a good idea?", ""),
        ("It is about `minutes` and `log`.", ""),
        ("<!-- draft -->", "BRIEF.md is a draft: rewrite it, then take the mark out"),
        (
            "days name days get name 0 minutes duration",
            "the brief shares 'days get name 0 minutes duration' with the solution's rota/days.py",
        ),
        ("days name days get name", ""),
    ],
)
def test_a_brief_gives_nothing_away(ask, told, problem):
    found = ask(writing.brief, ("BRIEF.md", "", f"\n{told}\n"))
    assert found.problems[:1] == ((problem,) if problem else ())


def test_a_name_that_only_the_answer_knows_is_told(ask):
    code = "\n\ndef _fold(day: str) -> str:\n    return day\n"
    found = ask(
        writing.brief,
        ("solution/rota/days.py", "", code),
        ("BRIEF.md", "", "\nThink of `_fold`.\n"),
    )
    assert found.problems == (
        "the brief names _fold, which only the answer knows or which has to be found",
    )


def test_a_name_of_the_solution_that_is_a_module_of_the_starter_is_no_secret(ask):
    code = "\n\ndef fold(day: str) -> str:\n    shelf = day\n    return shelf\n"
    solution = ("solution/rota/days.py", "", code)
    told = ("BRIEF.md", "", "\nAll of it is in `shelf`.\n")
    assert ask(writing.brief, solution, told).problems == (
        "the brief names shelf, which only the answer knows or which has to be found",
    )
    module = ("starter/rota/shelf.py", "", '"""What is kept."""\n')
    assert ask(writing.brief, module).problems == ()


def test_what_is_asked_may_stand_in_a_document_of_the_starter_or_nowhere(ask):
    quote = "`mon`, `Mon` and `MON` are the same day"
    away = ("BRIEF.md", "`mon`, `Mon` and `MON` are the same day", "they are all one")
    assert ask(writing.brief, away).problems == (
        f"days asks '{quote}, shown as `Mon`': "
        "neither the brief nor a document of the starter says so",
    )
    there = ("starter/README.md", "", f"\n{quote},\nshown as `Mon`.\n")
    found = ask(writing.brief, there)
    assert (found.problems, found.figures) == ((), {"requirements": 2, "from_brief": 1})


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("from rota.days import by_day", f"{DAYS}:1 imports rota.days.by_day"),
        ("import rota\nrota.shown(1)", ""),
        ("import rota as r\nr.days.by_day", f"{DAYS}:2 uses rota.days.by_day"),
        ("import rota.days\nrota.days.by_day", f"{DAYS}:2 uses rota.days.by_day"),
        ("__import__('rota.days')", f"{DAYS}:1 imports 'rota.days' by its text"),
        ("from importlib import import_module as load\nload('x')", ""),
        ("import urllib.request", f"{DAYS}:1 imports urllib.request: tests have no network"),
        ("from socket import socket", f"{DAYS}:1 imports socket.socket: tests have no network"),
        ("import time\ntime.sleep(0.05)", ""),
        ("import time\ntime.sleep(0.051)", f"{DAYS}:2 sleeps 0.051 s; 0.05 s is the most"),
        ("from time import sleep as nap\nnap(1)", f"{DAYS}:2 sleeps 1 s; 0.05 s is the most"),
        ("import asyncio\nP = 0.2\nasyncio.sleep(P)", f"{DAYS}:3 sleeps 0.2 s; 0.05 s is the most"),
        ("import asyncio\nfrom virtual_time import run\nrun(asyncio.sleep(5))", ""),
        (
            "import time\nfrom virtual_time import run\ntime.sleep(5)",
            f"{DAYS}:3 sleeps 5 s; 0.05 s is the most",
        ),
        ("import time\ntime.sleep(f())", f"{DAYS}:2 sleeps for a time that can't be read here"),
        ("clock.sleep(60)", ""),
        ("def", f"{DAYS} is no Python: invalid syntax (<unknown>, line 1)"),
    ],
)
def test_hidden_tests_keep_to_public_names_and_do_not_wait(ask, folder, code, problem):
    (folder / DAYS).write_text(f"{code}\n")
    found = ask(writing.tests)
    assert [each.partition(", which is not")[0] for each in found.problems] == [problem] * bool(
        problem
    )


@pytest.mark.parametrize(
    ("path", "problems"),
    [
        ("solution/tests/test_waits.py", ()),
        ("hidden/test_waits.py", ("hidden/test_waits.py:2 sleeps 1 s; 0.05 s is the most",)),
    ],
)
def test_of_a_real_project_only_hidden_tests_must_not_wait(ask, path, problems):
    real = ("exercise.toml", "", '\n[provenance]\nrepository = "rota"\ncommit = "1a2b"\n')
    waits = (path, "", "import time\ntime.sleep(1)\n")
    assert ask(writing.tests, real, waits).problems == problems


def test_slow_tests_are_told_with_the_slowest(ask):
    def slow(subject: Subject) -> Finding:
        # Of several runs the best time counts.
        for seconds in (9.0, 0.7, 3.0):
            results = {
                id_: TestResult(id_, "passed", seconds) for id_ in (*HIDDEN, f"{DAYS}::test_other")
            }
            subject.time(SuiteRun(results=results))
        return writing.tests(subject)

    (problem,) = ask(slow).problems
    assert problem == (
        "the hidden tests take 1.40 s, of which hidden/test_days.py::test_small_letters takes "
        "0.70 s; it has to be less than 1 s"
    )


def test_size_and_licence_count_once_it_is_no_scaffold(ask):
    found = ask(
        writing.size,
        ("exercise.toml", "scaffold = true", ""),
        ("exercise.toml", 'license = "MIT"', 'license = "unknown"'),
    )
    assert (found.problems, found.waived) == (
        (
            "the starter has 48 lines of source, not 250 to 900",
            "license is 'unknown': say under which it may be passed on",
        ),
        "",
    )


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor(ask):
    line, survivor = (f"return days if days != {number} else {{}}" for number in (0, 1))
    told = ask(judgement.mutants, ("solution/rota/days.py", "return days", line))
    assert told.problems == (
        "a mutant survives: write the test that notices, or a [[survivor]] that says why none can:"
        f"\n    rota/days.py:13\n    - {line}\n    + {survivor}",
    )
    reasons = "".join(
        f'\n[[survivor]]\npath = "rota/days.py"\noriginal = "{line}"\nmutated = "{mutated}"\n'
        'why = "A mapping is neither."\n'
        for mutated in (survivor, "return {}")
    )
    told = ask(judgement.mutants, ("exercise.toml", "", reasons))
    assert told.problems == (
        "[[survivor]] of rota/days.py survives no more, or is not made: return {}",
    )
    assert told.figures["survivors"] == [f"rota/days.py: {survivor}"]
    assert told.text.endswith("; 1 survive")


def test_decoys_that_everybody_has_are_missed(ask, folder):
    def missing(subject: Subject) -> Finding:
        return Finding("", {}, tuple(judgement.missing_decoys(subject)))

    names = ("symptom-patches", "days-first")
    text = (folder / "exercise.toml").read_text()
    for name in names:
        start = text.index(f'[[decoy]]\nname = "{name}"')
        end = text.index("\n\n", start) + 2
        text = text[:start] + text[end:]
    (folder / "exercise.toml").write_text(text.replace("band = [0, 10]", "band = [0, 11]"))
    assert ask(missing).problems == (
        "there is no decoy 'symptom-patches', which lands in 20 to 55",
        "the band of decoy 'hard-coded' has to be inside of 0 to 10",
        "days has 1 decoys of its own; it takes 2",
    )


# --- refactorings ---------------------------------------------------------------------------


def untidy(folder: Path, runner: Runner, excess: Excess) -> list[str]:
    """What the rule `starter` says of the code itself, not of its tests."""
    exercise = load_exercise(folder)
    facts = Baseline({}, HIDDEN, (), 4, excess)
    measured = Measured(facts, SuiteRun(), SuiteRun(), SuiteRun(), ())
    subject = Subject(exercise, exercise.kit(facts), measured, runner, lambda _done, _due: None)
    try:
        problems = behaviour.starter(subject).problems
    finally:
        subject.stop()
    return [each for each in problems if each.startswith(("starter: ", "solution: ", "the solu"))]


def test_findings_in_the_source_of_a_refactoring_are_what_the_solution_takes_out(
    tmp_path: Path, runner: Runner
) -> None:
    folder = tmp_path / "rota"
    write_scaffold("rota", "refactor", folder)
    assert "import re\n" in (folder / "starter/rota/report.py").read_text()
    assert untidy(folder, runner, Excess(6, 0)) == []

    for path in ("starter/rota/display.py", "starter/tests/test_reading.py"):
        text = (folder / path).read_text()
        (folder / path).write_text(text.replace('"""\n', '"""\n\nimport os\n', 1))
    assert [each.partition(" F401")[0] for each in untidy(folder, runner, Excess(6, 0))] == [
        "starter: tests/test_reading.py:3:8:",
        "solution: rota/display.py:3:8:",
        "solution: tests/test_reading.py:3:8:",
    ]


def test_what_ruff_would_format_is_told_by_its_file(tmp_path: Path, runner: Runner) -> None:
    folder = tmp_path / "rota"
    write_scaffold("rota", "refactor", folder)
    for path in ("starter/rota/report.py", "solution/tests/test_sums.py"):
        (folder / path).write_text((folder / path).read_text() + "\n\n\n\nX   = 1\n")
    assert untidy(folder, runner, Excess(6, 0)) == [
        "starter: rota/report.py is not formatted by ruff",
        "solution: tests/test_sums.py is not formatted by ruff",
    ]


def test_a_refactoring_has_something_complex_to_take_apart(tmp_path: Path, runner: Runner) -> None:
    write_scaffold("rota", "refactor", tmp_path / "rota")
    assert untidy(tmp_path / "rota", runner, Excess(4, 4)) == [
        "the solution has an excess complexity of 4, the starter of 4: a function of the starter "
        "has to be above 15, and simpler in the solution"
    ]
