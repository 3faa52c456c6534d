"""`worksample score`: what is graded, what is told, what is kept, and the clock around it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tally_pack import TALLY, copy_pack, solve


def scorecard(workspace: Path) -> dict:
    return json.loads((workspace / ".worksample" / "scorecard.json").read_bytes())


def test_the_untouched_starter_scores_nothing(worksample, workspace):
    answer = worksample("score", cwd=workspace)
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "Stopped the clock at 0:00 of 20:00",
        "Correctness      0 of 2 requirements                      0.0 / 65",
        "Test strength    0 of 1 hidden bugs caught                0.0 / 20",
        "Diff size        0 lines (reference 2)                    0.0 / 10",
        "Coverage         no changed line that can run           not measured",
        "Lint             nothing new                              0.0 / 5",
        "Score 0.0 / 100   not passed (needs 70)",
        "Report  .worksample/report.html",
    ]


def test_the_reference_with_its_tests_scores_everything(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=8, seconds=12)
    answer = worksample("score", cwd=workspace)
    assert answer.out.splitlines() == [
        "Stopped the clock at 8:12 of 20:00",
        "Correctness      2 of 2 requirements                     60.0 / 60",
        "Test strength    1 of 1 hidden bugs caught               20.0 / 20",
        "Diff size        2 lines (reference 2)                   10.0 / 10",
        "Coverage         100 % of changed lines and branches      5.0 / 5",
        "Lint             nothing new                              5.0 / 5",
        "Score 100.0 / 100   passed (needs 70)",
        "Report  .worksample/report.html",
    ]


def test_json_has_what_other_programs_rely_on(worksample, workspace):
    solve(workspace)
    answer = worksample("score", "--json", cwd=workspace)
    facts = json.loads(answer.out)
    wanted = [
        "schema_version",
        "exercise",
        "version",
        "attempt",
        "state",
        "total",
        "passed",
        "late",
    ]
    assert [facts[key] for key in wanted] == [1, "tally", "1.0.0", 1, "graded", 100.0, True, False]
    assert [each["name"] for each in facts["components"]] == [
        "correctness", "strength", "diff", "coverage", "lint",
    ]  # fmt: skip
    assert set(facts["components"][0]) >= {"name", "value", "points", "out_of", "reason"}
    assert [each["name"] for each in facts["requirements"]] == ["blank-lines", "case"]
    assert set(facts["requirements"][0]) >= {"name", "title", "weight", "credit", "tests"}
    assert facts["flags"] == []
    assert facts["report"] == str(workspace / ".worksample" / "report.html")
    assert facts["sandbox"] == facts["environment"]["sandbox"] != ""


def test_the_tree_is_graded_as_it_stands_committed_or_not(worksample, workspace):
    solve(workspace, tests=False)
    subprocess.run(["git", "add", "-A"], cwd=workspace, check=True)
    (workspace / "tests" / "test_new.py").write_bytes(
        (TALLY / "solution/tests/test_case.py").read_bytes()
    )
    assert worksample("score", cwd=workspace).out.endswith(
        "Score 100.0 / 100   passed (needs 70)\nReport  .worksample/report.html\n"
    )


def test_scoring_leaves_index_head_branches_and_files_alone(worksample, workspace):
    solve(workspace)

    def state() -> list[str]:
        return [
            subprocess.run(
                ["git", *words], cwd=workspace, check=True, capture_output=True, text=True
            ).stdout
            for words in (
                ["status", "--porcelain"],
                ["log", "--format=%H", "HEAD"],
                ["for-each-ref", "refs/heads", "refs/tags", "refs/stash"],
                ["ls-files", "--stage"],
            )
        ]

    before = state()
    worksample("score", cwd=workspace)
    assert state() == before


def test_hidden_tests_never_enter_the_workspace(worksample, workspace):
    solve(workspace)
    worksample("test")
    worksample("score", cwd=workspace)
    names = {path.name for path in workspace.rglob("*")}
    assert not names & {"hidden", "test_regression.py", "test_canary.py", "test_blank_lines.py"}
    everything = subprocess.run(
        ["git", "log", "--all", "--name-only", "--format="],
        cwd=workspace, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "hidden" not in everything


def test_the_same_tree_scored_twice_gives_the_same_card_apart_from_times(worksample, workspace):
    solve(workspace)

    def timeless(value):
        if isinstance(value, dict):
            drop = {"seconds", "clocking", "record"}
            return {key: timeless(each) for key, each in value.items() if key not in drop}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    worksample("score", cwd=workspace)
    first = scorecard(workspace)
    worksample("score", cwd=workspace)
    assert timeless(scorecard(workspace)) == timeless(first)


def test_the_first_score_counts_and_later_ones_are_marked(worksample, workspace):
    worksample("score", cwd=workspace)
    solve(workspace)
    answer = worksample("score", cwd=workspace)
    assert answer.out.startswith("Scored again, after feedback; the first score stands\n")
    assert scorecard(workspace)["record"]["after_feedback"] is True
    assert json.loads(worksample("list", "--json").out)["exercises"][-1]["best"] == 0.0


def test_a_score_after_feedback_carries_no_lateness(worksample, workspace, clock):
    worksample("score", cwd=workspace)
    clock.advance(minutes=500)
    solve(workspace)
    worksample("score", cwd=workspace)
    assert (scorecard(workspace)["total"], scorecard(workspace)["late"]) == (100.0, False)


def test_an_interview_is_scored_once(worksample, tmp_path):
    worksample("start", "tally", "--mode", "interview", cwd=tmp_path)
    workspace = tmp_path / "tally"
    assert worksample("score", cwd=workspace).code == 0
    answer = worksample("score", cwd=workspace)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == (
        "error: this interview attempt is already scored, and its first score is final\n"
        "  tip: see it again: worksample report\n"
    )


def test_an_interview_shows_neither_reference_nor_hidden_tests(worksample, tmp_path):
    worksample("start", "tally", "--mode", "interview", cwd=tmp_path)
    workspace = tmp_path / "tally"
    worksample("score", cwd=workspace)
    card = scorecard(workspace)
    assert card["reference"] is None
    assert {test["message"] for each in card["requirements"] for test in each["tests"]} == {""}
    page = (workspace / ".worksample" / "report.html").read_text()
    assert "nobody folds the case" not in page
    assert "line.lower()" not in page


def test_a_late_score_is_lowered_and_told(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=31)
    answer = worksample("score", cwd=workspace)
    assert "Late by 11:00: x 0.75\n" in answer.out
    assert "Score 75.0 / 100   passed (needs 70)" in answer.out


def test_within_the_grace_nothing_is_late(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=21)
    worksample("score", cwd=workspace)
    assert (scorecard(workspace)["total"], scorecard(workspace)["late"]) == (100.0, False)


def test_the_last_snapshot_in_time_counts_when_it_scores_better(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=15)
    worksample("test", cwd=workspace)
    shutil.rmtree(workspace / "tally")
    clock.advance(minutes=30)
    answer = worksample("score", cwd=workspace)
    card = scorecard(workspace)
    assert (card["total"], card["late"]) == (100.0, True)
    assert card["clocking"]["counted"] == "bell"
    assert (card["clocking"]["bell_total"], card["clocking"]["late_total"]) == (100.0, 0.0)
    assert "the last snapshot in time scores 100.0; the better one counts" in answer.out


def test_the_late_tree_counts_when_it_scores_better(worksample, workspace, clock):
    clock.advance(minutes=15)
    worksample("test", cwd=workspace)
    solve(workspace)
    clock.advance(minutes=16)
    worksample("score", cwd=workspace)
    card = scorecard(workspace)
    assert (card["total"], card["clocking"]["counted"]) == (75.0, "final")
    assert (card["clocking"]["bell_total"], card["clocking"]["late_total"]) == (0.0, 75.0)


def test_extra_time_moves_the_bell(worksample, tmp_path, clock):
    worksample("start", "tally", "--extra-time", "50", cwd=tmp_path)
    clock.advance(minutes=30)
    solve(tmp_path / "tally")
    worksample("score", cwd=tmp_path / "tally")
    assert scorecard(tmp_path / "tally")["late"] is False


def test_strict_time_fails_a_late_score_only(worksample, workspace, clock):
    clock.advance(minutes=10)
    assert worksample("score", "--strict-time", cwd=workspace).code == 0


def test_strict_time_leaves_with_five_when_late(worksample, workspace, clock):
    clock.advance(minutes=25)
    assert worksample("score", "--strict-time", cwd=workspace).code == 5


@pytest.mark.parametrize(("least", "code"), [("75.1", 1), ("75", 0)])
def test_min_score_decides_the_exit_code(worksample, workspace, clock, least, code):
    solve(workspace)
    clock.advance(minutes=31)
    assert worksample("score", "--min-score", least, cwd=workspace).code == code


def test_a_clock_set_back_is_told_and_changes_nothing(worksample, workspace, clock):
    clock.advance(minutes=10)
    clock.utc = clock.utc.replace(year=2020)
    worksample("score", cwd=workspace)
    card = scorecard(workspace)
    assert card["clocking"]["used"] == 600.0
    assert card["record"]["notes"][0].startswith("the system clock was set back by ")


def test_a_score_cut_off_keeps_the_moment_the_clock_was_stopped(worksample, workspace, clock):
    solve(workspace)
    clock.advance(minutes=5)
    worksample("score", cwd=workspace)
    journal = workspace / ".worksample" / "attempt.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    assert '"scored"' in lines[-1]
    journal.write_text("".join(lines[:-1]))  # as if killed while grading
    clock.advance(minutes=90)
    worksample("score", cwd=workspace)
    card = scorecard(workspace)
    assert (card["clocking"]["used"], card["late"], card["record"]["official"]) == (
        300,
        False,
        True,
    )


def test_a_score_cut_off_gives_no_time_to_a_changed_tree(worksample, workspace, clock):
    clock.advance(minutes=5)
    worksample("score", cwd=workspace)
    journal = workspace / ".worksample" / "attempt.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]))
    clock.advance(minutes=2)
    solve(workspace)
    worksample("score", cwd=workspace)
    assert scorecard(workspace)["clocking"]["used"] == 420


def test_outside_a_workspace_the_way_in_is_told(worksample, tmp_path):
    answer = worksample("score", cwd=tmp_path)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == (
        "error: not inside a worksample workspace\n  tip: worksample start debug-cache\n"
    )


def test_errors_are_json_where_json_was_asked_for(worksample, tmp_path):
    answer = worksample("score", "--json", cwd=tmp_path)
    assert answer.code == 3
    assert json.loads(answer.out) == {
        "schema_version": 1,
        "error": {
            "message": "not inside a worksample workspace",
            "tips": ["worksample start debug-cache"],
            "exit_code": 3,
        },
    }


def test_an_exercise_changed_since_the_start_is_told(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack)
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    worksample("start", "tally", cwd=tmp_path)
    (pack / "BRIEF.md").write_text("Another story.\n")
    answer = worksample("score", cwd=tmp_path / "tally")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith(
        "error: the exercise 'tally' changed since the start: this attempt is on 1.0.0 ("
    )
    assert answer.err.endswith("       nothing was lost, and the clock goes on\n")


def test_an_exercise_removed_since_the_start_is_told(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack)
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    worksample("start", "tally", cwd=tmp_path)
    shutil.rmtree(pack)
    answer = worksample("score", cwd=tmp_path / "tally")
    assert answer.code == 3
    assert answer.err.startswith("error: the exercise 'tally' was removed since the start\n")
    assert f"it was in {pack}" in answer.err


def test_an_exercise_that_moved_is_found_by_its_name(worksample, tmp_path, monkeypatch):
    pack = tmp_path / "packs" / "tally"
    copy_pack(pack)
    monkeypatch.setenv("WORKSAMPLE_PATH", str(pack.parent))
    worksample("start", "tally", cwd=tmp_path)
    pack.parent.rename(tmp_path / "moved")
    monkeypatch.setenv("WORKSAMPLE_PATH", str(tmp_path / "moved"))
    assert worksample("score", cwd=tmp_path / "tally").code == 0


def test_a_damaged_attempt_file_is_told_with_what_is_safe(worksample, workspace):
    journal = workspace / ".worksample" / "attempt.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([lines[0], "{broken", lines[1], ""]))
    answer = worksample("score", cwd=workspace)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith(f"error: {journal} is damaged at line 2\n")
    assert "git log refs/worksample/snapshots" in answer.err


def test_a_report_that_cannot_be_written_does_not_end_the_attempt(worksample, workspace):
    (workspace / ".worksample" / "report.html").mkdir()
    answer = worksample("score", cwd=workspace)
    assert answer.code == 3
    assert "the score can't be written to" in answer.err
    assert json.loads(worksample("status", "--json", cwd=workspace).out)["state"] == "running"


def test_a_history_that_cannot_be_written_does_not_stop_the_score(
    worksample, workspace, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKSAMPLE_DATA", str(tmp_path / "file" / "data"))
    answer = worksample("score", cwd=workspace)
    assert answer.code == 0
    assert "warning: the score is not in the history: " in answer.err


def test_without_a_git_folder_the_tree_is_graded_all_the_same(worksample, workspace):
    solve(workspace)
    shutil.rmtree(workspace / ".git")
    answer = worksample("score", cwd=workspace)
    assert "Score 100.0 / 100" in answer.out
    assert scorecard(workspace)["record"]["notes"][0].startswith("no snapshot was kept: ")


def test_ungradable_gives_no_number_and_the_time_goes_on(worksample, workspace, monkeypatch):
    solve(workspace)
    # No folder for temporary files: grading itself can't run.
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(workspace / "missing"))
    answer = worksample("score", cwd=workspace)
    monkeypatch.undo()
    assert answer.code == 4
    assert "this attempt could not be graded: grading could not run: " in answer.err
    assert scorecard(workspace)["state"] == "ungradable"
    assert scorecard(workspace)["total"] is None
