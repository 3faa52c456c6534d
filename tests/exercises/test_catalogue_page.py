"""docs/catalogue.md is what the manifests say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.exercise import load_exercise

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "catalogue.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("page") / "catalogue.md"
    subprocess.run([sys.executable, ROOT / "scripts/catalogue.py", target], check=True, cwd=ROOT)
    return target.read_text(encoding="utf-8")


def test_the_page_is_current(made: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == made, "write it anew: make catalogue"


def test_every_exercise_is_told_with_its_summary_its_topic_and_its_step(made: str) -> None:
    exercises = [load_exercise(path.parent) for path in ROOT.glob("exercises/*/exercise.toml")]
    assert exercises
    for exercise in exercises:
        manifest = exercise.manifest
        assert f"**{manifest.title}**<br>{manifest.summary} | {manifest.level} |" in made
        (topic,) = [line for line in made.splitlines() if f"(`{manifest.topic}`)" in line]
        assert f"[{exercise.id}](" in topic
        (step,) = re.findall(rf"^\d+\. \[{exercise.id}\]\(.*$", made, re.M)
        assert step.endswith(f"({manifest.level}, {manifest.minutes} min): {manifest.title}")


def test_every_link_leads_somewhere(made: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", made)
    assert links
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []
