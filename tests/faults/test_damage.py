"""A damaged file is named with the way out, left as it is, and stops no more than it has to."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

UNTOUCHED = "your work is untouched; its snapshots are in git: git log refs/worksample/snapshots"
ANEW = "start anew: worksample start ID --dir DIR"
REPAIR = f"  tip: {UNTOUCHED}\n       repair or delete that line if you know it; else {ANEW}\n"
PUT_BACK = (
    f"  tip: {UNTOUCHED}\n       put the file back, or make it readable, if you can; else {ANEW}\n"
)
GARBAGE = bytes((7 * number * number + number) % 256 for number in range(3000))
NOTHING = "Nothing was created; the clock has not started."


def spoil(path, damage):
    """What a file becomes; what is there then, for comparison."""
    if damage == "gone":
        path.unlink()
    elif damage == "cut in half":
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
    elif damage == "a folder":
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "theirs").write_text("theirs")
    elif damage == "a link":
        aside = path.with_name("elsewhere")
        aside.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(aside.name)
    else:
        path.write_bytes(
            {
                "empty": b"",
                "garbage": GARBAGE,
                "another schema": b'{"schema": 99, "schema_version": 99}\n',
            }[damage]
        )
    return there(path)


def there(path):
    """A file, a folder or a link with all that is in it."""
    if not path.exists() or path.is_file():
        return (path.is_symlink(), path.read_bytes() if path.exists() else None)
    return sorted((each.name, each.read_bytes()) for each in path.iterdir())


def names(events):
    return [each["event"] for each in events]


# --- the journal ----------------------------------------------------------------------------

JOURNALS = {
    "gone": ("can't be read: No such file or directory", PUT_BACK),
    "empty": ("is damaged at line 1", REPAIR),
    "garbage": ("is damaged at line 1", REPAIR),
    "a folder": ("can't be read: Is a directory", PUT_BACK),
    "a link": ("can't be read: it is a link", PUT_BACK),
    "cut in half": ("is damaged and has lost the start of the clock", REPAIR),
    "another schema": (
        "was written by another version of worksample (schema 99, this one reads 1)",
        "  tip: use that version for this attempt, or start a new one\n",
    ),
}


@pytest.mark.parametrize("damage", JOURNALS)
def test_a_damaged_journal_is_told_by_every_command_and_left_as_it_is(started, damage):
    disk = started
    disk.ask("test")
    path = disk.state / "attempt.jsonl"
    files, snapshots = disk.files(), disk.snapshots()
    damaged = spoil(path, damage)
    message, tips = JOURNALS[damage]
    commands = ["status", "test", "score"]
    # A report needs the scorecard only; without one the journal says whether there ever was one.
    commands += [] if damage == "cut in half" else ["report"]
    for command in commands:
        answer = disk.ask(command)
        assert (answer.code, answer.out) == (3, ""), command
        assert answer.err == f"error: {path} {message}\n{tips}", command
        assert there(path) == damaged, command
    assert (disk.files(), disk.snapshots(), len(snapshots)) == (files, snapshots, 1)
    # And what the tip names works.
    assert disk.ask("start", "tally", "--dir", "second").code == 0
    assert [entry["number"] for entry in disk.history()] == [1, 2]


def test_a_report_needs_no_journal(started):
    disk = started
    disk.ask("score")
    (disk.state / "report.html").unlink()
    (disk.state / "attempt.jsonl").write_bytes(GARBAGE)
    answer = disk.ask("report")
    assert (answer.code, answer.err) == (0, "")
    assert disk.scorecard().total == 100.0


# --- the lock -------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "another schema"])
def test_what_is_in_the_lock_does_not_matter(started, damage):
    disk = started
    spoil(disk.state / "lock", damage)
    answer = disk.ask("test")
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.parametrize(
    ("damage", "detail"), [("a folder", "Is a directory"), ("a link", "it is a link")]
)
def test_what_is_no_lock_is_told_and_left_as_it_is(started, damage, detail):
    disk = started
    path = disk.state / "lock"
    damaged = spoil(path, damage)
    for command in ("test", "score"):
        answer = disk.ask(command)
        assert (answer.code, answer.out, answer.err) == (
            3,
            "",
            f"error: {path} can't be written: {detail}\n"
            f"  tip: that is not what worksample put there; move it away: mv {path} {path}.aside\n",
        )
    assert there(path) == damaged
    path.rename(f"{path}.aside")
    assert disk.ask("test").code == 0


# --- the scorecard and the report -----------------------------------------------------------

SCORECARDS = {
    "gone": "the scorecard {path} is gone",
    "empty": "{path} is not a scorecard of this version: Invalid JSON: EOF while parsing",
    "cut in half": "{path} is not a scorecard of this version: Invalid JSON: EOF while parsing",
    "garbage": "{path} is not a scorecard of this version: Invalid JSON: ",
    "another schema": "{path} is not a scorecard of this version: exercise: Field required",
    "a folder": "{path} can't be read: Is a directory",
}


def test_a_damaged_scorecard_is_told_with_where_there_is_another(started):
    disk = started
    disk.ask("score")
    path = disk.state / "scorecard.json"
    report = (disk.state / "report.html").read_bytes()
    disk.save()
    for damage, message in SCORECARDS.items():
        disk.restore()
        damaged = spoil(path, damage)
        answer = disk.ask("report")
        assert (answer.code, answer.out) == (3, ""), damage
        assert answer.err.startswith(f"error: {message.format(path=path)}"), damage
        assert answer.err.endswith(
            "\n  tip: the history has it: worksample report tally --attempt 1\n"
        ), damage
        assert there(path) == damaged, damage
        assert disk.ask("report", "tally", "--attempt", "1").code == 0, damage
        assert (disk.workspace / "tally-report.html").read_bytes() == report, damage


@pytest.mark.parametrize("name", ["scorecard.json", "report.html"])
def test_a_folder_where_a_score_goes_is_told_before_the_score_counts(started, name):
    disk = started
    path = disk.state / name
    damaged = spoil(path, "a folder")
    answer = disk.ask("score")
    assert (answer.code, answer.out, answer.err) == (
        3,
        "",
        f"error: the score can't be written to {path}: Is a directory\n"
        f"  tip: move away what is there: mv {path} {path}.aside; then score again\n"
        "       the clock stays stopped while your files stay as they are\n",
    )
    assert (there(path), disk.scores()) == (damaged, [])
    path.rename(f"{path}.aside")
    assert (disk.ask("score").code, disk.scores()) == (0, [(1, 100.0, True)])
    began, scored = disk.events()[-2:]
    assert (began["event"], scored["event"], scored["at"]) == ("score began", "scored", began["at"])


def test_links_where_a_score_goes_are_replaced_and_not_followed(started):
    disk = started
    precious = disk.place / "precious"
    precious.write_text("precious")
    for name in ("scorecard.json", "report.html"):
        (disk.state / name).symlink_to(precious)
    assert disk.ask("score").code == 0
    assert (precious.read_text(), disk.scorecard().total) == ("precious", 100.0)
    assert not any((disk.state / name).is_symlink() for name in ("scorecard.json", "report.html"))


# --- the history ----------------------------------------------------------------------------


def rename_a_table(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE attempt RENAME TO other")


def spoil_a_value(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE attempt SET started_at = 'yesterday'")
        database.commit()


HISTORIES = {
    "garbage": (lambda path: spoil(path, "garbage"), "is damaged: file is not a database"),
    "cut in half": (
        lambda path: spoil(path, "cut in half"),
        "is damaged: database disk image is malformed",
    ),
    "another schema": (rename_a_table, "is damaged: no such table: attempt"),
    "a folder": (lambda path: spoil(path, "a folder"), "can't be written: it is a folder"),
}


@pytest.mark.parametrize("damage", HISTORIES)
def test_a_damaged_history_stops_a_start_and_takes_the_score_when_it_is_put_aside(started, damage):
    disk = started
    path = disk.data / "history.sqlite3"
    do, message = HISTORIES[damage]
    do(path)
    damaged = there(path)
    verb, name = (
        ("move it away", "aside")
        if damage == "a folder"
        else ("put it aside and go on with an empty one", "damaged")
    )
    told = f"the history {path} {message}"
    tip = f"{verb}: mv {path} {path}.{name}"
    answer = disk.ask("start", "tally", "--dir", "second")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == f"error: {told}\n  tip: {tip}\n       {NOTHING}\n"
    assert not (disk.place / "second").exists()
    answer = disk.ask("history")
    assert (answer.code, answer.out, answer.err) == (3, "", f"error: {told}\n  tip: {tip}\n")
    answer = disk.ask("score")
    assert (answer.code, "Score 100.0 / 100" in answer.out) == (0, True)
    assert answer.err == (
        f"warning: the score is not in the history: {told}\n"
        f"  {tip}; then enter it: worksample report\n"
    )
    assert there(path) == damaged
    path.rename(f"{path}.{name}")
    assert disk.ask("report").code == 0
    assert disk.scores() == [(1, 100.0, True)]
    (entry,) = disk.history()
    assert (entry["number"], entry["total"], entry["workspace"]) == (1, 100.0, str(disk.workspace))


def test_a_value_that_is_none_is_damage_and_no_bug(started):
    disk = started
    spoil_a_value(disk.data / "history.sqlite3")
    answer = disk.ask("history")
    assert (answer.code, answer.out) == (3, "")
    assert "is damaged: attempt 1 at tally: Invalid isoformat string: 'yesterday'" in answer.err


def test_a_history_that_was_put_aside_gives_no_score_to_another_attempt(started):
    disk = started
    (disk.data / "history.sqlite3").unlink()
    # It is the first again, for all that is known.
    assert disk.ask("start", "tally", "--dir", "second").code == 0
    answer = disk.ask("score")
    assert (answer.code, answer.err) == (
        0,
        "warning: the score is not in the history: "
        f"attempt 1 there is another one, in {disk.place / 'second'}\n",
    )
    assert disk.scores() == []
    assert disk.scorecard().total == 100.0


def test_a_workspace_that_was_moved_keeps_its_place_in_the_history(started):
    disk = started
    moved = disk.place / "moved"
    disk.workspace.rename(moved)
    assert disk.ask("score", "-C", str(moved)).code == 0
    assert disk.scores() == [(1, 100.0, True)]
    assert [(each["number"], each["total"]) for each in disk.history()] == [(1, 100.0)]


# --- the repository -------------------------------------------------------------------------


def remove_git(root):
    shutil.rmtree(root / ".git")


def break_head(root):
    (root / ".git" / "HEAD").write_bytes(GARBAGE)


def empty_objects(root):
    shutil.rmtree(root / ".git" / "objects")
    (root / ".git" / "objects").mkdir()


def break_index(root):
    (root / ".git" / "index").write_bytes(GARBAGE)


@pytest.mark.parametrize(
    ("spoil_git", "told"),
    [
        (remove_git, "make one: git init\n"),
        (break_head, "make one: mv .git .git.broken && git init\n"),
        (empty_objects, ""),
        (break_index, ""),
    ],
)
def test_a_damaged_repository_stops_neither_tests_nor_score(started, spoil_git, told):
    disk = started
    disk.ask("test")
    (disk.workspace / "NOTES.md").write_text("mine\n")
    files = disk.files()
    spoil_git(disk.workspace)
    tested, scored = disk.ask("test"), disk.ask("score")
    for answer in (tested, scored):
        assert answer.code == 0
        assert answer.err.startswith("warning: no snapshot was kept: ") == bool(told), answer.err
        assert answer.err.endswith(told)
    assert (disk.files(), disk.scores()) == (files, [(1, 100.0, True)])


def test_a_snapshot_in_time_that_is_lost_is_told_in_the_score(worksample, workspace, clock):
    clock.advance(minutes=10)
    worksample("test", cwd=workspace)
    empty_objects(workspace)
    clock.advance(minutes=20)
    answer = worksample("score", cwd=workspace)
    assert answer.code == 0
    assert answer.err.startswith("warning: the last snapshot in time is lost, and not scored: ")
    card = json.loads((workspace / ".worksample" / "scorecard.json").read_bytes())
    assert (card["late"], card["clocking"]["bell_total"]) == (True, None)
    assert card["record"]["notes"][0].startswith("the last snapshot in time is lost")


# --- the exercise ---------------------------------------------------------------------------

LOCKS = {
    "gone": "exercise 'tally' has no exercise.lock",
    "empty": "{path} can't be read: Expecting value: line 1 column 1 (char 0)",
    "garbage": "{path} can't be read: ",
    "another schema": "{path} can't be read: schema 99",
}


def test_a_damaged_lock_of_an_exercise_costs_no_time(started, quick_pack, tmp_path, monkeypatch):
    disk = started
    pack = tmp_path / "packs" / "tally"
    shutil.copytree(quick_pack, pack)
    path = pack / "exercise.lock"
    whole = path.read_bytes()
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    assert disk.ask("start", "tally", "--dir", "second").code == 0
    for damage, message in LOCKS.items():
        spoil(path, damage)
        told = f"error: {message.format(path=path)}"
        tip = f"  tip: if it is yours, prove it: worksample author check {pack}\n"
        third = disk.ask("start", "tally", "--dir", "third")
        scored = disk.ask("score", "-C", str(disk.place / "second"))
        for answer in (third, scored):
            assert (answer.code, answer.out) == (3, ""), damage
            assert answer.err.startswith(told), damage
            assert tip in answer.err, damage
        assert not (disk.place / "third").exists()
        path.write_bytes(whole)
    assert disk.ask("score", "-C", str(disk.place / "second")).code == 0
    assert disk.scores() == [(2, 0.0, True)]
