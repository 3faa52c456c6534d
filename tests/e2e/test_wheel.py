"""The wheel, installed where the checkout can't be seen: everything it needs travels with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tally_pack import copy_pack, record_proof, solve

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.wheel


def run(*words: str | Path, cwd: Path, **extra: str) -> str:
    finished = subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **extra}
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git knows, so that nothing of this checkout leaks into it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    # With the build tools of this environment: the same everywhere, and no second download.
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    run(*build, ".", cwd=source)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_exercises_and_templates_below_harness_only(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"harness", "scoring"}
    assert "harness/exercises/debug-cache/exercise.lock" in names
    assert "harness/exercises/debug-cache/starter/respcache/cache.py" in names
    assert "harness/templates/report.html.j2" in names
    assert "harness/templates/testing/interleave.py" in names
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_holds_every_file_of_every_exercise(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = run("git", "ls-files", "-co", "--exclude-standard", "exercises", cwd=ROOT).splitlines()
    assert [name for name in files if f"harness/{name}" not in names] == []


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    constraints = ["-c", ROOT / "constraints.txt"]
    run(pip(folder), "install", "--quiet", *constraints, wheel, cwd=folder)
    return folder


def pip(environment: Path) -> Path:
    return environment / "bin" / "pip"


def test_an_exercise_is_played_from_the_wheel_in_an_empty_environment(environment, tmp_path):
    python = environment / "bin" / "python"
    worksample = environment / "bin" / "worksample"
    folder = tmp_path / "play"
    folder.mkdir()
    quiet = {"WORKSAMPLE_PATH": ""}
    assert "debug-cache" in run(worksample, "list", cwd=folder, **quiet)
    run(worksample, "start", "debug-cache", cwd=folder, **quiet)
    workspace = folder / "debug-cache"
    shutil.copytree(ROOT / "exercises" / "debug-cache" / "solution", workspace, dirs_exist_ok=True)
    run(worksample, "test", cwd=workspace, **quiet)
    told = run(worksample, "score", cwd=workspace, **quiet)
    assert "Score 100.0 / 100   passed (needs 70)" in told
    assert (workspace / ".worksample" / "report.html").is_file()
    version = run(python, "-m", "harness", "--version", cwd=folder, **quiet)
    assert version.startswith("worksample, version ")


def test_a_pack_is_installed_beside_the_wheel_and_played(environment, tmp_path):
    worksample = environment / "bin" / "worksample"
    source = tmp_path / "tally"
    copy_pack(source)
    record_proof(source)
    quiet = {"WORKSAMPLE_PATH": ""}
    run(worksample, "author", "pack", source, "-o", tmp_path, cwd=tmp_path, **quiet)
    (packed,) = tmp_path.glob("*.whl")
    install = ["install", "--quiet", "--no-index", "--no-deps"]
    run(pip(environment), *install, packed, cwd=tmp_path)
    run(pip(environment), "check", cwd=tmp_path)
    try:
        folder = tmp_path / "play"
        folder.mkdir()
        assert "tally " in run(worksample, "list", cwd=folder, **quiet)
        run(worksample, "start", "tally", cwd=folder, **quiet)
        solve(folder / "tally")
        told = run(worksample, "score", cwd=folder / "tally", **quiet)
        assert "passed (needs 70)" in told
    finally:
        run(pip(environment), "uninstall", "--quiet", "--yes", "worksample-tally", cwd=tmp_path)
    assert "tally " not in run(worksample, "list", cwd=folder, **quiet)
    (site,) = environment.glob("lib/python*/site-packages")
    assert list(site.glob("worksample_pack_*")) == []
