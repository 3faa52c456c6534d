"""Correctness: judged by the ids and the outcomes that the author locked, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.metrics.correctness import measure, run_hidden
from scoring.model import Measured, Requirement
from scoring.runner import SuiteRun
from scoring.terms import Outcome, TestResult

CANARY = "hidden/test_canary.py::test_canary_a_word_is_counted_wrong"
CASE = "hidden/test_case.py::test_upper_and_lower_case_are_one_word"
EMPTY = "hidden/test_blank_lines.py::test_empty_text_has_no_words"


@pytest.fixture
def perfect(tally) -> dict[str, TestResult]:
    """A run in which all tests pass but the canary."""
    baseline = tally.kit.baseline
    results = {id_: TestResult(id_, "passed") for id_ in (*baseline.visible, *baseline.hidden)}
    return results | {CANARY: TestResult(CANARY, "failed")}


def with_outcome(results: dict[str, TestResult], id_: str, outcome: Outcome) -> SuiteRun:
    return SuiteRun(results | {id_: TestResult(id_, outcome)})


def test_all_met(tally, perfect: dict[str, TestResult]) -> None:
    judged = measure(tally.kit, SuiteRun(perfect))

    assert (judged.measured, judged.met, judged.kept, judged.tampered) == (
        Measured(Decimal(1), "2 of 2 requirements"),
        1,
        1,
        (),
    )
    assert [(each.name, len(each.tests), each.weight) for each in judged.requirements] == [
        ("blank-lines", 2, 1.0),
        ("case", 1, 1.0),
    ]
    assert len(judged.regression) == 6


@pytest.mark.parametrize("outcome", ["failed", "error", "skipped", "xfailed", "xpassed", "missing"])
def test_anything_but_a_pass_is_no_pass(
    tally, perfect: dict[str, TestResult], outcome: Outcome
) -> None:
    judged = measure(tally.kit, with_outcome(perfect, CASE, outcome))
    assert [each.credit for each in judged.requirements] == [1.0, 0.0]

    judged = measure(tally.kit, with_outcome(perfect, EMPTY, outcome))
    assert [each.credit for each in judged.requirements] == [0.2, 1.0]
    assert (judged.met, judged.measured.value) == (Decimal("0.6"), Decimal("0.6"))

    kept = "hidden/test_regression.py::test_counts_repeated_words[2]"
    judged = measure(tally.kit, with_outcome(perfect, kept, outcome))
    assert judged.measured == Measured(
        judged.measured.value, "2 of 2 requirements, 1 test that passed before fail now"
    )
    assert round(judged.measured.value, 4) == Decimal("0.3333")


def test_test_that_does_not_report_is_missing_with_the_reason(
    tally, perfect: dict[str, TestResult]
) -> None:
    del perfect[CASE]
    run = SuiteRun(perfect, ending="killed by signal 9")

    (test,) = measure(tally.kit, run).requirements[1].tests

    assert test == TestResult(CASE, "missing", message="killed by signal 9", was="failed")


def test_results_nobody_expects_count_for_nothing(tally, perfect: dict[str, TestResult]) -> None:
    extra = {
        f"hidden/test_case.py::test_{n}": TestResult(f"hidden/test_case.py::test_{n}", "passed")
        for n in range(9)
    }
    del perfect[CASE]

    assert measure(tally.kit, SuiteRun(perfect | extra)).requirements[1].credit == 0.0


def test_tests_that_failed_on_the_starter_are_no_regression(
    tally, perfect: dict[str, TestResult]
) -> None:
    id_ = "tests/test_words.py::test_an_empty_line_is_no_word"

    assert measure(tally.kit, with_outcome(perfect, id_, "failed")).kept == 1


@pytest.mark.parametrize("outcome", ["passed", "xpassed"])
def test_canary_that_passes_is_tampering(
    tally, perfect: dict[str, TestResult], outcome: Outcome
) -> None:
    assert measure(tally.kit, with_outcome(perfect, CANARY, outcome)).tampered == (
        f"{CANARY} passed",
    )


def test_credit_goes_by_weight(tally, perfect: dict[str, TestResult]) -> None:
    lines, case = tally.kit.requirements
    kit = replace(tally.kit, requirements=(lines, replace(case, weight=Decimal(3))))

    assert measure(kit, with_outcome(perfect, CASE, "failed")).met == Decimal("0.25")


def test_exercise_without_anything_to_keep_loses_nothing(
    tally, perfect: dict[str, TestResult]
) -> None:
    hidden = {
        id_: was
        for id_, was in tally.kit.baseline.hidden.items()
        if not id_.startswith("hidden/test_regression")
    }
    kit = replace(tally.kit, baseline=replace(tally.kit.baseline, visible={}, hidden=hidden))

    assert measure(kit, SuiteRun(perfect)).measured.value == 1


def test_names_of_requirements_lead_to_their_files() -> None:
    requirement = Requirement("a-b-c", "", Decimal(1), "")

    assert requirement.hidden_file == "hidden/test_a_b_c.py"


# --- the hidden run -------------------------------------------------------------------------


def test_hidden_run_takes_only_the_source_of_a_submission(tally) -> None:
    planted = b"def test_upper_and_lower_case_are_one_word(): pass\n"
    files = {
        **tally.starter,
        "tests/test_words.py": b"",
        "tests/conftest.py": b"raise RuntimeError\n",
        "conftest.py": b"raise RuntimeError\n",
        "hidden/test_case.py": planted,
        "hidden/conftest.py": b"raise RuntimeError\n",
        "pytest.py": b"raise RuntimeError\n",
    }

    run = run_hidden(tally.kit, files, tally.runner)

    expected = {**tally.kit.baseline.visible, **tally.kit.baseline.hidden}
    assert {id_: each.outcome for id_, each in run.results.items()} == expected
