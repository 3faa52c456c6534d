"""Diff size: how much source the answer touches, relative to the reference."""

from __future__ import annotations

from collections.abc import Sequence

from scoring import formula
from scoring.model import DiffFile, Measured


def measure(diff: Sequence[DiffFile], reference_churn: int) -> Measured:
    """D from the churn: added and deleted source lines that are neither blank nor comments."""
    size = churn(diff)
    lines = "1 line" if size == 1 else f"{size} lines"
    return Measured(
        formula.diff_size(size, reference_churn), f"{lines} (reference {reference_churn})"
    )


def churn(diff: Sequence[DiffFile]) -> int:
    return sum(file.churn for file in diff)
