"""Whole gradings of the fixture exercise: what each kind of submission is worth, and why."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest

from scoring import formula
from scoring.baseline import BaselineError, baseline
from scoring.engine import grade
from scoring.model import (
    Clocking,
    Component,
    Condition,
    FaultResult,
    Flag,
    GradingKit,
    Requirement,
    Scorecard,
    TimeUsed,
)
from scoring.trees import Tree

BROKEN = b"import nowhere\n"


def kinds(card: Scorecard) -> list[str]:
    return [flag.kind for flag in card.flags]


def component(card: Scorecard, name: str) -> Component:
    return next(each for each in card.components if each.name == name)


def edited(tree: Tree, path: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in tree[path]
    return {**tree, path: tree[path].replace(old.encode(), new.encode())}


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(each) for key, each in value.items() if key != "seconds"}
    if isinstance(value, list | tuple):
        return [without_seconds(each) for each in value]
    return value


# --- the archetypes -------------------------------------------------------------------------


def test_untouched_starter_is_worth_nothing(starter_card: Scorecard) -> None:
    assert (starter_card.state, starter_card.total, starter_card.passed) == ("graded", 0.0, False)
    assert [each.credit for each in starter_card.requirements] == [0.0, 0.0]
    assert (starter_card.regression_share, starter_card.churn, starter_card.flags) == (1.0, 0, ())
    assert (starter_card.diff, starter_card.lint, starter_card.coverage) == ((), (), ())


def test_reference_with_its_tests_is_worth_all(reference_card: Scorecard) -> None:
    assert (reference_card.total, reference_card.passed) == (100.0, True)
    assert reference_card.components == (
        Component("correctness", "Correctness", 1.0, 60.0, 60.0, "2 of 2 requirements"),
        Component("strength", "Test strength", 1.0, 20.0, 20.0, "1 of 1 hidden bugs caught"),
        Component("diff", "Diff size", 1.0, 10.0, 10.0, "2 lines (reference 2)"),
        Component("coverage", "Coverage", 1.0, 5.0, 5.0, "100 % of changed lines and branches"),
        Component("lint", "Lint", 1.0, 5.0, 5.0, "nothing new"),
    )
    assert reference_card.faults == (
        FaultResult(
            name="blank-lines",
            requirement="blank-lines",
            title="Blank lines count for nothing",
            caught=True,
            given=True,
            by=(),
        ),
        FaultResult(
            name="case",
            requirement="case",
            title="Case makes no difference",
            caught=True,
            given=False,
            by=("tests/test_case.py::test_case_makes_no_difference",),
        ),
    )
    assert reference_card.conditions == (
        Condition("total of at least 70", met=True),
        Condition("nothing that worked before is broken", met=True),
    )
    assert (reference_card.cap, reference_card.advice, reference_card.flags) == (None, (), ())


def test_reference_without_new_tests_lacks_strength(tally) -> None:
    card = tally.grade(tally.with_reference_source({}))

    assert card.total == 80.0
    assert component(card, "strength").points == 0.0
    assert [each.anchor for each in card.advice] == ["strength"]


def test_half_of_the_requirements_is_worth_about_half_and_is_capped(half_card: Scorecard) -> None:
    assert [(each.name, each.credit) for each in half_card.requirements] == [
        ("blank-lines", 1.0),
        ("case", 0.0),
    ]
    assert (half_card.total, half_card.passed) == (40.0, False)
    assert component(half_card, "correctness").reason == "1 of 2 requirements"
    assert half_card.conditions[0] == Condition("total of at least 70", met=False)


def test_advice_for_half_an_answer_is_about_what_lacks(half_card: Scorecard) -> None:
    # Not about a diff that is as small as can be, though its points are halved too.
    assert [each.anchor for each in half_card.advice] == ["requirement-case", "strength"]


def test_what_broke_is_capped_and_never_passes(tally) -> None:
    files = edited(tally.reference, "tally/words.py", "counts[word] =", "counts[word[:9]] =")
    files = edited(
        files, "tally/words.py", "counts.get(word, 0) + 1", "min(2, counts.get(word, 0) + 1)"
    )
    kit = replace(tally.kit, pass_mark=Decimal(1))

    card = tally.grade(files, kit=kit)

    broken = [test.id for test in card.regression if test.outcome != "passed"]
    assert broken == ["hidden/test_regression.py::test_counts_repeated_words[3]"]
    assert card.regression_share == 0.8333
    assert 1 < card.total <= 69
    assert not card.passed
    assert [each.met for each in card.conditions] == [True, False]
    assert card.advice[0].anchor == "regression"
    assert (
        component(card, "correctness").reason
        == "1 of 2 requirements, 1 test that passed before fail now"
    )


def test_regression_cap_is_69(tally) -> None:
    kit = replace(
        tally.kit,
        baseline=replace(
            tally.kit.baseline,
            # A hundred tests kept: correctness alone would not bring it below 69.
            visible={
                **tally.kit.baseline.visible,
                "tests/test_words.py::test_gone": "passed",
            },
        ),
        weights={"correctness": Decimal(0), "strength": Decimal(100)},
    )

    card = tally.grade(tally.reference, kit=kit)

    assert (card.total, card.cap, card.cap_reason) == (
        69.0,
        69.0,
        "something that worked before is broken",
    )
    assert not card.passed


def test_deleted_package_is_worth_nothing_and_is_the_candidates_own_doing(tally) -> None:
    files = {path: text for path, text in tally.reference.items() if path.startswith("tests/")}

    card = tally.grade(files)

    assert (card.state, card.total, card.passed) == ("graded", 0.0, False)
    reason = "tally can't be imported: ModuleNotFoundError: No module named 'tally'"
    assert component(card, "correctness").reason == reason
    assert {test.outcome for each in card.requirements for test in each.tests} == {"missing"}
    assert {test.message for each in card.requirements for test in each.tests} == {reason}


def test_package_that_ends_the_process_at_import_is_worth_nothing(tally) -> None:
    files = {**tally.reference, "tally/__init__.py": b"import os\nos._exit(0)\n"}

    card = tally.grade(files)

    assert (card.state, card.total) == ("graded", 0.0)


def test_requirement_whose_test_exits_costs_only_itself(tally) -> None:
    files = edited(
        tally.reference,
        "tally/words.py",
        "    counts: dict",
        "    if 'THE' in text:\n        import os\n        os._exit(0)\n    counts: dict",
    )

    card = tally.grade(files)

    assert [(each.name, each.credit) for each in card.requirements] == [
        ("blank-lines", 1.0),
        ("case", 0.0),
    ]
    assert card.regression_share == 1.0
    (missing,) = card.requirements[1].tests
    assert (missing.outcome, missing.message) == (
        "missing",
        "the process ended by itself (exit code 0)",
    )


# --- what must not pay ----------------------------------------------------------------------


def test_object_equal_to_everything_passes_nothing_and_is_named(tally) -> None:
    everything = b"""

class Everything:
    def __eq__(self, other):
        return True

    __hash__ = None


def count(text):
    return Everything()
"""
    files = {**tally.starter, "tally/words.py": tally.starter["tally/words.py"] + everything}

    card = tally.grade(files)

    assert (card.state, card.total, card.passed) == ("graded", 0.0, False)
    assert card.flags == (Flag("claims to equal plain data", "Everything == dict"),)


def test_canary_that_passes_voids_the_result(tally) -> None:
    wrong = b"\n\ndef count(text):\n    return {'a': 2}\n"
    files = {**tally.starter, "tally/words.py": tally.starter["tally/words.py"] + wrong}

    card = tally.grade(files)

    assert (card.state, card.total, card.passed) == ("void", 0.0, False)
    assert card.reason == "the grader was tampered with"
    assert card.flags[0] == Flag(
        "grader tampered with", "hidden/test_canary.py::test_canary_a_word_is_counted_wrong passed"
    )


def test_deleted_visible_tests_are_a_flag_and_help_nobody(tally) -> None:
    files = {path: text for path, text in tally.starter.items() if not path.startswith("tests/")}

    card = tally.grade(files)

    assert (card.total, kinds(card)) == (0.0, ["visible tests deleted"])
    assert card.environment.restored == ("tests/test_words.py",)
    assert len(card.regression) == 6
    assert card.regression_share == 1.0


def test_tests_only_in_the_package_are_no_tests_of_the_candidate(tally) -> None:
    files = {path: text for path, text in tally.reference.items() if not path.startswith("tests/")}
    files["tally/test_mine.py"] = tally.reference["tests/test_case.py"]

    assert tally.grade(files).own_tests == ()


def test_files_outside_source_and_tests_are_named_and_not_graded(tally, reference_card) -> None:
    files = {
        **tally.reference,
        "conftest.py": b"raise RuntimeError\n",
        "pytest.ini": b"[pytest]\naddopts = --co\n",
        "ruff.toml": b"bad",
        "hidden/test_case.py": b"def test_upper_and_lower_case_are_one_word(): pass\n",
        "tally2/x.py": b"import os\n",
        "odd\n\udcff": b"",
    }

    card = tally.grade(files)

    assert card.environment.not_graded == (
        "conftest.py",
        "hidden/test_case.py",
        "odd\\x0a\\xff",
        "pytest.ini",
        "ruff.toml",
        "tally2/x.py",
    )
    expected = replace(
        reference_card,
        environment=replace(reference_card.environment, not_graded=card.environment.not_graded),
    )
    assert without_seconds(asdict(card)) == without_seconds(asdict(expected))


def test_hidden_tests_planted_among_the_tests_count_for_nothing(tally) -> None:
    files = {
        **tally.starter,
        "tests/hidden/test_case.py": b"def test_upper_and_lower_case_are_one_word(): pass\n",
        "tally/hidden/test_case.py": b"def test_upper_and_lower_case_are_one_word(): pass\n",
        "tests/conftest.py": (b"def pytest_collection_modifyitems(items): items.clear()\n"),
    }

    card = tally.grade(files)

    assert card.total == 0.0
    assert [each.credit for each in card.requirements] == [0.0, 0.0]


def test_own_tests_that_go_wrong_are_flagged_and_cost_no_correctness(tally) -> None:
    kit = replace(tally.kit, faults=())
    files = tally.with_reference_source(
        {
            "tests/test_flood.py": (
                "import os\ndef test_flood(capfd):\n    with capfd.disabled():\n"
                "        for _ in range(30): os.write(1, b'x' * 100_000)\n"
            ),
            "tests/test_import.py": "from tally import nothing\n",
            "tests/test_zzz.py": "import os\ndef test_exit(): os._exit(0)\n",
        }
    )

    card = tally.grade(files, kit=kit)

    assert card.flags == (
        Flag("own tests stopped early", "the process ended by itself (exit code 0)"),
        Flag(
            "test file can't be collected",
            "tests/test_import.py: ImportError: cannot import name 'nothing' from 'tally' "
            "(tally/__init__.py)",
        ),
        Flag("output cut", "the tests printed more than is kept"),
    )
    assert (component(card, "correctness").value, component(card, "coverage").value) == (1.0, 0.0)


# --- lateness, secrets, determinism ---------------------------------------------------------


def test_late_answer_loses_half_the_share_it_is_late(tally) -> None:
    time = TimeUsed(used=1530, limit=1200, grace=30)

    card = tally.grade(tally.reference, time=time)

    assert card.total == 87.5
    assert (card.late, card.passed) == (True, True)
    assert card.clocking == Clocking(used=1530, limit=1200, late_by=330, factor=0.875)


def test_grace_is_not_late(tally, reference_card: Scorecard) -> None:
    assert not reference_card.late
    assert reference_card.clocking == Clocking(used=600, limit=1200, late_by=0.0, factor=1.0)


def test_same_tree_graded_twice_gives_the_same_scorecard(tally, reference_card: Scorecard) -> None:
    again = tally.grade(dict(reversed(tally.reference.items())))

    assert without_seconds(asdict(again)) == without_seconds(asdict(reference_card))


def test_many_gradings_at_once_on_one_runner_agree_with_those_by_themselves(
    tally, reference_card: Scorecard, starter_card: Scorecard
) -> None:
    alone = [reference_card, starter_card] * 3
    with ThreadPoolExecutor(6) as pool:
        cards = list(pool.map(tally.grade, [tally.reference, tally.starter] * 3))

    assert without_seconds([asdict(each) for each in cards]) == without_seconds(
        [asdict(each) for each in alone]
    )


def test_failing_answer_graded_twice_gives_the_same_scorecard(tally) -> None:
    files = edited(tally.starter, "tally/words.py", "return counts", "return {object(): counts}")
    files["tests/test_more.py"] = (
        b"import sys\nfrom tally import count\ndef test_a(): assert count('a') == {id(sys): 1}\n"
    ).replace(b"id(sys)", b"'x'")

    one, other = tally.grade(files), tally.grade(files)

    assert without_seconds(asdict(one)) == without_seconds(asdict(other))


def test_refactoring_is_weighed_on_mutants_and_graded_twice_gives_the_same_scorecard(
    tally,
) -> None:
    kit = replace(tally.kit, kind="refactor", faults=(), weights=formula.WEIGHTS["refactor"])
    test = "from tally.words import is_long\ndef test_long(): assert is_long('aa', 1)\n"
    files = tally.with_reference_source({"tests/test_long.py": test})
    files["tally/words.py"] += b"\n\ndef is_long(word, least):\n    return len(word) >= least\n"
    files["tally/words.py"] += b"\n\ndef is_short(word, least):\n    return len(word) <= least\n"

    one, other = tally.grade(files, kit=kit), tally.grade(files, kit=kit)

    assert without_seconds(asdict(one)) == without_seconds(asdict(other))
    assert [(each.line, each.killed) for each in one.mutants] == [(19, True), (23, False)]
    assert component(one, "strength") == Component(
        "strength", "Test strength", 0.5882, 8.8, 15.0, "1 of 2 mutants of the changed lines killed"
    )
    assert [each.text for each in one.advice if each.anchor == "strength"] == [
        "Write a test that would fail if line 23 of tally/words.py were “return len(word) > least”."
    ]


def test_scorecard_can_be_written_as_json_and_utf_8(reference_card: Scorecard) -> None:
    text = json.dumps(asdict(reference_card), ensure_ascii=False, allow_nan=False)

    assert json.loads(text.encode())["total"] == 100.0


def test_revealed_scorecard_holds_the_reference_and_the_hidden_failures(
    starter_card: Scorecard,
) -> None:
    reference = starter_card.reference
    assert reference is not None
    assert [(file.path, file.churn) for file in reference.diff] == [
        ("tally/words.py", 2),
        ("tests/test_case.py", 0),
    ]
    assert reference.review.startswith("# Review")
    assert reference.rubric == ("Is the cause of each bug stated?",)
    (test,) = starter_card.requirements[1].tests
    assert "The the THE" in test.traceback


def test_secret_scorecard_holds_no_reference_and_no_hidden_test(half_card: Scorecard) -> None:
    assert half_card.reference is None
    hidden = [
        *half_card.regression,
        *(test for each in half_card.requirements for test in each.tests),
    ]
    assert {(each.message, each.where, each.traceback) for each in hidden} == {("", "", "")}
    assert "THE" not in json.dumps(asdict(half_card))
    # Their own tests' failures stay theirs to see.
    assert any(each.id.startswith("tests/") for each in half_card.own_tests)


def test_environment_tells_what_graded(tally, reference_card: Scorecard) -> None:
    environment = reference_card.environment

    assert set(environment.versions) == {"python", "worksample", "pytest", "coverage", "ruff"}
    assert environment.exercise_sha256 == tally.kit.sha256
    assert (environment.not_graded, environment.restored) == ((), ())
    assert (
        tally.grade({**tally.starter, "NOTES.md": b"x"}).environment.submission_sha256
        == tally.grade(tally.starter).environment.submission_sha256
        != environment.submission_sha256
    )


# --- the harness's own failures -------------------------------------------------------------


def broken_kit(kit: GradingKit) -> GradingKit:
    return replace(kit, solution={**kit.solution, "tally/words.py": BROKEN})


def test_ungradable_when_the_reference_fails_on_this_machine_too(tally) -> None:
    card = tally.grade({"tally/__init__.py": BROKEN}, kit=broken_kit(tally.kit))

    assert (card.state, card.total, card.passed) == ("ungradable", None, False)
    assert card.reason == (
        "the reference solution does not pass on this machine either "
        "(tally can't be imported: ModuleNotFoundError: No module named 'nowhere')"
    )
    assert (card.components, card.requirements, card.reference) == ((), (), None)


def test_submission_that_cannot_be_imported_is_graded_when_the_reference_passes(tally) -> None:
    card = tally.grade({**tally.starter, "tally/__init__.py": BROKEN})

    assert (card.state, card.total) == ("graded", 0.0)


def test_full_disk_and_the_like_are_ungradable(tally) -> None:
    # A tree that no disk can hold: one path is a file and a folder at once.
    kit = replace(tally.kit, starter={**tally.kit.starter, "data": b"", "data/x": b""})

    card = grade(kit, tally.starter, TimeUsed(1, 10, 0), reveal=True)

    assert (card.state, card.total) == ("ungradable", None)
    assert card.reason.startswith("grading could not run: [Errno ")


# --- what an author locks -------------------------------------------------------------------


def test_baseline_is_measured_afresh(tally) -> None:
    stale = replace(tally.kit.baseline, visible={}, hidden={}, reference_churn=99)

    assert baseline(replace(tally.kit, baseline=stale)) == tally.kit.baseline


def test_all_shortfalls_of_an_exercise_are_told_at_once(tally) -> None:
    kit = replace(
        tally.kit,
        solution=edited(tally.kit.solution, "tally/words.py", ".lower()", ""),
        hidden={
            **tally.kit.hidden,
            "hidden/test_canary.py": b"def test_canary_true(): pass\n",
            "hidden/test_syntax.py": b"def test_x(:\n",
            "hidden/test_easy.py": b"def test_easy(): pass\n",
        },
        requirements=(
            *tally.kit.requirements,
            Requirement("easy", "Easy", Decimal(1), "nothing"),
            Requirement("none", "None", Decimal(1), "nothing"),
        ),
    )

    with pytest.raises(BaselineError) as raised:
        baseline(kit)

    problems = [line.split(" assert ")[0] for line in str(raised.value).splitlines()]
    assert problems == [
        "starter: hidden/test_syntax.py can't be collected: SyntaxError: invalid syntax",
        "solution: hidden/test_syntax.py can't be collected: SyntaxError: invalid syntax",
        "solution: hidden/test_canary.py::test_canary_true is a canary and has to fail, "
        "but passed: ",
        "solution: hidden/test_case.py::test_upper_and_lower_case_are_one_word has to pass, "
        "but failed:",
        "solution: tests/test_case.py::test_case_makes_no_difference has to pass, but failed:",
        "hidden/test_easy.py has no test that fails on the starter",
        "hidden/test_none.py has no test that fails on the starter",
    ]
