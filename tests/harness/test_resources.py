"""Packaged data is found in this installation, and the user's data where they want it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.resources import data_folder, packaged_exercises, packaged_templates


def test_the_catalogue_travels_with_the_installation() -> None:
    assert (packaged_exercises() / "__init__.py").is_file()


def test_the_templates_travel_with_the_installation() -> None:
    assert packaged_templates().is_dir()
    assert packaged_templates() != packaged_exercises()


def test_the_data_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKSAMPLE_DATA", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unset", [True, False])
def test_else_the_platform_chooses_a_folder_below_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unset: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if unset:
        monkeypatch.delenv("WORKSAMPLE_DATA")
    else:
        monkeypatch.setenv("WORKSAMPLE_DATA", "")
    assert data_folder().is_relative_to(tmp_path)
    assert data_folder().name == "worksample"
    assert list(tmp_path.iterdir()) == []
