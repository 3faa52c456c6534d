"""`worksample author new` and `author schema`: where an author begins."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from harness.exercise import load_exercise
from harness.resources import packaged_templates

TEMPLATES = packaged_templates() / "testing"


@pytest.mark.parametrize("kind", ["debug", "refactor", "design", "extend"])
def test_a_new_exercise_is_proved_as_it_stands(kind, tmp_path, worksample):
    new = worksample("author", "new", "time-sheet", "--kind", kind, cwd=tmp_path)
    assert (new.code, new.err) == (0, "")
    assert new.out.splitlines()[1] == "Prove it worksample author check time-sheet"
    check = worksample("author", "check", "time-sheet", "--json", cwd=tmp_path)
    told = json.loads(check.out)
    assert [problem for rule in told["rules"] for problem in rule["problems"]] == []
    assert (check.code, {each["rule"] for each in told["rules"] if each["waived"]}) == (0, {"size"})
    exercise = load_exercise(tmp_path / "time-sheet")
    assert (exercise.id, exercise.manifest.kind, exercise.manifest.scaffold) == (
        "time-sheet",
        kind,
        True,
    )


def test_the_same_words_give_the_same_files_and_each_says_what_belongs_there(tmp_path, worksample):
    for name in ("one", "other"):
        answer = worksample("author", "new", "mine", "--kind", "debug", "--dir", tmp_path / name)
        assert answer.code == 0
    one, other = (load_exercise(tmp_path / name) for name in ("one", "other"))
    assert one.files == other.files
    unspoken = {
        path
        for path, content in one.files.items()
        if path.startswith(("starter/", "hidden/")) or "/" not in path
        if not content.startswith((b"#", b"<!--", b'"""'))
    }
    assert unspoken == set()


@pytest.mark.parametrize("exercise_id", ["json", "class", "tests", "coverage"])
def test_a_package_never_hides_a_module_that_is_there_already(exercise_id, tmp_path, worksample):
    answer = worksample("author", "new", exercise_id, "--kind", "debug", "--dir", tmp_path / "it")
    assert answer.code == 0
    packages = load_exercise(tmp_path / "it").manifest.source.packages
    assert packages == [f"{exercise_id}_code"]


@pytest.mark.parametrize(
    ("exercise_id", "likely"),
    [
        ("My Exercise", "my-exercise"),
        ("my_exercise", "my-exercise"),
        ("2nd", "nd"),
        ("..", "my-exercise"),
        ("a/b", "a-b"),
        ("-", "my-exercise"),
        ("a" * 61, "a" * 60),
    ],
)
def test_a_bad_id_is_told_with_one_that_will_do(exercise_id, likely, tmp_path, worksample):
    answer = worksample("author", "new", "--kind", "debug", "--", exercise_id, cwd=tmp_path)
    assert (answer.code, answer.out, list(tmp_path.iterdir())) == (2, "", [])
    assert answer.err.splitlines()[0].startswith(
        f"error: {exercise_id!r} can't be the id of an exercise"
    )
    assert answer.err.splitlines()[-1] == (
        f"  tip: for example: worksample author new {likely} --kind debug"
    )


def test_an_id_that_is_taken_is_told_with_where(tmp_path, worksample):
    answer = worksample("author", "new", "tally", "--kind", "debug", cwd=tmp_path)
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])
    assert answer.err.splitlines()[0].startswith("error: there is an exercise 'tally' already, in ")


def test_what_is_there_already_is_left_alone(tmp_path, worksample):
    (tmp_path / "mine").write_text("precious")
    answer = worksample("author", "new", "mine", "--kind", "debug", cwd=tmp_path)
    assert (answer.code, answer.err.splitlines()) == (
        3,
        [
            "error: mine already exists; it is left as it is",
            "  tip: choose another: worksample author new mine --kind debug --dir DIR",
        ],
    )
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mine", "precious")]


def test_where_nothing_can_be_written_nothing_is_left(tmp_path, worksample):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "deeper" / "mine"
    answer = worksample("author", "new", "mine", "--kind", "debug", "--dir", target)
    assert answer.code == 3
    assert answer.err.splitlines()[0] == f"error: {target} can't be created: Not a directory"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["interleave", "virtual_time"])
def test_a_shared_testing_module_is_put_among_the_tests_once(name, tmp_path, worksample):
    assert worksample("author", "new", "mine", "--kind", "debug", cwd=tmp_path).code == 0
    path = tmp_path / f"mine/starter/tests/{name}.py"
    added = worksample("author", "add-helper", name, "mine", cwd=tmp_path)
    assert (added.code, added.err) == (0, "")
    assert added.out.splitlines()[0].startswith(f"Added    mine/starter/tests/{name}.py: ")
    assert added.out.splitlines()[-1] == "Prove it worksample author check mine"
    assert path.read_bytes() == (TEMPLATES / f"{name}.py").read_bytes()

    again = worksample("author", "add-helper", name, "mine", "--json", cwd=tmp_path)
    assert json.loads(again.out)["added"] is False
    told = worksample("author", "add-helper", name, "mine", cwd=tmp_path)
    assert told.out == f"There    mine/starter/tests/{name}.py is what it should be\n"


def test_a_helper_of_the_authors_own_is_left_alone(tmp_path, worksample):
    assert worksample("author", "new", "mine", "--kind", "debug", cwd=tmp_path).code == 0
    path = tmp_path / "mine/starter/tests/interleave.py"
    path.write_text("mine = 1\n")
    answer = worksample("author", "add-helper", "interleave", "mine", cwd=tmp_path)
    assert (answer.code, answer.out, answer.err.splitlines()) == (
        3,
        "",
        [
            "error: mine/starter/tests/interleave.py is there already, and is another one than all "
            "exercises share",
            "  tip: keep what you need of it elsewhere, remove it, and run this again",
        ],
    )
    assert path.read_text() == "mine = 1\n"


def test_a_helper_that_is_none_or_has_no_place_is_told(tmp_path, worksample):
    assert worksample("author", "new", "mine", "--kind", "debug", cwd=tmp_path).code == 0
    answer = worksample("author", "add-helper", "virtualtime", "mine", cwd=tmp_path)
    assert (answer.code, answer.err.splitlines()) == (
        2,
        [
            "error: there is no helper 'virtualtime'",
            "  tip: these there are: interleave: threads that take turns at every line of a "
            "package; virtual_time: an event loop whose clock jumps instead of waiting",
        ],
    )
    nowhere = worksample("author", "add-helper", "interleave", "nowhere", cwd=tmp_path)
    assert nowhere.code == 3
    assert nowhere.err.startswith("error: nowhere is not an exercise")
    (tmp_path / "mine/starter/tests/interleave.py").mkdir()
    blocked = worksample("author", "add-helper", "interleave", "mine", cwd=tmp_path)
    assert (blocked.code, blocked.out) == (3, "")
    assert blocked.err.splitlines()[0].endswith("interleave.py can't be written: Is a directory")


def test_a_kind_that_is_none_is_told_with_those_that_are(tmp_path, worksample):
    answer = worksample("author", "new", "mine", "--kind", "quiz", cwd=tmp_path)
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])
    assert "'debug', 'refactor', 'design', 'extend'" in answer.err


def test_the_schema_knows_every_key_of_a_manifest(tmp_path: Path, worksample):
    schema = json.loads(worksample("author", "schema").out)
    assert worksample("author", "new", "mine", "--kind", "debug", cwd=tmp_path).code == 0
    text = (tmp_path / "mine" / "exercise.toml").read_text()
    manifest = tomllib.loads(text)
    assert text.splitlines()[0] == "#:schema ../exercise.schema.json"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert manifest.keys() <= schema["properties"].keys()
    assert set(schema["required"]) <= manifest.keys()
