"""An attempt to give commands to."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def workspace(worksample, tmp_path: Path) -> Path:
    """A fresh attempt at `tally`, with nothing changed yet."""
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 0, answer.err
    return tmp_path / "tally"
