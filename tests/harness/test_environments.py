"""Environments: one folder of packages for each distinct set, installed once, or not at all."""

from __future__ import annotations

import shutil
import signal
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.environments import clear_environments, environment_for, environments
from harness.errors import EnvironmentProblem, UsageProblem
from wheelhouse import COUNTABLES, install_only_from, make_wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "countables", "1.2", COUNTABLES)
    make_wheel(folder, "another", "0.1", "", requires=["countables"])
    make_wheel(folder, "needy", "0.1", "", requires=["nowhere-to-be-found>=3"])
    make_wheel(folder, "old_fashioned", "0.1", "", requires=["pytest<3"])
    make_wheel(folder, "pytest", "2.9", "")
    return folder


@pytest.fixture(autouse=True)
def cache(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and nothing to install from but our wheels."""
    install_only_from(wheels, monkeypatch)
    monkeypatch.setenv("WORKSAMPLE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "environments"


@pytest.fixture(scope="module")
def filled(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which `another` is installed, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        install_only_from(wheels, patch)
        patch.setenv("WORKSAMPLE_CACHE", str(folder))
        environment_for(["another"])
    return folder


@pytest.fixture
def another(filled: Path, cache: Path) -> Path:
    """`another` installed in this test's cache; its folder of packages."""
    shutil.copytree(filled / "environments", cache)
    (site,) = cache.glob("*/site-packages")
    return site


def kept(cache: Path) -> list[str]:
    """What is in the cache beside its lock."""
    return sorted(path.name for path in cache.iterdir() if path.name != "lock")


def test_nothing_required_is_nothing_made(cache: Path) -> None:
    assert environment_for([]) is None
    assert not cache.exists()
    assert (environments(), clear_environments()) == ([], [])


def test_a_set_is_installed_with_what_it_requires(another: Path) -> None:
    names = {path.name for path in another.iterdir()}
    assert {"another.py", "countables.py"} <= names
    assert {"pytest.py", "pytest", "bin"}.isdisjoint(names)


def test_a_set_is_installed_once_whatever_its_spelling_and_needs_nothing_afterwards(
    another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_only_from(Path("/nowhere"), monkeypatch)
    told: list[str] = []
    assert environment_for(["another"], told.append) == another
    assert environment_for(["Another", " another "], told.append) == another
    assert told == []


def test_it_is_said_before_something_is_installed(cache: Path) -> None:
    told: list[str] = []
    site = environment_for(["countables>=1"], told.append)
    assert told == ["Installing countables>=1: once, then no network is needed"]
    assert site is not None
    assert kept(cache) == [site.parent.name]


def test_environments_are_listed_with_their_size_and_age(another: Path) -> None:
    (found,) = environments()
    size = sum(path.stat().st_size for path in another.parent.rglob("*") if path.is_file())
    assert (found.folder, found.requires, found.size) == (another.parent, ("another",), size)
    assert abs((datetime.now(UTC) - found.made).total_seconds()) < 3600


def test_environments_are_cleared_and_come_back(another: Path, cache: Path) -> None:
    assert [each.requires for each in clear_environments()] == [("another",)]
    assert kept(cache) == []
    assert environments() == []
    assert environment_for(["another"]) == another


@pytest.mark.parametrize("required", ["x @ https://example.org/x.whl", "./x", "--pre", "a b"])
def test_only_names_with_versions_are_installed(cache: Path, refusal: Any, required: str) -> None:
    told = refusal(environment_for, [required])
    assert (told.kind, told.exit_code) == (UsageProblem, 2)
    assert told.message.startswith(f"'{required}' ")
    assert told.tips == ("correct `requires` in exercise.toml",)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("required", "named"),
    [
        ("countables>=2", "countables>=2"),
        ("needy", "nowhere-to-be-found"),
        ("old_fashioned", "pytest<3"),  # it would have to be another pytest than ours
    ],
)
def test_what_can_not_be_installed_is_told_in_the_installers_words_and_leaves_nothing(
    cache: Path, refusal: Any, required: str, named: str
) -> None:
    told = refusal(environment_for, [required])
    first, *lines = told.message.split("\n")
    assert (told.kind, told.exit_code) == (EnvironmentProblem, 4)
    assert first == f"{required.replace('_', '-')} can't be installed:"
    assert 0 < len(lines) <= 10
    assert named in told.message.partition("\n")[2]
    assert told.tips[0].endswith("then run this again")
    assert kept(cache) == []


def test_nothing_that_would_have_to_be_built_is_installed(
    cache: Path, tmp_path: Path, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "sly-1.0"
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "sly"\nbackend-path = ["."]\n'
    )
    (source / "sly.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (source / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: sly\nVersion: 1.0\n")
    with tarfile.open(tmp_path / "wheels.tmp", "w:gz") as archive:
        archive.add(source, "sly-1.0")
    folder = tmp_path / "sources"
    folder.mkdir()
    (tmp_path / "wheels.tmp").rename(folder / "sly-1.0.tar.gz")
    install_only_from(folder, monkeypatch)
    assert refusal(environment_for, ["sly"]).kind is EnvironmentProblem
    assert not (tmp_path / "ran").exists()


def test_a_cache_that_can_not_be_made_is_told(
    tmp_path: Path, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSAMPLE_CACHE", str(tmp_path / "file"))
    told = refusal(environment_for, ["countables"])
    assert (told.kind, told.exit_code) == (EnvironmentProblem, 4)
    assert told.message == f"{tmp_path}/file/environments can't be written: Not a directory"
    assert told.tips == ("make room, or choose another folder: WORKSAMPLE_CACHE=DIR",)


ASKS = "from harness.environments import environment_for; print(environment_for(['countables']))"


def test_two_at_once_install_one_and_both_get_it(cache: Path, start_python: Any) -> None:
    children = [start_python(ASKS) for _ in range(2)]
    finished = [child.running.finish(seconds=120) for child in children]
    assert [each.stderr for each in finished] == [b"", b""]
    (name,) = kept(cache)
    site = f"{cache / name / 'site-packages'}\n".encode()
    assert [each.stdout for each in finished] == [site, site]


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a shell script on PATH under the name of uv."""

    def write(script: str) -> None:
        folder = tmp_path / "programs"
        folder.mkdir()
        (folder / "uv").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "uv").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    return write


def test_an_installation_that_was_killed_leaves_nothing_that_stays(
    cache: Path, uv: Any, start_python: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv("touch half-done; sleep 60")
    child = start_python(ASKS)
    child.wait_for(lambda: any(cache.glob(".*/half-done")))
    child.running.kill()
    (left,) = kept(cache)
    assert left.startswith(".unfinished-")
    assert environments() == []
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    site = environment_for(["countables"])
    assert site is not None
    assert kept(cache) == [site.parent.name]


def test_uv_installs_where_it_is_on_path(cache: Path, uv: Any, tmp_path: Path) -> None:
    uv(f'printf "%s\\n" "$@" > {tmp_path}/asked; cp constraints.txt {tmp_path}')
    site = environment_for(["countables", "another<2"])
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[:2] == ["pip", "install"]
    assert asked[asked.index("--python") + 1] == sys.executable
    assert asked[asked.index("--only-binary") + 1] == ":all:"
    assert asked[-2:] == ["another<2", "countables"]
    pinned = {line.split("==")[0] for line in (tmp_path / "constraints.txt").read_text().split()}
    assert {"pytest", "coverage", "pluggy"} <= pinned
    assert site is not None
    assert Path(asked[asked.index("--target") + 1]).name == site.name


def test_an_installer_that_is_interrupted_leaves_nothing(
    cache: Path, uv: Any, refusal: Any
) -> None:
    uv(f"kill -{signal.SIGTERM.value} $$")
    told = refusal(environment_for, ["countables"])
    assert told.message == "countables can't be installed:"
    assert kept(cache) == []
