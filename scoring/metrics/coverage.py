"""Coverage of what the candidate changed, by the candidate's own tests; lines and branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring import formula
from scoring.changes import changed_lines
from scoring.events import LineCoverage
from scoring.model import DiffFile, FileCoverage, Measured, Measurement, NotMeasured
from scoring.runner import SuiteRun


@dataclass(frozen=True)
class DiffCoverage:
    measured: Measurement
    files: tuple[FileCoverage, ...]


def measure(diff: Sequence[DiffFile], own: SuiteRun) -> DiffCoverage:
    """K over the changed lines that can run, each branch that leaves one counting as a line."""
    if own.import_problem:
        return DiffCoverage(Measured(formula.ZERO, "the source can't be imported"), ())
    files: list[FileCoverage] = []
    covered = total = 0
    for file in diff:
        seen = own.coverage.get(file.path)
        if file.role != "source" or not file.path.endswith(".py") or file.status == "deleted":
            continue
        if seen is None:
            if own.ending or own.tampered:
                # No measurement came back, or none to rely on: the changed lines count as not run.
                seen = LineCoverage(frozenset(), changed_lines(file), (), ())
            else:
                continue
        changed = changed_lines(file)
        not_run = changed & seen.missing
        executable = changed & (seen.executed | seen.missing)
        taken = [start for start, _ in seen.executed_branches if start in changed]
        missed = [start for start, _ in seen.missing_branches if start in changed]
        covered += len(executable) - len(not_run) + len(taken)
        total += len(executable) + len(taken) + len(missed)
        if executable:
            partial = tuple(sorted(set(missed) - not_run))
            files.append(FileCoverage(file.path, len(executable), tuple(sorted(not_run)), partial))
    if not total:
        return DiffCoverage(NotMeasured("no changed line that can run"), ())
    percent = formula.rounded(100 * formula.share(covered, total), "1")
    if covered < total:
        percent = min(percent, formula.FULL_CAP - 1)
    reason = f"{percent} % of changed lines and branches"
    return DiffCoverage(Measured(formula.coverage(covered, total), reason), tuple(files))
