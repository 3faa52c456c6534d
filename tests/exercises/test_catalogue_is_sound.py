"""Every exercise of the catalogue is proved, as it stands, by the command that authors use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.exercise import LOCK, MANIFEST, load_exercise
from harness.report import render
from harness.resources import packaged_exercises
from scoring.engine import grade
from scoring.model import TimeUsed

EXERCISES = [path.parent for path in sorted(packaged_exercises().glob(f"*/{MANIFEST}"))]

each_exercise = pytest.mark.parametrize("folder", EXERCISES, ids=lambda folder: folder.name)


@each_exercise
def test_check_proves_it_and_finds_what_its_lock_records(folder, tmp_path, worksample):
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    answer = worksample("author", "check", copy, "--json")
    told = json.loads(answer.out)
    assert [problem for rule in told["rules"] for problem in rule["problems"]] == []
    assert (answer.code, told["ok"], told["trusted"]) == (0, True, False)
    committed, now = (json.loads((each / LOCK).read_bytes()) for each in (folder, copy))
    for lock in (committed, now):
        # Other versions of the tools prove the same.
        assert lock["proof"].pop("versions").keys() == {
            "python", "worksample", "pytest", "ruff", "cosmic-ray",
        }  # fmt: skip
    assert now == committed


@each_exercise
def test_it_is_no_scaffold_and_is_listed_under_the_name_of_its_folder(folder):
    exercise = load_exercise(folder)
    assert (exercise.id, exercise.manifest.scaffold) == (folder.name, False)
    assert exercise.proof_state() == "proved"


@each_exercise
def test_the_report_of_the_reference_stays_small(folder):
    kit = load_exercise(folder).kit()
    card = grade(kit, kit.reference, TimeUsed(0.0, 60.0, 60.0), reveal=True)
    assert card.state == "graded", card.reason
    assert len(render(card).encode()) < 300_000
