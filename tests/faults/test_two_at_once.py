"""Two commands at once: one of them is told, and neither spoils the other's work."""

from __future__ import annotations

import json
import shutil
import time

import pytest


def wait_until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def ended(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def names(events):
    return [each["event"] for each in events]


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """A git that waits at its second step for as long as this file is there."""
    closed, folder = tmp_path / "closed", tmp_path / "bin"
    folder.mkdir()
    program = folder / "git"
    program.write_text(
        f'#!/bin/sh\nfor word in "$@"; do\n  if test "$word" = add; then\n'
        f'    touch "{closed}.reached"; while test -e "{closed}"; do sleep 0.02; done\n'
        f'  fi\ndone\nexec {shutil.which("git")} "$@"\n'
    )
    program.chmod(0o755)
    closed.touch()
    return closed, folder


def test_two_starts_into_one_folder_make_one_workspace(disk):
    for _ in range(4):
        disk.clear()
        answers = [ended(each) for each in [disk.launch("start", "tally") for _ in range(2)]]
        won, lost = sorted(answers)
        assert (won[0], won[2], lost[0], lost[1]) == (0, "", 3, "")
        assert lost[2].startswith("error: ./tally already exists (attempt "), lost
        assert "tip: continue: cd tally && worksample status\n" in lost[2]
        assert names(disk.events()) == ["prepared", "started"]
        (entry,) = disk.history()
        assert entry["number"] == disk.events()[0]["plan"]["number"]
        assert disk.leftovers() == []


def test_a_start_takes_nothing_away_from_a_slower_one(disk, gate, monkeypatch):
    closed, folder = gate
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=":")
        slow = disk.launch("start", "tally")
    wait_until(closed.with_suffix(".reached").exists)
    quick = disk.run("start", "tally")
    staging = [path.name for path in disk.place.iterdir() if path != disk.workspace]
    closed.unlink()
    code, out, err = ended(slow)
    assert (quick.code, quick.err, len(staging)) == (0, "", 1)
    assert (code, out) == (3, "")
    assert err.startswith("error: ./tally already exists (attempt 2, 0:0"), err
    assert [entry["number"] for entry in disk.history()] == [2]
    assert disk.leftovers() == []


def slow_score(disk):
    """A score that is busy with tests that sleep until their limit, one after another."""
    (disk.workspace / "tests" / "test_slow.py").write_text(
        "import time\n\nimport pytest\n\n\n@pytest.mark.parametrize('number', range(5))\n"
        "def test_slow(number):\n    time.sleep(100)\n"
    )
    process = disk.launch("score")
    wait_until(lambda: "score began" in names(disk.events()))
    return process


def test_what_would_disturb_a_score_is_refused_while_it_grades(started):
    disk = started
    process = slow_score(disk)
    refused = [disk.run(word) for word in ("score", "test")]
    status = disk.ask("status", "--json")
    code, out, err = ended(process)
    for answer in refused:
        assert (answer.code, answer.out, answer.err) == (
            3,
            "",
            "error: another worksample command is at work in this workspace "
            f"(process {process.pid})\n  tip: wait until it is done, then run this again\n",
        )
    assert json.loads(status.out)["state"] == "running"
    assert (code, err) == (0, ""), out
    assert names(disk.events())[2:] == ["snapshot", "score began", "scored"]
    assert [official for _, _, official in disk.scores()] == [True]


def test_a_score_may_be_made_while_tests_run(started):
    disk = started
    ready = disk.root.parent / "ready"
    (disk.workspace / "tests" / "test_waits.py").write_text(
        "import pathlib, time\n\n\ndef test_waits():\n"
        f"    ready = pathlib.Path({str(ready)!r})\n    ready.touch()\n"
        "    while ready.parent.exists() and ready.exists():\n        time.sleep(0.02)\n"
    )
    process = disk.launch("test")
    wait_until(ready.exists)
    (disk.workspace / "tests" / "test_waits.py").unlink()
    scored = disk.run("score")
    ready.unlink()
    code, out, err = ended(process)
    assert (scored.code, scored.err, code, err) == (0, "", 0, ""), out
    assert names(disk.events())[2:] == ["snapshot", "snapshot", "score began", "scored", "tested"]
    assert len(disk.snapshots()) == 2
    assert disk.scores() == [(1, 100.0, True)]


def test_two_test_runs_at_once_are_both_on_record(started):
    disk = started
    answers = [ended(each) for each in [disk.launch("test") for _ in range(2)]]
    assert [(code, err) for code, _, err in answers] == [(0, ""), (0, "")]
    assert names(disk.events())[2:] == ["snapshot", "tested", "tested"]


def test_two_workspaces_scored_at_once_are_both_in_the_history(started):
    disk = started
    assert disk.ask("start", "tally", "--dir", "second").code == 0
    second = disk.launch("score", cwd=disk.place / "second")
    first = disk.launch("score")
    assert [ended(each)[0] for each in (first, second)] == [0, 0]
    assert sorted(disk.scores()) == [(1, 100.0, True), (2, 0.0, True)]
