"""Coverage of the changed lines, by the candidate's own tests."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from scoring.changes import compare
from scoring.events import LineCoverage
from scoring.metrics.coverage import DiffCoverage, measure
from scoring.model import FileCoverage, Measured, NotMeasured
from scoring.runner import SuiteRun


def lines(
    executed: Iterable[int] = (),
    missing: Iterable[int] = (),
    taken: Iterable[tuple[int, int]] = (),
    missed: Iterable[tuple[int, int]] = (),
) -> LineCoverage:
    return LineCoverage(frozenset(executed), frozenset(missing), tuple(taken), tuple(missed))


def measured(before: dict[str, str], after: dict[str, str], run: SuiteRun) -> DiffCoverage:
    trees = ({path: text.encode() for path, text in tree.items()} for tree in (before, after))
    old, new = trees
    return measure(compare(old, new, ["pkg"], ["tests"]), run)


OLD = {"pkg/a.py": "one\ntwo\nthree\n"}
NEW = {"pkg/a.py": "one\nTWO\nadded\nmore\nthree\n"}


def test_only_changed_lines_count_and_branches_count_as_lines() -> None:
    run = SuiteRun(
        coverage={
            # Line 1 and 5 are as they were; line 4 can't run.
            "pkg/a.py": lines(
                executed={1, 2}, missing={3, 5}, taken=[(1, 2), (2, 3)], missed=[(2, 5), (5, 1)]
            )
        }
    )

    # Covered: line 2 and one branch; not covered: line 3 and one branch.
    assert measured(OLD, NEW, run) == DiffCoverage(
        Measured(Decimal("0.5") / Decimal("0.9"), "50 % of changed lines and branches"),
        (FileCoverage("pkg/a.py", 2, not_run=(3,), partial=(2,)),),
    )


def test_line_that_did_not_run_is_not_called_partial_too() -> None:
    run = SuiteRun(coverage={"pkg/a.py": lines(missing={2, 3}, missed=[(2, 3), (2, 5)])})

    assert measured(OLD, NEW, run).files == (
        FileCoverage("pkg/a.py", 2, not_run=(2, 3), partial=()),
    )


def test_all_files_count_together_and_are_shown_apart() -> None:
    after = {**NEW, "pkg/b.py": "x\ny\n", "pkg/note.txt": "x\n", "tests/t.py": "x\n"}
    every = lines(executed={1, 2, 3, 4})
    run = SuiteRun(
        coverage={
            "pkg/a.py": every,
            "pkg/b.py": lines(missing={1, 2}),
            "pkg/note.txt": lines(missing={1}),
            "tests/t.py": lines(missing={1}),
        }
    )

    assert measured(OLD, after, run) == DiffCoverage(
        Measured(Decimal("0.6") / Decimal("0.9"), "60 % of changed lines and branches"),
        (FileCoverage("pkg/a.py", 3, (), ()), FileCoverage("pkg/b.py", 2, (1, 2), ())),
    )


def test_nearly_all_is_full_marks_but_is_not_called_all() -> None:
    after = {"pkg/a.py": "".join(f"x{n}\n" for n in range(1, 401))}
    run = SuiteRun(coverage={"pkg/a.py": lines(executed=range(2, 401), missing={1})})

    assert measured({}, after, run).measured == Measured(
        Decimal(1), "99 % of changed lines and branches"
    )


def test_all() -> None:
    run = SuiteRun(coverage={"pkg/a.py": lines(executed={1, 2, 3, 4, 5})})

    assert measured(OLD, NEW, run).measured == Measured(
        Decimal(1), "100 % of changed lines and branches"
    )


def test_nothing_that_can_run_is_not_measured() -> None:
    none = DiffCoverage(NotMeasured("no changed line that can run"), ())
    run = SuiteRun(coverage={"pkg/a.py": lines(executed={1})})

    assert measured(OLD, NEW, run) == none
    assert measured(OLD, OLD, run) == none
    assert measured(OLD, {}, run) == none
    assert measured({}, {}, SuiteRun()) == none


def test_source_that_cannot_be_imported_has_no_coverage() -> None:
    run = SuiteRun(import_problem="pkg can't be imported: no")

    assert measured(OLD, NEW, run) == DiffCoverage(
        Measured(Decimal(0), "the source can't be imported"), ()
    )


def test_run_that_did_not_end_covered_nothing() -> None:
    run = SuiteRun(ending="stopped after 6 s")

    assert measured(OLD, NEW, run) == DiffCoverage(
        Measured(Decimal(0), "0 % of changed lines and branches"),
        (FileCoverage("pkg/a.py", 3, (2, 3, 4), ()),),
    )
