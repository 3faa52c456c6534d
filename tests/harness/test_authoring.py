"""A lock is written only for an exercise that behaves as its author says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.authoring.lock import lock_exercise
from harness.errors import WorkspaceProblem
from harness.exercise import Exercise, load_exercise


def test_a_lock_is_what_read_lock_accepts_and_the_same_bytes_every_time(
    pack: Path, tally: Exercise
) -> None:
    lock = pack / "exercise.lock"
    committed = lock.read_bytes()
    lock.write_bytes(b"a stale lock")
    measured = lock_exercise(pack)
    assert lock.read_bytes() == committed
    assert load_exercise(pack).read_lock() == measured == tally.read_lock()


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(pack: Path, refusal: Any) -> None:
    words = pack / "solution" / "tally" / "words.py"
    words.write_text(words.read_text().replace(".lower()", ""))
    canary = pack / "hidden" / "test_canary.py"
    canary.write_text(canary.read_text().replace("2}", "1}"))
    (pack / "hidden" / "test_blank_lines.py").write_text("def test_nothing():\n    pass\n")
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    told = refusal(lock_exercise, pack)
    heading, *lines = told.message.split("\n")
    assert (told.kind, told.exit_code, told.tips) == (
        WorkspaceProblem,
        3,
        ("correct it, then lock it again",),
    )
    assert heading == f"{pack} does not behave as an exercise should:"
    assert [line.split(", but ")[0] for line in lines] == [
        "  solution: hidden/test_canary.py::test_canary_a_word_is_counted_wrong "
        "is a canary and has to fail",
        "  solution: hidden/test_case.py::test_upper_and_lower_case_are_one_word has to pass",
        "  solution: tests/test_case.py::test_case_makes_no_difference has to pass",
        "  hidden/test_blank_lines.py has no test that fails on the starter",
    ]
    after = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    assert after == before


def test_a_folder_that_is_no_exercise_is_refused(tmp_path: Path, refusal: Any) -> None:
    told = refusal(lock_exercise, tmp_path)
    assert told.message == f"{tmp_path} is not an exercise: it has no exercise.toml"
    assert list(tmp_path.iterdir()) == []
