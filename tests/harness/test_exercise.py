"""An exercise folder is read whole, and all that is wrong with it is told at once."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.errors import WorkspaceProblem
from harness.exercise import Exercise, load_exercise, requirement_of_fault
from scoring.formula import WEIGHTS
from scoring.model import Fault, GradingKit, Limits, Requirement
from scoring.terms import Baseline, Excess
from scoring.trees import read_tree

FORMAT_TIP = ("the format is described in docs/authoring.md",)


def problems_of(refusal: Any, folder: Path) -> list[str]:
    """The problems of a manifest, after its heading was checked."""
    told = refusal(load_exercise, folder)
    heading, *lines = told.message.split("\n")
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    assert (told.kind, told.exit_code, told.tips) == (WorkspaceProblem, 3, FORMAT_TIP)
    assert heading == f"{folder / 'exercise.toml'} has {count}:"
    return [line.removeprefix("  ") for line in lines]


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text)


# --- loading --------------------------------------------------------------------------------


def test_the_fixture_exercise_loads(tally: Exercise) -> None:
    files = read_tree(tally.folder)
    del files["exercise.lock"]
    assert (tally.id, tally.limit_seconds, tally.files) == ("tally", 1200, files)


def test_a_candidate_is_given_the_starter_with_the_brief(tally: Exercise) -> None:
    assert tally.starter == {
        path: (tally.folder / place).read_bytes()
        for path, place in {
            "BRIEF.md": "BRIEF.md",
            "tally/__init__.py": "starter/tally/__init__.py",
            "tally/words.py": "starter/tally/words.py",
            "tests/test_words.py": "starter/tests/test_words.py",
        }.items()
    }


def test_a_folder_without_a_manifest_is_no_exercise(tmp_path: Path, refusal: Any) -> None:
    assert refusal(load_exercise, tmp_path) == (
        WorkspaceProblem,
        3,
        f"{tmp_path} is not an exercise: it has no exercise.toml",
        ("an exercise is a folder with exercise.toml, BRIEF.md, starter/, solution/, hidden/",),
    )


def test_a_syntax_error_is_told_with_its_line(pack: Path, refusal: Any) -> None:
    edit(pack / "exercise.toml", ("minutes = 20", "minutes 20"))
    (problem,) = problems_of(refusal, pack)
    assert "line 8" in problem


def test_a_manifest_that_is_not_utf_8_is_told(pack: Path, refusal: Any) -> None:
    (pack / "exercise.toml").write_bytes("título = 1".encode("latin-1"))
    (problem,) = problems_of(refusal, pack)
    assert problem.startswith("'utf-8' codec can't decode byte 0xed in position 1")


def test_a_manifest_that_is_a_folder_is_told(tmp_path: Path, refusal: Any) -> None:
    (tmp_path / "exercise.toml").mkdir()
    (problem,) = problems_of(refusal, tmp_path)
    assert "Is a directory" in problem


def test_mistakes_in_the_manifest_are_listed(pack: Path, refusal: Any) -> None:
    edit(
        pack / "exercise.toml",
        ('topic = "counting"\n', ""),
        ('packages = ["tally"]', 'packages = ["harness"]\ncolour = "red"'),
    )
    assert problems_of(refusal, pack) == [
        "topic: this key is missing",
        "source.packages: harness can't be the name of an exercise's package",
        "source.colour: this key is unknown (it is 'red')",
    ]


def test_missing_parts_are_listed_with_the_key_that_speaks_of_them(
    pack: Path, refusal: Any
) -> None:
    (pack / "BRIEF.md").unlink()
    (pack / "hidden" / "test_blank_lines.py").unlink()
    for folder in ("solution", "starter"):
        shutil.rmtree(pack / folder)
    (pack / "faults" / "casework").mkdir()
    (pack / "faults" / "other").mkdir()
    with (pack / "exercise.toml").open("a") as stream:
        stream.write(
            '[[decoy]]\nname = "lazy"\nband = [0, 10]\nwhy = "w"\n'
            '[[alternative]]\nname = "regex"\nwhy = "w"\n'
        )
    assert problems_of(refusal, pack) == [
        "BRIEF.md is missing",
        "solution is missing",
        "source.packages: starter/tally is missing",
        "tests: starter/tests is missing",
        "requirement[0].name: hidden/test_blank_lines.py is missing",
        "decoy[0].name: decoys/lazy is missing",
        "alternative[0].name: alternatives/regex is missing",
        "faults/casework does not begin with the name of a requirement",
        "faults/other does not begin with the name of a requirement",
    ]


# --- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("case", "case"),
        ("case-folding", "case-folding"),
        ("case-folding-twice", "case-folding"),
        ("case-fold", "case"),
        ("case-foldings", "case"),
        ("cases", None),
        ("cas", None),
        ("", None),
        ("other-case", None),
    ],
)
def test_a_fault_belongs_to_the_longest_requirement_that_its_name_begins_with(
    fault: str, requirement: str | None
) -> None:
    assert requirement_of_fault(fault, ["case", "case-folding", "blank"]) == requirement
    assert requirement_of_fault(fault, ["case-folding", "blank", "case"]) == requirement


# --- the grading kit ------------------------------------------------------------------------


def test_the_kit_holds_all_that_grading_needs(tally: Exercise) -> None:
    def read(place: str) -> bytes:
        return (tally.folder / place).read_bytes()

    hidden = ("blank_lines", "canary", "case", "regression")
    first = "an empty line shows up as a word of no letters"
    assert tally.kit() == GradingKit(
        id="tally",
        version="1.0.0",
        title="A word count that miscounts",
        kind="debug",
        sha256=tally.sha256,
        starter=tally.starter,
        solution={
            "tally/words.py": read("solution/tally/words.py"),
            "tests/test_case.py": read("solution/tests/test_case.py"),
        },
        hidden={f"hidden/test_{name}.py": read(f"hidden/test_{name}.py") for name in hidden},
        packages=("tally",),
        tests=("tests",),
        api=("tally.count",),
        requirements=(
            Requirement("blank-lines", "Blank lines count for nothing", Decimal(1), first),
            Requirement(
                "case", "Case makes no difference", Decimal(1), "The and the are listed apart"
            ),
        ),
        faults=(
            Fault(
                "blank-lines",
                "blank-lines",
                "Blank lines count for nothing",
                Decimal(1),
                {"tally/words.py": read("faults/blank-lines/tally/words.py")},
            ),
            Fault(
                "case",
                "case",
                "Case makes no difference",
                Decimal(1),
                {"tally/words.py": read("faults/case/tally/words.py")},
            ),
        ),
        lint_select=("E4", "E7", "E9", "F"),
        limits=Limits(test_seconds=2, memory_mb=512),
        weights=WEIGHTS["debug"],
        pass_mark=Decimal(70),
        review=read("REVIEW.md").decode(),
        rubric=("Is the cause of each bug stated?",),
        baseline=tally.read_lock(),
    )


def test_a_fault_takes_title_and_weight_from_its_requirement(pack: Path) -> None:
    edit(pack / "exercise.toml", ('name = "case"\n', 'name = "case"\nweight = 2.5\n'))
    for name in ("case-only-ascii", "case-title"):
        (pack / "faults" / name).mkdir()
        (pack / "faults" / name / "x.py").write_text(name)
    kit = load_exercise(pack).kit(Baseline({}, {}, (), 0))
    assert [(each.name, each.requirement, each.title, each.weight) for each in kit.faults] == [
        ("blank-lines", "blank-lines", "Blank lines count for nothing", Decimal(1)),
        ("case", "case", "Case makes no difference", Decimal("2.5")),
        ("case-only-ascii", "case", "Case makes no difference (only ascii)", Decimal("2.5")),
        ("case-title", "case", "Case makes no difference (title)", Decimal("2.5")),
    ]


def test_a_stray_file_among_the_faults_is_no_fault(pack: Path) -> None:
    (pack / "faults" / "README.md").write_text("what these are")
    (pack / "faults" / ".DS_Store").write_bytes(b"\x00")
    (pack / "faults" / ".idea").mkdir()
    (pack / "faults" / ".idea" / "x").write_bytes(b"")
    exercise = load_exercise(pack)
    assert exercise.overlays("faults") == ["blank-lines", "case"]
    names = [each.name for each in exercise.kit(Baseline({}, {}, (), 0)).faults]
    assert names == ["blank-lines", "case"]


def test_weights_of_the_manifest_win_and_a_review_may_be_missing(pack: Path) -> None:
    (pack / "REVIEW.md").unlink()
    with (pack / "exercise.toml").open("a") as stream:
        stream.write("[weights]\ncorrectness = 90\nlint = 10\n")
    kit = load_exercise(pack).kit(Baseline({}, {}, (), 0))
    weights = {"correctness": Decimal(90), "lint": Decimal(10)}
    assert (kit.weights, kit.review) == (weights, "")


# --- the digest -----------------------------------------------------------------------------


def test_the_digest_changes_with_any_file_and_comes_back_with_it(pack: Path) -> None:
    before = load_exercise(pack).sha256
    digests = {before}
    paths = sorted(path for path in pack.rglob("*") if path.is_file())
    for path in paths:
        if path.name == "exercise.lock":
            continue
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        digests.add(load_exercise(pack).sha256)
        path.write_bytes(content)
    assert len(digests) == len(paths)
    assert load_exercise(pack).sha256 == before


def test_the_digest_changes_with_a_new_or_renamed_file(pack: Path) -> None:
    before = load_exercise(pack).sha256
    (pack / "solution" / "new.py").write_bytes(b"")
    added = load_exercise(pack).sha256
    (pack / "solution" / "new.py").rename(pack / "solution" / "renamed.py")
    assert len({before, added, load_exercise(pack).sha256}) == 3


def test_the_digest_does_not_see_the_lock_nor_what_tools_leave(pack: Path) -> None:
    before = load_exercise(pack).sha256
    (pack / "exercise.lock").write_text("{}")
    for folder in ("starter/tally/__pycache__", ".pytest_cache", "hidden/.ruff_cache"):
        (pack / folder).mkdir()
        (pack / folder / "x").write_bytes(b"1")
    (pack / "solution" / "x.pyc").write_bytes(b"1")
    assert load_exercise(pack).sha256 == before


# --- the lock -------------------------------------------------------------------------------


def again(folder: Path) -> tuple[str]:
    return (f"if it is yours, prove it: worksample author check {folder}",)


def test_the_lock_is_the_authors_baseline(tally: Exercise) -> None:
    visible = "tests/test_words.py::test_"
    lines = "hidden/test_blank_lines.py::test_"
    repeated = "hidden/test_regression.py::test_counts_repeated_words"
    assert tally.read_lock() == Baseline(
        visible={
            f"{visible}an_empty_line_is_no_word": "failed",
            f"{visible}counts_a_word": "passed",
            f"{visible}counts_a_word_that_comes_again": "passed",
            f"{visible}counts_over_lines": "passed",
        },
        hidden={
            f"{lines}blank_lines_between_words": "failed",
            f"{lines}empty_text_has_no_words": "failed",
            "hidden/test_canary.py::test_canary_a_word_is_counted_wrong": "failed",
            "hidden/test_case.py::test_upper_and_lower_case_are_one_word": "failed",
            f"{repeated}[1]": "passed",
            f"{repeated}[2]": "passed",
            f"{repeated}[3]": "passed",
        },
        caught_by_starter=("blank-lines",),
        reference_churn=2,
    )


def test_a_lock_that_was_written_is_read_back(pack: Path) -> None:
    exercise = load_exercise(pack)
    baseline = Baseline({"tests/ü.py::a": "failed"}, {"hidden/b": "error"}, ("case", "x"), 7)
    (pack / "exercise.lock").write_text(exercise.lock_text(baseline), encoding="utf-8")
    assert load_exercise(pack).read_lock() == baseline
    assert exercise.lock_text(baseline).endswith("\n}\n")


def test_what_a_refactoring_is_to_take_out_is_in_the_lock(pack: Path, refusal: Any) -> None:
    manifest = pack / "exercise.toml"
    manifest.write_text(manifest.read_text().replace('kind = "debug"', 'kind = "refactor"'))
    exercise = load_exercise(pack)
    baseline = Baseline({}, {}, (), 7, Excess(52, 3), {"F401": 2})
    (pack / "exercise.lock").write_text(exercise.lock_text(baseline))
    assert load_exercise(pack).read_lock() == baseline
    # The lock of another kind has neither.
    (pack / "exercise.lock").write_text(exercise.lock_text(Baseline({}, {}, (), 7)))
    message = f"{pack / 'exercise.lock'} can't be read: it lacks 'excess'"
    assert refusal(exercise.read_lock) == (WorkspaceProblem, 3, message, again(pack))


def test_a_missing_lock_is_told(pack: Path, refusal: Any) -> None:
    (pack / "exercise.lock").unlink()
    message = "exercise 'tally' has no exercise.lock"
    assert refusal(load_exercise(pack).read_lock) == (WorkspaceProblem, 3, message, again(pack))
    assert refusal(load_exercise(pack).kit) == (WorkspaceProblem, 3, message, again(pack))


def test_a_stale_lock_is_told(pack: Path, refusal: Any) -> None:
    (pack / "BRIEF.md").write_text("another brief")
    message = "exercise 'tally' was changed after it was locked"
    assert refusal(load_exercise(pack).read_lock) == (WorkspaceProblem, 3, message, again(pack))


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"schema": 2}, "schema 2"),
        ({"schema": None}, "schema None"),
        ({"reference_churn": "few"}, "invalid literal for int() with base 10: 'few'"),
        ({"caught_by_starter": 5}, "'int' object is not iterable"),
    ],
)
def test_a_lock_of_another_kind_is_told(
    pack: Path, refusal: Any, change: dict[str, object], detail: str
) -> None:
    path = pack / "exercise.lock"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    message = f"{path} can't be read: {detail}"
    assert refusal(load_exercise(pack).read_lock) == (WorkspaceProblem, 3, message, again(pack))


@pytest.mark.parametrize("content", [b"", b"garbage", b"[]", b"{}", b'{"schema": 1}', b"\xff\xfe"])
def test_a_lock_of_garbage_is_told(pack: Path, refusal: Any, content: bytes) -> None:
    (pack / "exercise.lock").write_bytes(content)
    told = refusal(load_exercise(pack).read_lock)
    assert (told.kind, told.exit_code, told.tips) == (WorkspaceProblem, 3, again(pack))
    assert told.message.startswith(f"{pack / 'exercise.lock'} can't be read: ")
