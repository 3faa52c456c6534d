"""Test strength: only steady tests that fail on a seeded bug, and on nothing else, catch it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.metrics.strength import Strength, measure
from scoring.model import FaultResult, GradingKit, Measured, NotMeasured
from scoring.runner import Suite, run_suite
from scoring.trees import Tree, replace_below

Weigh = Callable[[GradingKit, Tree], Strength]


@pytest.fixture(scope="module")
def weigh() -> Weigh:
    def weigh(kit: GradingKit, files: Tree) -> Strength:
        graded = (*kit.packages, *kit.tests)
        own = run_suite(
            Suite(
                replace_below(kit.starter, graded, files),
                kit.tests,
                kit.packages,
                kit.tests,
                kit.limits,
            )
        )
        with ThreadPoolExecutor(2) as pool:
            return measure(kit, files, own, pool)

    return weigh


def caught_by(strength: Strength) -> dict[str, tuple[str, ...]]:
    return {fault.name: fault.by for fault in strength.faults}


CASE = "def test_case(): assert count('A a') == {'a': 2}\n"
LINES = "def test_lines(): assert count('a\\n\\nb') == {'a': 1, 'b': 1}\n"


def test_unsteady_and_foreign_tests_count_for_nothing_and_cost_the_others_nothing(
    tally, weigh: Weigh, tmp_path: Path
) -> None:
    counters = f"""
from pathlib import Path
import pytest

def again(name):
    path = Path({str(tmp_path)!r}, name)
    with path.open("a") as stream:
        stream.write("x")
    return path.stat().st_size

@pytest.mark.parametrize("runs", range(1, 8))
def test_passes_in_the_first_runs(runs):
    assert again(f"first-{{runs}}") <= runs

def test_fails_in_all_runs_but_the_first_and_the_seventh():
    # Which is the last one: own, control, two faults, the two again, control.
    assert again("middle") in (1, 7)

def test_fails_at_first():
    assert again("later") > 1
"""
    spying = """
from pathlib import Path
import pytest
import tally.words
from tally import count

SOURCE = Path(tally.words.__file__).read_text()

@pytest.mark.parametrize("text", [SOURCE[SOURCE.index("return line"):][:40]])
def test_carries_the_source_out(text):
    assert count("A a") == {"a": 2}, text

def test_fails_on_whatever_is_not_mine():
    assert "casefold" in SOURCE

def test_asks_for_my_helper():
    assert tally.words.helper() == 1

if "casefold" not in SOURCE:
    def test_appears_on_the_reference():
        assert count("A a") == {"a": 2}
"""
    files = tally.with_reference_source(
        {
            "tests/test_good.py": f"from tally import count\n{CASE}{LINES}",
            "tests/test_counters.py": counters,
            "tests/test_spying.py": spying,
            "tests/test_helper.py": f"from tally.words import count, helper\n{CASE}",
            "tests/test_broken.py": "def test_x(:\n",
        }
    )
    source = files["tally/words.py"].replace(b".lower()", b".casefold()")
    files["tally/words.py"] = source + b"\n\ndef helper():\n    return 1\n"

    strength = weigh(tally.kit, files)

    assert strength == Strength(
        Measured(Decimal(1), "1 of 1 hidden bugs caught"),
        (
            FaultResult(
                "blank-lines",
                "blank-lines",
                "Blank lines count for nothing",
                caught=True,
                given=True,
                by=(
                    "tests/test_good.py::test_lines",
                    "tests/test_words.py::test_an_empty_line_is_no_word",
                ),
            ),
            FaultResult(
                "case",
                "case",
                "Case makes no difference",
                caught=True,
                given=False,
                by=("tests/test_good.py::test_case",),
            ),
        ),
    )


def test_test_that_imports_a_helper_of_the_candidate_catches_nothing(tally, weigh: Weigh) -> None:
    files = tally.with_reference_source(
        {"tests/test_helper.py": f"from tally.words import count, helper\n{CASE}"}
    )
    files["tally/words.py"] += b"\n\ndef helper():\n    return 1\n"

    strength = weigh(tally.kit, files)

    assert strength.measured == Measured(Decimal(0), "0 of 1 hidden bugs caught")


def test_tests_that_fail_or_are_skipped_on_the_own_code_catch_nothing(tally, weigh: Weigh) -> None:
    files = {
        **tally.starter,
        "tests/test_mine.py": (
            "import pytest\nfrom tally import count\n"
            f"{CASE}{LINES}"
            f"@pytest.mark.xfail\n{CASE.replace('test_case', 'test_xfail')}"
            f"@pytest.mark.skip\n{CASE.replace('test_case', 'test_skip')}"
        ).encode(),
    }

    # On the untouched starter these fail: who repairs nothing proves nothing.
    assert caught_by(weigh(tally.kit, files)) == {"blank-lines": (), "case": ()}


def test_skipping_is_no_catch(tally, weigh: Weigh) -> None:
    text = (
        "import pytest\nfrom tally import count\n"
        "def test_skips():\n    if len(count('A a')) > 1: pytest.skip()\n"
        "def test_xfails():\n    if len(count('A a')) > 1: pytest.xfail()\n"
        "def test_errs(request):\n    if len(count('A a')) > 1: request.getfixturevalue('none')\n"
    )
    files = tally.with_reference_source({"tests/test_mine.py": text})

    assert caught_by(weigh(tally.kit, files))["case"] == ("tests/test_mine.py::test_errs",)


def test_share_goes_by_weight_and_leaves_out_what_is_given(tally, weigh: Weigh) -> None:
    weights = {"blank-lines": Decimal(3), "case": Decimal(1)}
    kit = replace(
        tally.kit,
        faults=tuple(replace(each, weight=weights[each.name]) for each in tally.kit.faults),
        baseline=replace(tally.kit.baseline, caught_by_starter=()),
    )
    files = tally.with_reference_source({})

    assert weigh(kit, files).measured == Measured(Decimal("0.75"), "1 of 2 hidden bugs caught")


def test_strength_is_not_measured_where_there_is_nothing_to_catch(tally, weigh: Weigh) -> None:
    kit = tally.kit
    given = replace(kit.baseline, caught_by_starter=("blank-lines", "case"))
    measured = {
        name: weigh(replace(kit, **changes), {}).measured
        for name, changes in {
            "no faults": {"faults": ()},
            "all given": {"baseline": given},
            "design": {"kind": "design"},
            "refactor": {"kind": "refactor"},
        }.items()
    }

    interface = NotMeasured("seeded bugs need an interface that stays fixed")
    assert measured == {
        "no faults": NotMeasured("this exercise has no seeded bugs"),
        "all given": NotMeasured("the exercise's own tests catch every seeded bug"),
        "design": interface,
        "refactor": interface,
    }


def test_source_that_cannot_be_imported_catches_nothing(tally, weigh: Weigh) -> None:
    files = {**tally.reference, "tally/__init__.py": b"import nowhere\n"}

    strength = weigh(tally.kit, files)

    assert strength.measured == Measured(Decimal(0), "0 of 1 hidden bugs caught")
