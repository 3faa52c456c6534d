"""`worksample author check`: what is weak about an exercise is told, rule by rule."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.authoring.proof import prove
from harness.exercise import LOCK, load_exercise
from scoring.runner import Runner
from tally_pack import TALLY

RULES = [
    "starter", "solution", "alone", "faults", "bands",
    "mutants", "timing", "tests", "brief", "size",
]  # fmt: skip


@pytest.fixture(scope="session")
def runner():
    with Runner() as runner:
        yield runner


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    """`tally` as if it came from a real project: small, and still all ten rules hold."""
    folder = tmp_path / "tally"
    shutil.copytree(TALLY, folder)
    edit(folder, "hidden/test_regression.py", "[1, 2, 3]", "[1, 2, 3, 4, 5, 6, 7]")
    append(folder, "exercise.toml", '[provenance]\nrepository = "tally"\ncommit = "4f2c1e"\n')
    write(folder, "starter/LICENSE", "MIT License\n")
    # Enough of it that to reformat everything is felt.
    words = ["a", "an", "and", "at", "but", "by", "for", "in", "of", "on", "or", "the", "to"]
    names = "".join(f'    "{word}",\n' for word in words)
    stopwords = f'"""Words that tell nothing."""\n\nSTOPWORDS = [\n{names}]\n'
    for module in ("stopwords", "particles", "fillers"):
        write(folder, f"starter/tally/{module}.py", stopwords)
    return folder


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def append(folder: Path, path: str, text: str) -> None:
    write(folder, path, (folder / path).read_text() + text)


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text()
    assert old in text
    write(folder, path, text.replace(old, new))


def problems(folder: Path, runner: Runner) -> dict[str, tuple[str, ...]]:
    """The rules that fail, each with its problems."""
    proof = prove(load_exercise(folder), lambda _done, _due: None, runner)
    assert [each.name for each in proof.verdicts] == RULES
    return {each.name: each.finding.problems for each in proof.verdicts if not each.finding.ok}


# --- spoiled, one rule at a time --------------------------------------------------------------


def too_few_tests_watch_over_what_works(folder: Path) -> None:
    edit(folder, "hidden/test_regression.py", "[1, 2, 3, 4, 5, 6, 7]", "[1, 2, 3, 4, 5, 6]")


def a_test_goes_by_the_time_zone(folder: Path) -> None:
    append(
        folder,
        "solution/tests/test_case.py",
        "\n\ndef test_midnight():\n    import time\n\n    assert time.timezone == 0\n",
    )


def a_test_needs_another_file(folder: Path) -> None:
    append(folder, "hidden/test_case.py", "\n\nimport os\n\nos.environ['FOUND'] = 'yes'\n")
    append(
        folder,
        "hidden/test_blank_lines.py",
        "\n\ndef test_found():\n    import os\n\n    assert os.environ['FOUND'] == 'yes'\n",
    )


def a_fault_is_an_old_copy(folder: Path) -> None:
    lines = "".join(f"NUMBER_{number} = {number}\n" for number in range(26))
    append(folder, "faults/case/tally/words.py", f"\n\n{lines}")


def a_fault_breaks_two_requirements(folder: Path) -> None:
    starter = (folder / "starter/tally/words.py").read_text()
    write(folder, "faults/blank-lines/tally/words.py", starter)


def a_decoy_is_right(folder: Path) -> None:
    edit(
        folder,
        "exercise.toml",
        "[[rubric]]",
        '[[decoy]]\nname = "folds"\nrequirement = "case"\nband = [0, 10]\nwhy = "..."\n\n'
        "[[rubric]]",
    )
    fault = (folder / "faults/blank-lines/tally/words.py").read_text()
    write(folder, "decoys/folds/tally/words.py", fault)


def a_canary_passes_on_the_starter(folder: Path) -> None:
    append(
        folder,
        "hidden/test_canary.py",
        "\n\ndef test_canary_case():\n    assert count('A') == {'A': 1}\n",
    )


def no_test_watches_a_line(folder: Path) -> None:
    for path in ("solution", "faults/case", "faults/blank-lines"):
        append(
            folder,
            f"{path}/tally/words.py",
            "\n\ndef longest(words: list[str]) -> int:\n    return max(map(len, words)) + 1\n",
        )


def a_fault_shows_in_some_orders_only(folder: Path) -> None:
    edit(folder, "exercise.toml", 'name = "case"', 'name = "case"\ntiming = true')
    write(
        folder,
        "hidden/test_case.py",
        "from tally import count\n\nseen = []\n\n\n"
        "def test_case():\n    assert seen or count('A') == {'a': 1}\n\n\n"
        "def test_more():\n    seen.append(1)\n    assert count('b') == {'b': 1}\n",
    )


def a_test_is_slow_and_uses_a_private_name(folder: Path) -> None:
    write(
        folder,
        "hidden/test_case.py",
        "import time\n\nfrom tally import count\nfrom tally.words import split\n\n\n"
        "def test_case():\n    time.sleep(0.06)\n"
        "    assert count('A') == {split('A')[0]: 1} == {'a': 1}\n",
    )


def the_brief_tells_where_and_not_what(folder: Path) -> None:
    edit(
        folder,
        "BRIEF.md",
        "The and the are\nlisted apart",
        "big letters count (see tally/words.py:17, `split`)",
    )


def nobody_says_that_it_may_be_passed_on(folder: Path) -> None:
    (folder / "starter/LICENSE").unlink()


SPOILED: list[tuple[Callable[[Path], None], dict[str, tuple[str, ...]]]] = [
    (
        too_few_tests_watch_over_what_works,
        {"starter": ("9 tests pass on the starter; at least 10 have to watch over what works",)},
    ),
    (
        a_test_goes_by_the_time_zone,
        {
            "solution": (
                "tests/test_case.py::test_midnight failed: assert -19800 == 0 (order 2, "
                "PYTHONHASHSEED=1, TZ=Asia/Kolkata, LC_ALL=C) (and 5 more times)",
            )
        },
    ),
    (
        a_test_needs_another_file,
        {
            "alone": (
                "hidden/test_blank_lines.py::test_found passed in its suite and failed alone: "
                "KeyError: 'FOUND'",
            )
        },
    ),
    (
        a_fault_is_an_old_copy,
        {"faults": ("case is 28 lines apart from the solution, more than 25: an old copy of it?",)},
    ),
    (
        a_fault_breaks_two_requirements,
        {
            "faults": (
                "blank-lines: hidden/test_case.py::test_upper_and_lower_case_are_one_word "
                "fails on it too",
            )
        },
    ),
    (
        a_decoy_is_right,
        {
            "bands": (
                "decoy folds scores 40, not 0 to 10",
                "decoy folds meets case, which it has to get wrong",
            )
        },
    ),
    (
        a_canary_passes_on_the_starter,
        {
            "bands": (
                "hidden/test_canary.py::test_canary_case has to fail on the starter, but passed",
            )
        },
    ),
    (
        no_test_watches_a_line,
        {
            "mutants": (
                "a mutant survives: write the test that notices, or a [[survivor]] that says why "
                "none can:\n    tally/words.py:19\n    - return max(map(len, words)) + 1\n"
                "    + return max(map(len, words)) + 2",
                "a mutant survives: write the test that notices, or a [[survivor]] that says why "
                "none can:\n    tally/words.py:19\n    - return max(map(len, words)) + 1\n"
                "    + return max(map(len, words)) - 1",
                "0 of 2 mutants of the answer killed; 9 of 10 have to",
            )
        },
    ),
    (
        a_fault_shows_in_some_orders_only,
        {"timing": ("hidden/test_case.py finds the fault case only 5 of 20 times",)},
    ),
    (
        a_test_is_slow_and_uses_a_private_name,
        {
            "tests": (
                "hidden/test_case.py:4 imports tally.words.split, which is not in source.api",
                "hidden/test_case.py:8 sleeps 0.06 s; 0.05 s is the most",
            )
        },
    ),
    (
        the_brief_tells_where_and_not_what,
        {
            "brief": (
                "case asks 'The and the are listed apart': "
                "neither the brief nor a document of the starter says so",
                "the brief names a place: tally/words.py:17",
                "the brief names split, which only the answer knows or which has to be found",
            )
        },
    ),
    (
        nobody_says_that_it_may_be_passed_on,
        {"size": ("the starter has no licence file, so nobody may pass it on",)},
    ),
]


# What is spoiled together is about different rules and different files: a check takes seconds.
TOGETHER = [
    [
        too_few_tests_watch_over_what_works,
        a_fault_is_an_old_copy,
        a_decoy_is_right,
        the_brief_tells_where_and_not_what,
    ],
    [
        a_test_goes_by_the_time_zone,
        a_canary_passes_on_the_starter,
        a_fault_shows_in_some_orders_only,
        nobody_says_that_it_may_be_passed_on,
    ],
    [a_test_needs_another_file, a_fault_breaks_two_requirements, no_test_watches_a_line],
    [a_test_is_slow_and_uses_a_private_name],
]


@pytest.mark.parametrize("spoils", TOGETHER, ids=lambda spoils: spoils[0].__name__)
def test_what_is_spoiled_fails_for_its_reason_and_for_no_other(exercise, runner, spoils):
    for spoil in spoils:
        spoil(exercise)
    told = dict(SPOILED)
    assert problems(exercise, runner) == {
        rule: found for spoil in spoils for rule, found in told[spoil].items()
    }


def test_every_rule_has_an_exercise_that_breaks_it():
    assert {rule for _, told in SPOILED for rule in told} == set(RULES)
    spoils = [spoil for together in TOGETHER for spoil in together]
    assert len(spoils) == len(SPOILED) == 12
    assert set(spoils) == set(dict(SPOILED))


# --- the command ------------------------------------------------------------------------------


def test_a_proof_is_recorded_trusted_when_asked_and_gone_when_something_changes(
    exercise, worksample
):
    """One exercise through all of it: to check one takes seconds."""
    lock = exercise / LOCK
    lock.unlink()
    assert load_exercise(exercise).proof_state() == "missing"
    answer = worksample("author", "check", exercise)
    words = [line.split()[1:4] for line in answer.out.splitlines() if line[:1] in "✓✗" and line]
    assert (answer.code, words) == (
        0,
        [
            ["waived" if name == "size" else "holds", str(number), name]
            for number, name in enumerate(RULES, start=1)
        ],
    )
    assert answer.out.endswith(f"Proved   all 10 rules hold; recorded in {lock}\n")
    proved = lock.read_bytes()
    exercise_ = load_exercise(exercise)
    assert (exercise_.proof_state(), exercise_.read_lock().reference_churn) == ("proved", 2)
    record = json.loads(proved)["proof"]
    assert (record["sha256"], list(record["rules"])) == (exercise_.sha256, RULES)

    # Without a run, so that it is told at once.
    trusted = worksample("author", "check", exercise, "--trust-record", "--json")
    told = json.loads(trusted.out)
    assert (trusted.code, told["schema_version"], told["trusted"]) == (0, 1, True)
    assert {each["rule"]: each["figures"] for each in told["rules"]} == record["rules"]

    # To lock what was not changed keeps the proof; to lock what was drops it.
    assert worksample("author", "lock", exercise).code == 0
    assert lock.read_bytes() == proved
    append(exercise, "REVIEW.md", "More.\n")
    assert load_exercise(exercise).proof_state() == "stale"
    assert worksample("author", "lock", exercise).code == 0
    assert load_exercise(exercise).proof_state() == "missing"

    # What fails leaves a lock for trying it out, and no proof.
    nobody_says_that_it_may_be_passed_on(exercise)
    failed = worksample("author", "check", exercise, "--trust-record", "--json")
    told = json.loads(failed.out)
    assert (failed.code, told["ok"], told["trusted"]) == (1, False, False)
    assert [each for each in told["rules"] if not each["ok"]] == [
        {
            "rule": "size",
            "ok": False,
            "figures": {
                "lines": 71,
                "modules": 5,
                "license": "MIT",
                "origin": "tally 4f2c1e",
            },
            "problems": ["the starter has no licence file, so nobody may pass it on"],
            "waived": "any size will do, since it comes from a real project",
        }
    ]
    assert load_exercise(exercise).proof_state() == "missing"
    assert load_exercise(exercise).read_lock().reference_churn == 2


def test_what_is_no_exercise_is_told_and_left_alone(tmp_path, worksample):
    answer = worksample("author", "check", tmp_path)
    assert (answer.code, answer.out, list(tmp_path.iterdir())) == (3, "", [])
    assert answer.err.splitlines()[0] == (
        f"error: {tmp_path} is not an exercise: it has no exercise.toml"
    )


def test_list_marks_what_is_not_proved(exercise, worksample, monkeypatch):
    monkeypatch.setenv("WORKSAMPLE_PATH", str(exercise))
    states = []
    marks = []
    lock = json.loads((exercise / LOCK).read_bytes())
    files = [path for path in exercise.rglob("*") if path.is_file() and path.name != LOCK]
    size = {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}
    for proof in ({}, {"proof": size}, {"proof": {**size, "bytes": 1}}, {"proof": "damaged"}):
        (exercise / LOCK).write_text(json.dumps({**lock, **proof}))
        listed = json.loads(worksample("list", "--json").out)["exercises"]
        states.append(next(each["proof"] for each in listed if each["id"] == "tally"))
        rows = worksample("list").out.splitlines()
        marks.append(next(row for row in rows if row.startswith("tally")).partition("miscounts")[2])
    assert states == ["missing", "proved", "stale", "missing"]
    assert marks == [" (unproved)", "", " (changed since it was proved)", " (unproved)"]
