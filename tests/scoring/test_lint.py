"""Lint: what is new counts, whatever the submission says about it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.metrics.lint import Lint, LintError, measure, targets
from scoring.model import GradingKit, LintFinding, Measured
from scoring.trees import Tree

CLEAN = b'"""A module."""\n\nX = 1\n'


@pytest.fixture
def kit(tally) -> GradingKit:
    return replace(tally.kit, starter={"tally/a.py": CLEAN, "tests/test_a.py": CLEAN})


def rules(kit: GradingKit, files: Tree) -> list[tuple[str, int, str]]:
    return [(each.path, each.line, each.rule) for each in measure(kit, files).findings]


def test_nothing_new(kit: GradingKit) -> None:
    nothing = Lint(Measured(Decimal(1), "nothing new"), ())

    assert measure(kit, kit.starter) == nothing
    assert measure(kit, {}) == nothing


def test_new_findings_in_source_and_tests(kit: GradingKit) -> None:
    files = {
        "tally/a.py": b'"""A module."""\n\nimport os\n\nX = 1\n',
        "tests/test_a.py": CLEAN + b"Y = nowhere\n",
        "tests/test_new.py": b"import sys\n",
        "elsewhere/b.py": b"import os\n",
        "tally/data.txt": b"import os\n",
    }

    lint = measure(kit, files)

    assert lint == Lint(
        Measured(Decimal("0.614125"), "3 new findings"),
        (
            LintFinding("tally/a.py", 3, "F401", "`os` imported but unused"),
            LintFinding("tests/test_a.py", 4, "F821", "Undefined name `nowhere`"),
            LintFinding("tests/test_new.py", 1, "F401", "`sys` imported but unused"),
        ),
    )


def test_what_the_starter_had_is_not_new_wherever_it_moved(kit: GradingKit) -> None:
    old = b"import os\nimport sys\n"
    kit = replace(kit, starter={"tally/a.py": old})

    assert rules(kit, {"tally/a.py": b"# one\n\n# two\nimport os\nimport sys\n"}) == []


def test_one_more_of_the_same_is_new(kit: GradingKit) -> None:
    kit = replace(kit, starter={"tally/a.py": b"print(x)\n"})

    assert rules(kit, {"tally/a.py": b"print(x)\nprint(x)\n"}) == [("tally/a.py", 2, "F821")]


def test_only_the_rules_of_the_exercise_count(kit: GradingKit) -> None:
    files = {"tally/a.py": CLEAN + b"import os\n"}

    assert rules(replace(kit, lint_select=("F8",)), files) == []
    assert rules(replace(kit, lint_select=("F",)), files) == [("tally/a.py", 4, "F401")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import os  # noqa\n", [(1, "F401"), (1, "suppression")]),
        ("import os  # NOQA: F401\n", [(1, "F401"), (1, "suppression")]),
        ("import os  # why  # noqa:F401\n", [(1, "F401"), (1, "suppression")]),
        ("# ruff: noqa\nimport os\n", [(2, "F401"), (1, "suppression")]),
        ("# flake8: noqa\nimport os\n", [(2, "F401"), (1, "suppression")]),
        ("import os  # ruff: ignore[F401]\n", [(1, "F401"), (1, "suppression")]),
        ("# ruff: disable[F401]\nimport os\n", [(2, "F401"), (1, "suppression")]),
        ("X: int = 'a'  # type: ignore\n", [(1, "suppression")]),
        ("X: int = 'a'  # type:ignore[assignment]\n", [(1, "suppression")]),
        ("X = 1  # no quarrel here\n", []),
    ],
)
def test_suppression_counts_as_one_and_hides_nothing(
    kit: GradingKit, text: str, found: list[tuple[int, str]]
) -> None:
    files = {**kit.starter, "tally/new.py": text.encode()}

    assert rules(kit, files) == [("tally/new.py", line, rule) for line, rule in found]


def test_suppressions_of_the_starter_do_not_count(kit: GradingKit) -> None:
    line = b"import os  # noqa: F401\n"
    kit = replace(kit, starter={"tally/a.py": line})

    assert rules(kit, {"tally/a.py": b"# moved\n" + line}) == []


def test_configuration_of_the_submission_means_nothing(kit: GradingKit) -> None:
    ignore = b'[lint]\nignore = ["ALL"]\n[format]\nquote-style = "single"\n'
    files = {
        "ruff.toml": ignore,
        "tally/ruff.toml": ignore,
        "tally/.ruff.toml": ignore,
        "tally/pyproject.toml": b'[tool.ruff.lint]\nignore = ["ALL"]\n',
        "tally/.gitignore": b"*\n",
        "tally/venv/x.py": b"import os\n",
        "tally/build/-x.py": b"import os\n",
    }

    assert rules(kit, files) == [
        ("tally/build/-x.py", 1, "F401"),
        ("tally/venv/x.py", 1, "F401"),
    ]


def test_lost_formatting_counts_once_a_file(kit: GradingKit) -> None:
    files = {
        "tally/a.py": CLEAN + b"Y   =  {'a':1}\nZ=[ ]\n",
        # Never was formatted by anyone: a new file is the candidate's own style.
        "tally/new.py": b"Y   =  1\n",
        "tests/test_a.py": CLEAN,
    }

    assert measure(kit, files) == Lint(
        Measured(Decimal("0.85"), "1 new finding"),
        (LintFinding("tally/a.py", 1, "format", "was formatted as ruff does, and no longer is"),),
    )
    unformatted = replace(kit, starter={"tally/a.py": b"X=1\n"})
    assert rules(unformatted, {"tally/a.py": b"X=2\n"}) == []


def test_source_that_is_no_python_is_a_finding_and_no_failure(kit: GradingKit) -> None:
    for content in (b"def f(:\n", b"x = '\xff'\n", b"\0"):
        lint = measure(kit, {"tally/a.py": content})

        assert {each.path for each in lint.findings} == {"tally/a.py"}
        assert lint.measured.value < 1


def test_rules_that_ruff_does_not_know_are_not_the_candidates_doing(kit: GradingKit) -> None:
    with pytest.raises(LintError, match="NONE999"):
        measure(replace(kit, lint_select=("NONE999",)), kit.starter)


def test_odd_names_break_nothing(kit: GradingKit) -> None:
    files = {
        **kit.starter,
        "tally/two\nlines.py": b"import os\n",
        "tally/odd-\udcff.py": b"import os\n",
        "tally/@at.py": b"import os\n",
        "tally/ .py": b"import os\n",
        "tally/caf\u00e9.py": b"import os\n",
    }

    # The first two can't be named to ruff, and are nobody's honest modules.
    assert rules(kit, files) == [
        ("tally/ .py", 1, "F401"),
        ("tally/@at.py", 1, "F401"),
        ("tally/caf\u00e9.py", 1, "F401"),
    ]


# --- what a refactoring is to fix -----------------------------------------------------------

MESSY = b"import os\nimport sys\n\n\ndef f():\n    a = 1\n"


@pytest.fixture
def messy(kit: GradingKit) -> GradingKit:
    """Two unused imports, of which the solution leaves one, and a variable."""
    kit = replace(
        kit,
        starter={"tally/a.py": MESSY, "tests/test_a.py": b"import os\n"},
        solution={"tally/a.py": b"import sys\n\n\ndef f():\n    pass\n", "tests/test_a.py": b""},
    )
    return replace(kit, baseline=replace(kit.baseline, targeted=targets(kit)))


def test_findings_that_the_solution_takes_out_of_the_source_are_to_be_fixed(
    messy: GradingKit,
) -> None:
    assert messy.baseline.targeted == {"F401": 1, "F841": 1}


def test_half_of_it_is_what_was_fixed(messy: GradingKit) -> None:
    imports = tuple(
        LintFinding("tally/a.py", line, "F401", f"`{name}` imported but unused")
        for line, name in ((1, "os"), (2, "sys"))
    )
    variable = LintFinding(
        "tally/a.py", 6, "F841", "Local variable `a` is assigned to but never used"
    )

    assert measure(messy, messy.starter) == Lint(
        Measured(Decimal("0.5"), "nothing new; 0 of 2 old ones fixed"), (), (*imports, variable)
    )
    assert measure(
        messy, {**messy.starter, "tally/a.py": MESSY.replace(b"a = 1", b"pass")}
    ) == Lint(Measured(Decimal("0.75"), "nothing new; 1 of 2 old ones fixed"), (), imports)
    assert measure(messy, messy.reference) == Lint(
        Measured(Decimal(1), "nothing new; 2 of 2 old ones fixed"), ()
    )
    assert measure(messy, {}).measured.value == 1


@pytest.mark.parametrize(
    ("files", "value", "new"),
    [
        # Moved within the file, into another one, and written differently: neither fixed nor new.
        ({"tally/a.py": b"# more\n\n" + MESSY}, "0.5", []),
        ({"tally/a.py": b"", "tally/b.py": MESSY}, "0.5", []),
        ({"tally/a.py": MESSY.replace(b"a = 1", b"b = 2")}, "0.5", []),
        ({"tally/a.py": MESSY.replace(b"import os", b"import re")}, "0.5", []),
        # Another of a rule that had one fixed is none fixed; one more is new.
        ({"tally/a.py": MESSY[10:], "tally/b.py": b"import re\n"}, "0.5", []),
        ({"tally/b.py": b"import re\n"}, "0.425", [("tally/b.py", "F401")]),
        (
            {"tally/b.py": MESSY},
            "0.3070625",
            [("tally/b.py", "F401")] * 2 + [("tally/b.py", "F841")],
        ),
        # Tests are no source: what is new there makes up for nothing.
        (
            {"tally/a.py": b"", "tests/test_b.py": b"import re\n"},
            "0.925",
            [("tests/test_b.py", "F401")],
        ),
        # More fixed than the solution does.
        ({"tally/a.py": b""}, "1", []),
        (
            {"tally/a.py": b"import os  # noqa\n" + MESSY[10:]},
            "0.425",
            [("tally/a.py", "suppression")],
        ),
    ],
)
def test_an_old_finding_is_fixed_when_it_is_gone_from_the_source(
    messy: GradingKit, files: Tree, value: str, new: list[tuple[str, str]]
) -> None:
    lint = measure(messy, {**messy.starter, **files})

    assert [(each.path, each.rule) for each in lint.findings] == new
    assert lint.measured.value == Decimal(value)
