"""A manifest tells all its mistakes at once, each with the path of its key."""

from __future__ import annotations

import copy
import tomllib
from decimal import Decimal
from typing import Any

import pytest

from harness.exercise import Exercise
from harness.manifest import (
    LimitsTable,
    LintTable,
    Manifest,
    ManifestProblems,
    RequirementTable,
    RubricTable,
    SourceTable,
    check_manifest,
)


@pytest.fixture
def raw(tally: Exercise) -> dict[str, Any]:
    """The fixture exercise's manifest, to be broken."""
    return copy.deepcopy(tomllib.loads((tally.folder / "exercise.toml").read_text()))


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ManifestProblems) as caught:
        check_manifest(raw)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def keys(raw: dict[str, Any]) -> list[str]:
    """The key paths alone: what is wrong there is said in pydantic's words."""
    return [problem.partition(": ")[0] for problem in problems(raw)]


def test_the_fixture_exercise_loads_with_its_defaults(raw: dict[str, Any]) -> None:
    manifest = check_manifest(raw)
    asks = ("an empty line shows up as a word of no letters", "The and the are listed apart")
    assert manifest.model_dump() == {
        "schema_": 1,
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
        "pass_mark": Decimal(70),
        "source": SourceTable(packages=["tally"], api=["tally.count"]).model_dump(),
        "requirement": [
            RequirementTable(
                name="blank-lines", title="Blank lines count for nothing", asks=asks[0]
            ).model_dump(),
            RequirementTable(
                name="case", title="Case makes no difference", asks=asks[1], weight=Decimal(1)
            ).model_dump(),
        ],
        "lint": LintTable(select=["E4", "E7", "E9", "F"]).model_dump(),
        "limits": LimitsTable(test_seconds=2, memory_mb=512).model_dump(),
        "weights": None,
        "decoy": [],
        "alternative": [],
        "rubric": [RubricTable(ask="Is the cause of each bug stated?").model_dump()],
        "survivor": [],
        "scaffold": False,
        "provenance": None,
    }


def test_everything_that_may_be_said_is_taken(raw: dict[str, Any]) -> None:
    raw |= {
        "pass_mark": 65.5,
        "weights": {"correctness": 60.1, "strength": 39.9},
        "decoy": [
            {"name": "d", "band": [0, 100], "why": "w"},
            {"name": "e", "band": [50, 50], "why": "w", "requirement": "case"},
        ],
        "alternative": [{"name": "d", "why": "w"}],
        "provenance": {"repository": "here", "commit": "abc"},
        "requires": [],
        "lint": {"select": ["E", "F401", "PERF"]},
    }
    manifest = check_manifest(raw)
    assert (manifest.pass_mark, manifest.weights, [each.band for each in manifest.decoy]) == (
        Decimal("65.5"),
        {"correctness": Decimal("60.1"), "strength": Decimal("39.9")},
        [(0, 100), (50, 50)],
    )


def test_an_empty_manifest_lacks_every_key_that_has_no_default() -> None:
    wanted = [field.alias or name for name, field in Manifest.model_fields.items()
              if field.is_required()]  # fmt: skip
    assert problems({}) == [f"{name}: this key is missing" for name in wanted]
    assert set(wanted) == {
        "schema", "id", "version", "title", "kind", "level", "minutes", "topic", "authors",
        "license", "source", "requirement",
    }  # fmt: skip


def test_unknown_and_missing_keys_are_told_on_every_level(raw: dict[str, Any]) -> None:
    raw["colour"] = "red"
    raw["source"]["path"] = 1
    raw["requirement"][0]["nmae"] = raw["requirement"][0].pop("name")
    raw["limits"]["disk"] = {"mb": 1}
    raw["rubric"][0] = {"question": "?"}
    raw["decoy"] = [{}]
    del raw["topic"], raw["source"]["api"]
    assert sorted(problems(raw)) == [
        "colour: this key is unknown (it is 'red')",
        "decoy[0].band: this key is missing",
        "decoy[0].name: this key is missing",
        "decoy[0].why: this key is missing",
        "limits.disk: this key is unknown",
        "requirement[0].name: this key is missing",
        "requirement[0].nmae: this key is unknown (it is 'blank-lines')",
        "rubric[0].ask: this key is missing",
        "rubric[0].question: this key is unknown (it is '?')",
        "source.api: this key is missing",
        "source.path: this key is unknown (it is 1)",
        "topic: this key is missing",
    ]


def test_values_of_every_kind_are_told_at_once(raw: dict[str, Any]) -> None:
    raw |= {
        "schema": 2,
        "id": "Bad_Id",
        "version": 1,
        "summary": [],
        "kind": "puzzle",
        "level": 3,
        "minutes": 4,
        "topic": "two words",
        "python": "3.11",
        "authors": [],
        "license": "",
        "tests": ["a/b"],
        "pass_mark": 101,
        "lint": {"select": ["e4"]},
        "weights": {"lint": -1},
        "provenance": "a text",
        "decoy": [
            {"name": "x", "band": [10], "why": "w"},
            {"name": "y", "band": [-1, 120], "why": "w"},
            {"name": "z", "band": [1, 2, 3], "why": ""},
            "a text",
        ],
    }
    raw["source"] |= {"packages": ["2x", "a b"], "api": []}
    raw["limits"] = {"test_seconds": "soon", "memory_mb": 64}
    raw["requirement"][0]["weight"] = 0
    raw["requirement"][1]["weight"] = float("nan")
    assert sorted(keys(raw)) == [
        "authors", "decoy[0].band[1]", "decoy[1].band[0]", "decoy[1].band[1]", "decoy[2].band",
        "decoy[2].why", "decoy[3]", "id", "kind", "level", "license", "limits.memory_mb",
        "limits.test_seconds", "lint.select[0]", "minutes", "pass_mark", "provenance", "python",
        "requirement[0].weight", "requirement[1].weight", "schema", "source.api",
        "source.packages[0]", "source.packages[1]", "summary", "tests[0]", "topic", "version",
        "weights.lint",
    ]  # fmt: skip


def test_the_value_that_is_wrong_is_shown_when_it_is_short(raw: dict[str, Any]) -> None:
    raw["minutes"] = 4
    raw["source"]["packages"] = []
    shown = [problem.endswith("(it is 4)") for problem in problems(raw)]
    assert (keys(raw), shown) == (["minutes", "source.packages"], [True, False])


@pytest.mark.parametrize(
    "name", ["Case", "-case", "case-", "a--b", "1st", "a_b", "a b", "ä", "", "../up", "a" * 61, 7]
)
def test_a_name_is_short_lower_case_and_fit_for_a_folder(raw: dict[str, Any], name: object) -> None:
    raw["id"] = name
    raw["requirement"][1]["name"] = name
    assert keys(raw) == ["id", "requirement[1].name"]


@pytest.mark.parametrize("name", ["a", "case", "blank-lines-2", "a" * 60])
def test_a_plain_name_is_taken(raw: dict[str, Any], name: str) -> None:
    raw["id"] = name
    assert check_manifest(raw).id == name


def test_mistakes_between_keys_are_told_at_once(raw: dict[str, Any]) -> None:
    raw["requirement"].append(raw["requirement"][0])
    raw["tests"] = ["tally"]
    raw["weights"] = {"correctness": 60, "lint": 5.5}
    raw["decoy"] = [
        {"name": "d", "band": [0, 1], "why": "w", "requirement": "none"},
        {"name": "d", "band": [90, 10], "why": "w"},
    ]
    assert problems(raw) == [
        "requirement 'blank-lines' appears twice; "
        "decoy 'd' appears twice; "
        "decoy 'd' names the unknown requirement 'none'; "
        "decoy 'd' has a band that ends before it begins; "
        "weights add up to 65.5, not to 100; "
        "tally can't be both source and tests"
    ]


@pytest.mark.parametrize("name", ["canary", "regression"])
def test_a_requirement_can_not_claim_the_hidden_files_of_every_exercise(
    raw: dict[str, Any], name: str
) -> None:
    raw["requirement"][1]["name"] = name
    assert problems(raw) == [f"'{name}' can't be the name of a requirement"]


@pytest.mark.parametrize("name", ["harness", "scoring", "tests", "hidden", "pytest", "coverage"])
def test_a_package_can_not_have_a_name_that_grading_needs(raw: dict[str, Any], name: str) -> None:
    raw["source"]["packages"] = ["tally", name]
    assert problems(raw) == [f"source.packages: {name} can't be the name of an exercise's package"]


@pytest.mark.parametrize(
    ("required", "problem"),
    [
        ("attrs @ https://example.org/attrs.whl", "names an address"),
        ("attrs @ file:///attrs.whl", "names an address"),
        ("./attrs", "is no requirement"),
        ("--index-url=https://example.org", "is no requirement"),
        ("-r other.txt", "is no requirement"),
        ("attrs>=", "is no requirement"),
        ("attrs rich", "is no requirement"),
        (" ", "is no requirement"),
    ],
)
def test_only_names_with_versions_may_be_required(
    raw: dict[str, Any], required: str, problem: str
) -> None:
    problem = f"'{required}' {problem}; a name with versions is expected, like 'attrs>=23.1'"
    raw["requires"] = ["attrs", required]
    assert problems(raw) == [f"requires: {problem}"]


def test_requirements_are_kept_in_one_spelling(raw: dict[str, Any]) -> None:
    raw["requires"] = ["Typing_Extensions >= 4 , <5", "attrs[tests]", "attrs[ tests ]"]
    assert check_manifest(raw).requires == ["attrs[tests]", "typing-extensions<5,>=4"]


def test_a_weight_belongs_to_a_component(raw: dict[str, Any]) -> None:
    raw["weights"] = {"correctness": 50, "style": 50}
    assert [problem.startswith("weights.style") for problem in problems(raw)] == [True]
