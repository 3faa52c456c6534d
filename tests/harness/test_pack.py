"""Packs: wheels of exercises, the same bytes each time; for candidates, with nothing hidden."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from harness.authoring.pack import Pack, pack
from harness.catalogue import load_catalogue
from harness.errors import UsageProblem, WorkspaceProblem
from harness.exercise import load_exercise
from scoring.trees import read_tree
from tally_pack import TALLY, copy_pack, record_proof

DEBUG_CACHE = Path(__file__).parents[2] / "exercises" / "debug-cache"
PROVE = "prove it: worksample author check {}"


@pytest.fixture
def tally(tmp_path: Path) -> Path:
    """A copy of `tally` with the record of a proof."""
    return proved_copy(TALLY, tmp_path / "source" / "tally")


def proved_copy(exercise: Path, target: Path, *edits: tuple[str, str]) -> Path:
    shutil.copytree(exercise, target, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    manifest = target / "exercise.toml"
    for old, new in edits:
        assert old in manifest.read_text()
        manifest.write_text(manifest.read_text().replace(old, new))
    record_proof(target)
    return target


def packed(*paths: Path, to: Path, **options: Any) -> Pack:
    facts = {"name": None, "version": None, "candidate": False, **options}
    return pack(paths, to, **facts)


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def below(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {
        path.removeprefix(folder): each for path, each in files.items() if path.startswith(folder)
    }


# --- the wheel ------------------------------------------------------------------------------


def test_a_pack_is_a_wheel_with_every_file_of_its_exercise(tally: Path, tmp_path: Path) -> None:
    made = packed(tally, to=tmp_path / "deep" / "dist")
    assert made.path == tmp_path / "deep" / "dist" / "worksample_tally-1.0.0-py3-none-any.whl"
    assert [each.name for each in made.path.parent.iterdir()] == [made.path.name]
    files = content(made.path)
    assert below(files, "worksample_pack_worksample_tally/tally/") == read_tree(tally)
    info = below(files, "worksample_tally-1.0.0.dist-info/")
    assert sorted(info) == ["METADATA", "RECORD", "WHEEL", "entry_points.txt"]
    assert info["entry_points.txt"].decode().splitlines() == [
        "[worksample.exercises]",
        "worksample-tally = worksample_pack_worksample_tally",
    ]
    metadata = message_from_bytes(info["METADATA"])
    assert dict(metadata.items()) == {
        "Metadata-Version": "2.1",
        "Name": "worksample-tally",
        "Version": "1.0.0",
        "Summary": "worksample: A word count that miscounts",
        "Author": "The worksample authors",
        "License": "MIT",
        "Keywords": "worksample",
        "Description-Content-Type": "text/markdown",
    }
    assert metadata.get_payload() == "- tally 1.0.0: A word count that miscounts\n"
    assert "Tag: py3-none-any" in info["WHEEL"].decode()


def test_the_record_names_every_file_with_its_hash(tally: Path, tmp_path: Path) -> None:
    files = content(packed(tally, to=tmp_path).path)
    record = "worksample_tally-1.0.0.dist-info/RECORD"
    told = {path: tuple(rest) for path, *rest in csv.reader(files[record].decode().splitlines())}
    sums = {
        path: base64.urlsafe_b64encode(hashlib.sha256(each).digest()).rstrip(b"=").decode()
        for path, each in files.items()
    }
    expected = {path: (f"sha256={sums[path]}", str(len(files[path]))) for path in files}
    assert told == {**expected, record: ("", "")}
    assert list(files)[-1] == record


def test_the_same_exercises_give_the_same_bytes(tally: Path, tmp_path: Path) -> None:
    other = proved_copy(TALLY, tmp_path / "elsewhere" / "another-name")
    for path in sorted(other.rglob("*"), reverse=True):
        path.chmod(0o700)
        os.utime(path, (1, 1))
    (other / "starter" / "tally" / "__pycache__").mkdir()
    (other / "starter" / "tally" / "__pycache__" / "words.pyc").write_bytes(b"\0")
    one, two = packed(tally, to=tmp_path / "1"), packed(other, to=tmp_path / "2")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (one.sha256, one.written) == (two.sha256, True)
    with zipfile.ZipFile(one.path) as archive:
        kinds = {
            (each.date_time, each.external_attr >> 16, each.create_system, each.compress_type)
            for each in archive.infolist()
        }
    assert kinds == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED)}
    again = packed(other, to=tmp_path / "1")
    assert (again.sha256, again.written) == (one.sha256, False)


def test_several_exercises_travel_in_one_pack(tally: Path, tmp_path: Path) -> None:
    second = ("A word count that miscounts", "Another\\nName: pytest")
    bee = proved_copy(
        TALLY,
        tmp_path / "source" / "1-bee",
        ('id = "tally"', 'id = "bee"'),
        second,
        ('license = "MIT"', 'license = "0BSD"'),
    )
    made = packed(tally.parent, bee, to=tmp_path, name="Acme.Exercises", version="2026.01")
    assert made.path.name == "acme_exercises-2026.1-py3-none-any.whl"
    assert [each.id for each in made.exercises] == ["bee", "tally"]
    files = content(made.path)
    for folder, name in ((bee, "bee"), (tally, "tally")):
        assert below(files, f"worksample_pack_acme_exercises/{name}/") == read_tree(folder)
    metadata = message_from_bytes(files["acme_exercises-2026.1.dist-info/METADATA"])
    assert metadata.get_all("Name") == ["acme-exercises"]
    assert (metadata["Summary"], metadata["License"]) == ("worksample: 2 exercises", "0BSD, MIT")
    assert metadata.get_payload() == (
        "- bee 1.0.0: Another Name: pytest\n- tally 1.0.0: A word count that miscounts\n"
    )


# --- for candidates -------------------------------------------------------------------------

SECRET = ("hidden/", "solution/", "faults/", "decoys/", "alternatives/", "REVIEW.md")


@pytest.mark.parametrize("exercise", [TALLY, DEBUG_CACHE], ids=lambda path: path.name)
def test_a_candidates_pack_has_not_one_line_of_what_is_hidden(
    exercise: Path, tmp_path: Path
) -> None:
    source = proved_copy(exercise, tmp_path / "source")
    tree = read_tree(source)
    given = {
        line.strip()
        for path, each in tree.items()
        if path.startswith("starter/") or path == "BRIEF.md"
        for line in each.splitlines()
    }
    secret = {
        line.strip()
        for path, each in tree.items()
        if path.startswith(SECRET)
        for line in each.splitlines()
    }
    manifest = tomllib.loads((source / "exercise.toml").read_text())
    texts = [
        text
        for table in ("requirement", "decoy", "alternative", "rubric")
        for each in manifest.get(table, [])
        for key, value in each.items()
        if key != "asks"  # that is a part of the brief
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    ]
    assert len(secret - given) > 15
    assert len(texts) > 4
    files = content(packed(source, to=tmp_path, candidate=True).path)
    lines = {line.strip() for each in files.values() for line in each.splitlines()}
    assert lines & (secret - given) == set()
    assert [path for path in files if any(f"/{each}" in path for each in SECRET)] == []
    mine = b"\n".join(
        each for path, each in files.items() if "/starter/" not in path and "BRIEF" not in path
    )
    assert [text for text in texts if text.encode() in mine] == []


def test_a_candidates_copy_tells_what_show_tells_and_which_exercise_it_is(
    tally: Path, tmp_path: Path
) -> None:
    whole = load_exercise(tally)
    (tally / "LICENSE").write_text("MIT\n")
    record_proof(tally)
    whole = load_exercise(tally)
    files = content(packed(tally, to=tmp_path, candidate=True).path)
    copy = below(files, "worksample_pack_worksample_tally_candidate/tally/")
    assert sorted(copy) == [
        "BRIEF.md",
        "LICENSE",
        "exercise.lock",
        "exercise.toml",
        "starter/tally/__init__.py",
        "starter/tally/words.py",
        "starter/tests/test_words.py",
    ]
    manifest = tomllib.loads(copy["exercise.toml"].decode())
    assert manifest == {
        "schema": 1,
        "id": "tally",
        "version": "1.0.0",
        "title": "A word count that miscounts",
        "summary": "Two bugs in twenty lines: an exercise for testing the harness itself.",
        "kind": "debug",
        "level": "warm-up",
        "minutes": 20,
        "topic": "counting",
        "python": ">=3.11",
        "requires": [],
        "authors": ["The worksample authors"],
        "license": "MIT",
        "tests": ["tests"],
        "pass_mark": 70,
        "source": {"packages": ["tally"], "api": ["tally.count"]},
        "lint": {"select": ["E4", "E7", "E9", "F"]},
        "limits": {
            "test_seconds": 2,
            "memory_mb": 512,
            "disk_mb": 64,
            "processes": 256,
            "open_files": 256,
            "output_kb": 1000,
        },
        "candidate": {"sha256": whole.sha256, "requirements": 2},
    }
    lock = json.loads(copy["exercise.lock"])
    told = (lock["visible"], lock["hidden"], lock["caught_by_starter"], lock["reference_churn"])
    assert told == (dict(whole.read_lock().visible), {}, [], 0)


def test_odd_texts_survive_in_a_candidates_manifest(tmp_path: Path) -> None:
    title = 'Ünïcode \\u007f \\"quoted\\" \\\\ and \\t a tab'
    source = proved_copy(
        TALLY,
        tmp_path / "source",
        ("A word count that miscounts", title),
        ('tests = ["tests"]', 'tests = ["tests"]\npass_mark = 72.5'),
        ("[limits]", "[weights]\ncorrectness = 60.5\nstrength = 39.5\n[limits]"),
    )
    files = content(packed(source, to=tmp_path, candidate=True).path)
    copy = files["worksample_pack_worksample_tally_candidate/tally/exercise.toml"]
    told = tomllib.loads(copy.decode())
    assert told["title"] == 'Ünïcode \x7f "quoted" \\ and \t a tab'
    assert (told["pass_mark"], told["weights"]) == (72.5, {"correctness": 60.5, "strength": 39.5})


@pytest.fixture
def unpacked(tally: Path, tmp_path: Path) -> Path:
    """A candidate's copy of `tally`, as it lies in an environment; the whole is elsewhere."""
    made = packed(tally, to=tmp_path, candidate=True)
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path / "site")
    return tmp_path / "site" / "worksample_pack_worksample_tally_candidate" / "tally"


def test_a_candidates_attempt_is_scored_by_who_has_the_whole_exercise(
    unpacked: Path,
    tally: Path,
    tmp_path: Path,
    worksample: Any,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSAMPLE_PATH", str(unpacked))
    listed = json.loads(worksample("list", "--json").out)
    assert [each["candidate"] for each in listed["exercises"] if each["id"] == "tally"] == [True]
    shown = worksample("show", "tally")
    assert "Asks    2 requirements, 3 Python files of" in shown.out
    assert "Two complaints came in" not in shown.out
    assert shown.err == "The brief opens when the clock starts: worksample start tally\n"
    started = worksample("start", "tally", cwd=tmp_path)
    assert "Tests   4 visible: 3 passed, 1 failed. More are hidden." in started.out, started.err
    workspace = tmp_path / "tally"
    assert "3 passed, 1 failed" in worksample("test", cwd=workspace).out
    shutil.copytree(TALLY / "solution", workspace, dirs_exist_ok=True)
    clock.advance(minutes=12)
    assert worksample("status").code == 0

    handed_in = worksample("score")
    assert (handed_in.code, handed_in.out) == (3, "")
    assert handed_in.err.splitlines() == [
        "error: this copy of 'tally' is for candidates and can't be scored here; your clock "
        "stopped at 12:00 of 20:00, for the files as they are now",
        "  tip: hand in the whole folder, .git and .worksample included: "
        f"cd {tmp_path} && tar czf tally.tar.gz tally",
        "       who has the whole exercise scores it there: worksample score -C FOLDER",
        "       to go on instead, change the files; the clock runs on until you score again",
    ]

    clock.advance(minutes=600)
    monkeypatch.setenv("WORKSAMPLE_PATH", os.pathsep.join([str(unpacked), str(tally)]))
    monkeypatch.setenv("WORKSAMPLE_DATA", str(tmp_path / "reviewer"))
    moved = workspace.rename(tmp_path / "handed-in")
    facts = json.loads(worksample("score", "-C", moved, "--json", cwd=tmp_path).out)
    assert (facts["state"], facts["passed"], facts["late"]) == ("graded", True, False)
    assert facts["clocking"]["used"] == 720.0


def test_a_copy_beside_its_whole_is_no_clash(
    unpacked: Path, tally: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first, second in ((unpacked, tally), (tally, unpacked)):
        monkeypatch.setenv("WORKSAMPLE_PATH", f"{first}{os.pathsep}{second}")
        catalogue = load_catalogue()
        assert catalogue.find("tally").folder == tally
        assert catalogue.broken == ()


def test_a_copy_that_was_changed_is_refused(unpacked: Path, refusal: Any) -> None:
    (unpacked / "starter" / "tally" / "words.py").write_text("")
    told = refusal(load_exercise(unpacked).read_lock)
    assert told.message == "exercise 'tally' was changed after it was locked"


def test_a_copy_can_not_be_locked_or_packed(
    unpacked: Path, tmp_path: Path, worksample: Any, refusal: Any
) -> None:
    answer = worksample("author", "lock", unpacked)
    assert answer.code == 3
    assert answer.err.startswith("error: this copy of 'tally' is for candidates: without its ")
    told = refusal(packed, unpacked, to=tmp_path / "dist")
    assert told.message == f"{unpacked} is a copy for candidates already"
    assert not (tmp_path / "dist").exists()


# --- what is not packed ---------------------------------------------------------------------


def unlock(folder: Path) -> None:
    (folder / "exercise.lock").unlink()


def change(folder: Path) -> None:
    (folder / "REVIEW.md").write_text("other")


def forget_proof(folder: Path) -> None:
    shutil.copy(TALLY / "exercise.lock", folder / "exercise.lock")
    facts = json.loads((folder / "exercise.lock").read_text())
    facts.pop("proof", None)
    (folder / "exercise.lock").write_text(json.dumps(facts))


def outdate_proof(folder: Path) -> None:
    facts = json.loads((folder / "exercise.lock").read_text())
    facts["proof"]["sha256"] = "0" * 64
    (folder / "exercise.lock").write_text(json.dumps(facts))


def make_scaffold(folder: Path) -> None:
    manifest = folder / "exercise.toml"
    manifest.write_text("scaffold = true\n" + manifest.read_text())
    record_proof(folder)


def link_out(folder: Path) -> None:
    (folder / "starter" / "notes").symlink_to("/etc/hostname")
    (folder / "starter" / "more").symlink_to(folder.parent)


def name_oddly(folder: Path) -> None:
    (folder / "starter" / "a\nb.txt").write_text("")
    (folder / "starter" / "c:d.txt").write_text("")


@pytest.mark.parametrize(
    ("spoil", "problem", "tip"),
    [
        (unlock, "exercise 'tally' has no exercise.lock", "if it is yours, prove it: "),
        (change, "exercise 'tally' was changed after it was locked", "if it is yours, prove it"),
        (forget_proof, "'tally' is not proved", "prove it: worksample author check "),
        (outdate_proof, "'tally' was changed since it was proved", "prove it: worksample "),
        (make_scaffold, "'tally' is still a scaffold", "make it yours, then take `scaffold = "),
        (
            link_out,
            "'tally' has what no pack can carry: starter/more (a link), starter/notes (a link)",
            "an exercise is made of plain files",
        ),
        (
            name_oddly,
            "'tally' has what no pack can carry: "
            "starter/a\\x0ab.txt (its name), starter/c:d.txt (its name)",
            "an exercise is made of plain files",
        ),
    ],
)
def test_what_is_not_fit_for_others_is_not_packed(
    tally: Path,
    tmp_path: Path,
    refusal: Any,
    spoil: Callable[[Path], None],
    problem: str,
    tip: str,
) -> None:
    spoil(tally)
    for candidate in (False, True):
        told = refusal(packed, tally, to=tmp_path / "dist", candidate=candidate)
        assert (told.kind, told.message) == (WorkspaceProblem, problem)
        assert [each.startswith(tip) for each in told.tips] == [True]
    assert not (tmp_path / "dist").exists()


def test_all_that_keeps_exercises_from_being_packed_is_told_at_once(
    tally: Path, tmp_path: Path, refusal: Any
) -> None:
    forget_proof(tally)
    again = tally.parent / "again"
    copy_pack(again)
    copy_pack(tally.parent / "broken", ('license = "MIT"', ""))
    told = refusal(packed, tally.parent, to=tmp_path / "dist", name="x", version="1")
    assert told.message.splitlines() == [
        "3 exercises can't be packed:",
        "  'tally' is not proved",
        f"  {tally.parent / 'broken' / 'exercise.toml'} has 1 problem:",
        "    license: this key is missing",
        f"  two exercises are named 'tally': {again} and {tally}",
    ]
    assert told.tips == (
        PROVE.format(again),
        "the format is described in docs/authoring.md",
        "give one of them another id, or pack one of them only",
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"name": "no/name"}, "--name no/name can't be the name of a distribution"),
        ({"name": "Worksample"}, "a pack named worksample would take the place of worksample "),
        ({"version": "one"}, "--version one is not a version"),
    ],
)
def test_a_name_or_version_that_is_none_is_refused(
    tally: Path, tmp_path: Path, refusal: Any, options: dict[str, str], problem: str
) -> None:
    told = refusal(packed, tally, to=tmp_path / "dist", **options)
    assert (told.kind, told.message.startswith(problem)) == (UsageProblem, True)
    assert not (tmp_path / "dist").exists()


def test_several_exercises_need_a_name_and_a_version(
    tally: Path, tmp_path: Path, refusal: Any
) -> None:
    bee = proved_copy(TALLY, tally.parent / "bee", ('id = "tally"', 'id = "bee"'))
    told = refusal(packed, tally, bee, to=tmp_path / "dist", version="1")
    assert told == (
        UsageProblem,
        2,
        "a pack of 2 exercises has no name and version of its own",
        ("give it one: --name NAME",),
    )


def test_a_folder_without_exercises_is_refused(tmp_path: Path, refusal: Any) -> None:
    told = refusal(packed, tmp_path, to=tmp_path / "dist")
    assert told.message == (
        f"{tmp_path} is neither an exercise nor a folder of exercises: there is no exercise.toml"
    )
    told = refusal(packed, tmp_path / "none", to=tmp_path / "dist")
    assert told.message == f"{tmp_path / 'none'}: No such file or directory"


def test_another_file_in_its_place_is_left_as_it_is(
    tally: Path, tmp_path: Path, refusal: Any
) -> None:
    there = tmp_path / "worksample_tally-1.0.0-py3-none-any.whl"
    there.write_text("somebody's")
    told = refusal(packed, tally, to=tmp_path)
    assert told.message == f"{there} is there already, with other content"
    assert there.read_text() == "somebody's"
    told = refusal(packed, tally, to=there)
    assert told.message.startswith(f"{there / there.name} can't be written: ")


# --- the command ----------------------------------------------------------------------------


def test_the_command_tells_the_wheel_and_how_to_install_it(
    tally: Path, tmp_path: Path, worksample: Any
) -> None:
    answer = worksample("author", "pack", tally, "--candidate", cwd=tmp_path)
    wheel = "dist/worksample_tally_candidate-1.0.0-py3-none-any.whl"
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"Packed  {wheel} (0.0")
    assert lines[1:] == [
        "Holds   tally, without what is hidden",
        f"Next    pipx inject worksample {wheel}",
        f"        uv tool install --with {wheel} worksample",
    ]
    assert (answer.code, answer.err) == (0, "")
    facts = json.loads(worksample("author", "pack", tally, "--candidate", "--json").out)
    content = (tmp_path / wheel).read_bytes()
    assert facts == {
        "schema_version": 1,
        "pack": wheel,
        "name": "worksample-tally-candidate",
        "version": "1.0.0",
        "candidate": True,
        "exercises": ["tally"],
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "written": False,
    }
