"""The catalogue: what is broken is told when it is asked for and never hides the rest."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue import Catalogue, load_catalogue
from harness.errors import UsageProblem, WorkspaceProblem

LIST_TIP = "list them: worksample list"


@pytest.fixture
def folder(pack: Path) -> Path:
    """A folder that holds one exercise, `tally`."""
    return pack.parent


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets WORKSAMPLE_PATH and loads the catalogue."""

    def load(*folders: Path | str) -> Catalogue:
        monkeypatch.setenv("WORKSAMPLE_PATH", os.pathsep.join(str(each) for each in folders))
        return load_catalogue()

    return load


def add(pack: Path, target: Path, name: str) -> Path:
    """A copy of an exercise under another name."""
    shutil.copytree(pack, target)
    text = (target / "exercise.toml").read_text()
    (target / "exercise.toml").write_text(text.replace('id = "tally"', f'id = "{name}"'))
    return target


def found(catalogue: Catalogue, below: Path) -> list[tuple[str, Path]]:
    """What was found below a folder; the packaged exercises stand beside it."""
    return [
        (each.id, each.folder.relative_to(below))
        for each in catalogue.exercises
        if each.folder.is_relative_to(below)
    ]


def broken(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    return [
        (each.name, each.source, each.problem.message)
        for each in catalogue.broken
        if each.source != "worksample itself"
    ]


# --- WORKSAMPLE_PATH ------------------------------------------------------------------------


def test_a_folder_of_exercises_is_searched_in_order_of_names(
    folder: Path, pack: Path, search: Any
) -> None:
    add(pack, folder / "1-last", "zebra")
    add(pack, folder / "2-first", "ant")
    (folder / "no-exercise").mkdir()
    (folder / "README.md").write_text("")
    catalogue = search(folder)
    assert found(catalogue, folder) == [
        ("ant", Path("2-first")),
        ("tally", Path("tally")),
        ("zebra", Path("1-last")),
    ]
    assert broken(catalogue) == []
    ids = [each.id for each in catalogue.exercises]
    assert ids == sorted(ids)


def test_one_exercise_can_be_named_itself(pack: Path, search: Any) -> None:
    assert found(search(pack), pack) == [("tally", Path())]


def test_several_folders_are_joined(pack: Path, folder: Path, tmp_path: Path, search: Any) -> None:
    add(pack, tmp_path / "more" / "ant", "ant")
    add(pack, tmp_path / "single", "bee")
    catalogue = search(folder, "", tmp_path / "more", tmp_path / "single")
    assert found(catalogue, tmp_path) == [
        ("ant", Path("more/ant")),
        ("bee", Path("single")),
        ("tally", Path("packs/tally")),
    ]
    assert broken(catalogue) == []


def test_a_relative_folder_and_home_are_understood(
    folder: Path, search: Any, monkeypatch: pytest.MonkeyPatch, pack: Path
) -> None:
    add(pack, Path(os.environ["HOME"]) / "mine" / "ant", "ant")
    monkeypatch.chdir(folder)
    catalogue = search(".", "~/mine")
    assert found(catalogue, folder) == [("tally", Path("tally"))]
    assert found(catalogue, Path(os.environ["HOME"])) == [("ant", Path("mine/ant"))]


def test_without_the_variable_only_what_is_installed_is_found(
    search: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = search("")
    monkeypatch.delenv("WORKSAMPLE_PATH")
    assert load_catalogue().exercises == empty.exercises
    assert "tally" not in [each.id for each in empty.exercises]


def test_what_is_no_folder_is_told_while_the_others_work(
    folder: Path, tmp_path: Path, search: Any
) -> None:
    (tmp_path / "file").write_text("")
    catalogue = search(tmp_path / "none", folder, tmp_path / "file")
    assert found(catalogue, folder) == [("tally", Path("tally"))]
    assert broken(catalogue) == [
        (
            str(tmp_path / name),
            "WORKSAMPLE_PATH",
            f"WORKSAMPLE_PATH names {tmp_path / name}, which is not a folder",
        )
        for name in ("none", "file")
    ]
    assert catalogue.broken[-1].problem.tips == ("correct or unset it",)


# --- finding --------------------------------------------------------------------------------


def test_a_broken_exercise_is_told_when_asked_for_and_hides_no_other(
    folder: Path, pack: Path, search: Any, refusal: Any
) -> None:
    (add(pack, folder / "ant", "ant") / "BRIEF.md").unlink()
    catalogue = search(folder)
    message = f"{folder / 'ant' / 'exercise.toml'} has 1 problem:\n  BRIEF.md is missing"
    assert catalogue.find("tally").folder == pack
    assert broken(catalogue) == [("ant", "WORKSAMPLE_PATH", message)]
    assert refusal(catalogue.find, "ant") == (
        WorkspaceProblem,
        3,
        message,
        ("the format is described in docs/authoring.md",),
    )


def test_two_exercises_of_one_name_are_both_refused(
    folder: Path, pack: Path, tmp_path: Path, search: Any, refusal: Any
) -> None:
    add(pack, tmp_path / "again" / "tally-2", "tally")
    add(pack, tmp_path / "again" / "ant", "ant")
    catalogue = search(folder, tmp_path / "again")
    message = (
        f"two exercises are named 'tally': one from WORKSAMPLE_PATH in {folder / 'tally'}, "
        f"one from WORKSAMPLE_PATH in {tmp_path / 'again' / 'tally-2'}"
    )
    assert found(catalogue, tmp_path) == [("ant", Path("again/ant"))]
    assert broken(catalogue) == [("tally", "WORKSAMPLE_PATH", message)]
    assert refusal(catalogue.find, "tally") == (
        WorkspaceProblem,
        3,
        message,
        ("remove one of them, or take it out of WORKSAMPLE_PATH",),
    )


def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(
    folder: Path, search: Any, refusal: Any
) -> None:
    assert refusal(search(folder).find, "tallly") == (
        UsageProblem,
        2,
        "no exercise named 'tallly'",
        ("did you mean 'tally'? List them: worksample list",),
    )


@pytest.mark.parametrize("name", ["xyzzy-nothing-like-it", "", "../packs/tally"])
def test_an_unknown_name_is_answered_with_the_list(
    folder: Path, search: Any, refusal: Any, name: str
) -> None:
    assert refusal(Catalogue((), ()).find, name) == (
        UsageProblem,
        2,
        f"no exercise named '{name}'",
        (LIST_TIP,),
    )


# --- --exercises ----------------------------------------------------------------------------


def test_folders_named_for_one_command_come_beside_all_others(
    folder: Path, pack: Path, tmp_path: Path, search: Any
) -> None:
    add(pack, tmp_path / "more" / "ant", "ant")
    bee = add(pack, tmp_path / "single", "bee")
    search(folder)
    catalogue = load_catalogue([tmp_path / "more", bee])
    assert found(catalogue, tmp_path) == [
        ("ant", Path("more/ant")),
        ("bee", Path("single")),
        ("tally", Path("packs/tally")),
    ]


def test_a_folder_that_is_named_twice_does_not_clash_with_itself(
    folder: Path, pack: Path, search: Any
) -> None:
    search(folder, pack)
    catalogue = load_catalogue([folder, pack / ".." / "tally"])
    assert found(catalogue, folder) == [("tally", Path("tally"))]
    assert broken(catalogue) == []


def test_a_folder_named_for_one_command_has_to_hold_an_exercise(
    tmp_path: Path, search: Any, refusal: Any
) -> None:
    search("")
    (tmp_path / "empty").mkdir()
    assert refusal(load_catalogue, [tmp_path / "empty"]) == (
        UsageProblem,
        2,
        f"--exercises {tmp_path / 'empty'}: there is no exercise in that folder",
        ("name an exercise, or a folder whose folders have an exercise.toml",),
    )


def test_commands_take_folders_of_exercises(
    pack: Path, folder: Path, tmp_path: Path, worksample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKSAMPLE_PATH")
    add(pack, tmp_path / "ant", "ant")
    given = ("--exercises", folder, "--exercises", tmp_path / "ant")
    ids = [each["id"] for each in json.loads(worksample("list", "--json", *given).out)["exercises"]]
    assert {"ant", "tally", "debug-cache"} <= set(ids)
    assert worksample("show", "tally", *given).out.startswith("tally: ")
    assert worksample("start", "tally", *given, cwd=tmp_path).code == 0
    assert worksample("show", "tally").code == 2
    answer = worksample("list", "--exercises", tmp_path / "none")
    assert (answer.code, answer.out) == (2, "")
    assert f"'{tmp_path / 'none'}' does not exist" in answer.err


# --- installed packs ------------------------------------------------------------------------


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a distribution importable that says where its exercises are; its folder."""

    def distribution(name: str, entry: str) -> Path:
        site = tmp_path / "site" / name
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[worksample.exercises]\nmine = {entry}\n")
        monkeypatch.syspath_prepend(str(site))
        return site

    return distribution


def package(folder: Path, code: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code)
    return folder


def test_an_installed_pack_brings_its_exercises(
    pack: Path, search: Any, install: Any, tmp_path: Path
) -> None:
    site = install("ants-and-bees", "ants_and_bees.data")
    data = package(package(site / "ants_and_bees") / "data")
    add(pack, data / "ant", "ant")
    (add(pack, data / "bee", "bee") / "BRIEF.md").unlink()
    catalogue = search("")
    assert found(catalogue, data) == [("ant", Path("ant"))]
    assert broken(catalogue) == [
        (
            "bee",
            "the distribution ants-and-bees",
            f"{data / 'bee' / 'exercise.toml'} has 1 problem:\n  BRIEF.md is missing",
        )
    ]


def test_a_clash_with_an_installed_pack_names_both_sources(
    pack: Path, folder: Path, search: Any, install: Any
) -> None:
    site = install("clashing-pack", "clashing_pack")
    add(pack, package(site / "clashing_pack") / "tally", "tally")
    assert broken(search(folder)) == [
        (
            "tally",
            "WORKSAMPLE_PATH",
            "two exercises are named 'tally': one from the distribution clashing-pack "
            f"in {site / 'clashing_pack' / 'tally'}, "
            f"one from WORKSAMPLE_PATH in {folder / 'tally'}",
        )
    ]


@pytest.mark.parametrize(
    ("entry", "files"),
    [
        ("pack_missing", {}),
        ("pack_module", {"pack_module.py": ""}),
        ("pack_missing.below", {}),
        ("pack_raises.below", {"pack_raises/__init__.py": "raise RuntimeError('mine')"}),
        ("pack_typo.below", {"pack_typo/__init__.py": "def ("}),
        ("not a name!", {}),
    ],
)
def test_a_broken_pack_is_told_with_its_distribution_while_the_others_work(
    folder: Path, search: Any, install: Any, refusal: Any, entry: str, files: dict[str, str]
) -> None:
    site = install("broken-pack", entry)
    for path, text in files.items():
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text(text)
    catalogue = search(folder)
    message = (
        "the distribution broken-pack says that its exercises are in "
        f"{entry}, which is not a package"
    )
    assert found(catalogue, folder) == [("tally", Path("tally"))]
    assert broken(catalogue) == [("broken-pack", "the distribution broken-pack", message)]
    assert refusal(catalogue.find, "broken-pack") == (
        WorkspaceProblem,
        3,
        message,
        ("tell its authors, or remove it: pip uninstall broken-pack",),
    )


def test_nothing_of_a_pack_is_run(pack: Path, search: Any, install: Any, tmp_path: Path) -> None:
    site = install("running-pack", "running_pack.inner.data")
    marker = f"open({str(tmp_path / 'ran')!r}, 'w')"
    data = package(
        package(package(site / "running_pack", marker) / "inner", marker) / "data", marker
    )
    add(pack, data / "ant", "ant")
    assert found(search(""), data) == [("ant", Path("ant"))]
    assert not (tmp_path / "ran").exists()


def test_two_packs_that_clash_are_both_named(
    pack: Path, search: Any, install: Any, refusal: Any
) -> None:
    for name in ("first-pack", "second-pack"):
        site = install(name, name.replace("-", "_"))
        add(pack, package(site / name.replace("-", "_")) / "ant", "ant")
    told = refusal(search("").find, "ant")
    assert "from the distribution first-pack in" in told.message
    assert "from the distribution second-pack in" in told.message
    (tip,) = told.tips
    assert tip.startswith("remove one of them: pip uninstall ")
    assert sorted(tip.split()[-3::2]) == ["first-pack", "second-pack"]


@pytest.mark.parametrize("text", ["[worksample.exercises]\nno sense at all\n", "\xff\xfe"])
def test_entry_points_without_sense_hide_no_other_pack(
    pack: Path, search: Any, install: Any, text: str
) -> None:
    site = install("senseless-pack", "senseless")
    (site / "senseless_pack-1.0.dist-info" / "entry_points.txt").write_bytes(text.encode("latin-1"))
    good = install("good-pack", "good_pack")
    add(pack, package(good / "good_pack") / "ant", "ant")
    catalogue = search("")
    assert found(catalogue, good) == [("ant", Path("good_pack/ant"))]
    told = [] if "\xff" in text else ["senseless-pack"]
    assert [name for name, _, _ in broken(catalogue)] == told


def test_a_pack_for_a_newer_worksample_is_told_while_the_others_work(
    pack: Path, folder: Path, search: Any, install: Any, refusal: Any
) -> None:
    site = install("newer-pack", "newer_pack")
    newer = add(pack, package(site / "newer_pack") / "ant", "ant") / "exercise.toml"
    text = newer.read_text().replace("schema = 1", 'schema = 2\nunheard_of = "x"')
    newer.write_text(text)
    catalogue = search(folder)
    assert found(catalogue, folder) == [("tally", Path("tally"))]
    told = refusal(catalogue.find, "ant")
    assert told.message == (
        f"{newer} was written for a newer worksample (schema 2, this one reads 1)"
    )
    assert told.tips == ("use a newer one: pipx upgrade worksample, or uv tool upgrade worksample",)
