"""Every exercise of the catalogue is proved: what must fail fails, what is right passes.

The bands are those that docs/authoring.md promises for every exercise.
"""

from __future__ import annotations

import re
from functools import cache
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruff.__main__ import find_ruff_bin

from harness.exercise import MANIFEST, Exercise, load_exercise
from harness.report import render
from harness.resources import packaged_exercises
from scoring import process
from scoring.engine import grade
from scoring.metrics.correctness import run_hidden
from scoring.model import GradingKit, Scorecard, TimeUsed
from scoring.runner import Runner
from scoring.trees import Tree, below, read_tree, replace_below, write_tree

@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


EXERCISES = [path.parent for path in sorted(packaged_exercises().glob(f"*/{MANIFEST}"))]


@cache
def exercise_in(folder: Path) -> Exercise:
    return load_exercise(folder)


@cache
def kit_of(folder: Path) -> GradingKit:
    return exercise_in(folder).kit()


def each_overlay(kind: str) -> list:
    return [
        pytest.param(folder, name, id=f"{folder.name}-{name}")
        for folder in EXERCISES
        for name in exercise_in(folder).overlays(kind)
    ]


each_exercise = pytest.mark.parametrize("folder", EXERCISES, ids=lambda folder: folder.name)


def graded(folder: Path, tree: Tree) -> Scorecard:
    card = grade(kit_of(folder), tree, TimeUsed(0.0, 60.0, 60.0), reveal=True)
    assert card.state == "graded", card.reason
    return card


def credits_of(card: Scorecard) -> dict[str, float]:
    return {each.name: each.credit for each in card.requirements}


@each_exercise
def test_the_manifest_and_the_lock_hold(folder):
    assert exercise_in(folder).id == folder.name
    assert kit_of(folder).baseline.hidden


@each_exercise
def test_enough_visible_and_regression_tests_pass_on_the_starter(folder):
    baseline = kit_of(folder).baseline
    visible = list(baseline.visible.values())
    regression = [
        outcome
        for test, outcome in baseline.hidden.items()
        if test.startswith("hidden/test_regression.py::")
    ]
    assert visible.count("passed") >= 10
    assert 1 <= len(visible) - visible.count("passed") <= 6
    assert len(regression) >= 10
    assert set(regression) == {"passed"}


@each_exercise
def test_starter_and_solution_are_clean(folder, tmp_path):
    kit = kit_of(folder)
    for name, tree in (("starter", kit.starter), ("solution", kit.reference)):
        write_tree(below(tree, (*kit.packages, *kit.tests)), tmp_path / name)
        for words in (
            ["check", f"--select={','.join(kit.lint_select)}", "--target-version=py311"],
            ["format", "--check"],
        ):
            finished = process.run(
                [find_ruff_bin(), *words, "--isolated", "--no-cache", "."],
                cwd=tmp_path / name,
                seconds=60,
            )
            assert finished.returncode == 0, finished.stdout.decode()


@each_exercise
def test_the_source_is_of_a_size_to_be_read(folder):
    kit = kit_of(folder)
    modules = below(kit.starter, kit.packages)
    assert 4 <= len(modules) <= 12
    assert 250 <= sum(content.count(b"\n") for content in modules.values()) <= 900


@each_exercise
def test_every_requirement_follows_from_words_of_the_brief(folder):
    brief = " ".join(kit_of(folder).starter["BRIEF.md"].decode().replace("\n>", "\n").split())
    for requirement in kit_of(folder).requirements:
        assert requirement.asks in brief, requirement.name


@each_exercise
def test_the_brief_shares_no_run_of_six_words_with_the_solution(folder):
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[start : start + 6]) for start in range(len(words) - 5)}

    kit = kit_of(folder)
    added = {
        line
        for path, content in kit.solution.items()
        if path.endswith(".py")
        for line in set(content.decode().splitlines())
        - set(kit.starter.get(path, b"").decode().splitlines())
    }
    brief = runs(kit.starter["BRIEF.md"].decode())
    assert [line for line in sorted(added) if runs(line) & brief] == []


@each_exercise
def test_hidden_tests_use_nothing_but_the_public_names(folder):
    kit = kit_of(folder)
    names = {name.rpartition(".")[2] for name in kit.api}
    package = "|".join(map(re.escape, kit.packages))
    for path, content in kit.hidden.items():
        text = content.decode()
        assert not re.search(rf"^\s*(import ({package})\b|from ({package})\.)", text, re.M), path
        for listed in re.findall(rf"^from (?:{package}) import (\([^)]*\)|.*)$", text, re.M):
            assert set(re.findall(r"\w+", listed)) <= names, path


@each_exercise
def test_the_untouched_starter_scores_nothing(folder):
    assert graded(folder, kit_of(folder).starter).total == 0


@each_exercise
def test_the_reference_with_its_tests_is_worth_it(folder):
    card = graded(folder, kit_of(folder).reference)
    assert 92 <= card.total <= 100
    assert (card.passed, card.flags) == (True, ())
    assert [fault.name for fault in card.faults if not fault.caught] == []


@each_exercise
def test_the_reference_without_new_tests_passes_and_no_more(folder):
    kit = kit_of(folder)
    card = graded(folder, replace_below(kit.reference, kit.tests, kit.starter))
    assert 70 <= card.total <= 86


@each_exercise
def test_the_reference_reformatted_is_worth_less(folder, tmp_path):
    kit = kit_of(folder)
    write_tree(below(kit.reference, (*kit.packages, *kit.tests)), tmp_path)
    config = 'line-length = 60\nformat.quote-style = "single"\nformat.indent-style = "tab"\n'
    (tmp_path / "ruff.toml").write_text(config)
    ruff = [find_ruff_bin(), "format", "--no-cache", "."]
    assert process.run(ruff, cwd=tmp_path, seconds=60).returncode == 0
    total = graded(folder, read_tree(tmp_path)).total
    assert 75 <= total <= 97
    assert total < graded(folder, kit.reference).total


@each_exercise
def test_deleting_the_failing_tests_earns_nothing(folder):
    kit = kit_of(folder)
    failing = {test.split("::")[0] for test, was in kit.baseline.visible.items() if was != "passed"}
    kept = {path: content for path, content in kit.starter.items() if path not in failing}
    card = graded(folder, kept)
    assert 0 <= card.total <= 10
    assert "visible tests deleted" in [flag.kind for flag in card.flags]


@each_exercise
def test_at_least_half_of_the_faults_weight_is_left_to_the_candidate(folder):
    kit = kit_of(folder)
    left = [each for each in kit.faults if each.name not in kit.baseline.caught_by_starter]
    assert sum(each.weight for each in left) * 2 >= sum(each.weight for each in kit.faults)


@each_exercise
def test_every_requirement_has_a_fault_and_two_decoys(folder):
    manifest = exercise_in(folder).manifest
    faults = [fault.requirement for fault in kit_of(folder).faults]
    decoys = [decoy.requirement for decoy in manifest.decoy]
    for requirement in manifest.requirement:
        assert faults.count(requirement.name) >= 1, requirement.name
        assert decoys.count(requirement.name) >= 2, requirement.name
    assert len(manifest.alternative) >= 2


@pytest.mark.parametrize(("folder", "name"), each_overlay("faults"))
def test_a_fault_fails_its_own_requirement_and_no_other(folder, name, runner):
    kit = kit_of(folder)
    fault = next(each for each in kit.faults if each.name == name)
    run = run_hidden(kit, {**kit.reference, **fault.files}, runner)
    failing = {
        test.split("::")[0]
        for test in (*kit.baseline.visible, *kit.baseline.hidden)
        if run.outcome(test) != "passed"
    } - set(kit.tests)
    hidden = {path for path in failing if path.startswith("hidden/")}
    own = next(each for each in kit.requirements if each.name == fault.requirement)
    assert hidden == {own.hidden_file, "hidden/test_canary.py"}


@pytest.mark.parametrize(("folder", "name"), each_overlay("decoys"))
def test_a_decoy_lands_in_its_band(folder, name):
    decoy = next(each for each in exercise_in(folder).manifest.decoy if each.name == name)
    overlay = exercise_in(folder).overlay(f"decoys/{name}")
    card = graded(folder, {**kit_of(folder).starter, **overlay})
    low, high = decoy.band
    assert low <= card.total <= high, decoy.why
    if decoy.requirement is not None:
        assert credits_of(card)[decoy.requirement] < 1


@pytest.mark.parametrize(("folder", "name"), each_overlay("alternatives"))
def test_an_alternative_passes(folder, name):
    overlay = exercise_in(folder).overlay(f"alternatives/{name}")
    card = graded(folder, {**kit_of(folder).starter, **overlay})
    assert set(credits_of(card).values()) == {1.0}
    assert card.passed


@each_exercise
def test_the_report_of_the_reference_stays_small(folder):
    page = render(graded(folder, kit_of(folder).reference))
    assert len(page.encode()) < 300_000
