"""An exercise that requires a package is locked, started, tested and scored like any other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tally_pack import TALLY, copy_pack
from wheelhouse import COUNTABLES, install_only_from, make_wheel


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "countables", "1.2", COUNTABLES)
    return folder


@pytest.fixture
def needy(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`tally`, whose package imports a distribution that is installed nowhere yet."""
    install_only_from(wheels, monkeypatch)
    monkeypatch.setenv("WORKSAMPLE_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "packs" / "tally"
    copy_pack(folder, ('license = "MIT"', 'license = "MIT"\nrequires = ["Countables>=1"]'))
    package = folder / "starter" / "tally" / "__init__.py"
    package.write_text("import countables  # noqa: F401\n" + package.read_text())
    monkeypatch.setenv("WORKSAMPLE_PATH", str(folder))
    return folder


def test_an_exercise_that_requires_a_package_is_played(worksample, needy, tmp_path, monkeypatch):
    locked = worksample("author", "lock", needy)
    assert (locked.code, locked.err) == (
        0,
        "Installing countables>=1: once, then no network is needed\n",
    )
    install_only_from(Path("/nowhere"), monkeypatch)
    (site,) = (tmp_path / "cache" / "environments").glob("*/site-packages")

    started = worksample("start", "tally", cwd=tmp_path)
    assert (started.code, started.err) == (0, "")
    assert f"        PYTHONPATH=./{site.relative_to(tmp_path)} (the packages that it needs)" in (
        started.out.splitlines()
    )
    tested = worksample("test", cwd=tmp_path / "tally")
    assert "3 passed, 1 failed" in tested.out, tested.out + tested.err

    shutil.copytree(TALLY / "solution", tmp_path / "tally", dirs_exist_ok=True)
    scored = worksample("score", "--json", cwd=tmp_path / "tally")
    facts = json.loads(scored.out)
    assert (facts["state"], facts["passed"], facts["flags"]) == ("graded", True, [])
    assert [each["credit"] for each in facts["requirements"]] == [1.0, 1.0]

    told = json.loads(worksample("doctor", "--json").out)
    assert [each["requires"] for each in told["environments"]] == [["countables>=1"]]
    assert any(
        each["name"] == "packages" and each["detail"].startswith("countables>=1 (0.0 MB, 0 days")
        for each in told["checks"]
    )
    cleared = worksample("doctor", "--clear-environments")
    assert cleared.out == (
        "Removed countables>=1 (0.0 MB, 0 days old)\n1 environment removed, 0.0 MB\n"
    )
    again = worksample("test", cwd=tmp_path / "tally")
    assert again.err.startswith("Installing countables>=1: once, then no network is needed\n")
    assert again.code == 4


def test_a_package_that_can_not_be_installed_stops_the_start_before_the_clock(
    worksample, needy, tmp_path, monkeypatch
):
    worksample("author", "lock", needy)
    worksample("doctor", "--clear-environments")
    install_only_from(Path("/nowhere"), monkeypatch)
    answer = worksample("start", "tally", cwd=tmp_path)
    assert answer.code == 4
    assert "error: countables>=1 can't be installed:\n" in answer.err
    assert answer.err.endswith("Nothing was created; the clock has not started.\n")
    assert not (tmp_path / "tally").exists()
    assert worksample("history").out == ""


def test_clearing_where_nothing_was_installed_says_so(worksample):
    answer = worksample("doctor", "--clear-environments", "--json")
    assert json.loads(answer.out) == {"schema_version": 1, "removed": []}
    answer = worksample("doctor", "--clear-environments")
    assert (answer.code, answer.out) == (0, "0 environments removed, 0.0 MB\n")
