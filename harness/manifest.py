"""The format of `exercise.toml`: one model, from which everything about it follows.

It refuses unknown keys and tells every problem at once, each with its key path.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from harness.requirements import plain_requirements
from scoring.terms import ComponentName, Kind

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Hidden files of every exercise, which are named like a requirement's.
_HIDDEN = {"canary", "regression"}
_OURS = {"harness", "scoring", "tests", "hidden", "pytest", "coverage"}

NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Folder = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Points = Annotated[Decimal, Field(ge=0, le=100)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceTable(_Table):
    """What the candidate is expected to change, and the public names that tests may use."""

    packages: list[Folder] = Field(min_length=1)
    api: list[Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*$")]] = Field(min_length=1)
    given: list[Annotated[str, Field(pattern=r"^[A-Za-z_][\w/-]*\.py$")]] = []

    @field_validator("packages")
    @classmethod
    def _not_ours(cls, packages: list[str]) -> list[str]:
        if taken := _OURS.intersection(packages):
            raise ValueError(
                f"{', '.join(sorted(taken))} can't be the name of an exercise's package"
            )
        return packages


class RequirementTable(_Table):
    name: Name
    title: Text
    asks: Text
    weight: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(1)
    hints: list[Text] = []
    # Hangs on threads or time, though its tests import nothing that tells.
    timing: bool = False


class LintTable(_Table):
    select: list[Annotated[str, Field(pattern=r"^[A-Z]+[0-9]*$")]] = Field(
        default=["E4", "E7", "E9", "F"], min_length=1
    )


class LimitsTable(_Table):
    test_seconds: Annotated[int, Field(ge=1, le=120)] = 10
    memory_mb: Annotated[int, Field(ge=128, le=8192)] = 1024
    disk_mb: Annotated[int, Field(ge=1, le=512)] = 64
    processes: Annotated[int, Field(ge=16, le=4096)] = 256
    open_files: Annotated[int, Field(ge=32, le=1024)] = 256
    output_kb: Annotated[int, Field(ge=1, le=100_000)] = 1000


class DecoyTable(_Table):
    """A plausible wrong answer below `decoys/`, and the band of points it must land in."""

    name: Name
    band: tuple[Points, Points]
    why: Text
    requirement: Name | None = None


class AlternativeTable(_Table):
    """A right answer below `alternatives/` that differs from the reference."""

    name: Name
    why: Text


class SurvivorTable(_Table):
    """A mutant of the solution that no test can notice, as `author check` shows it, and why."""

    path: Text
    original: str
    mutated: str
    why: Text


class RubricTable(_Table):
    ask: Text


class ProvenanceTable(_Table):
    repository: Text
    commit: Text


class Manifest(_Table):
    """`exercise.toml`, schema 1."""

    schema_: Literal[1] = Field(alias="schema")
    id: Name
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    summary: str = ""
    kind: Kind
    level: Literal["warm-up", "standard", "senior"]
    minutes: Annotated[int, Field(ge=5, le=240)]
    topic: Name
    python: Annotated[str, Field(pattern=r"^>=3\.\d+$")] = ">=3.11"
    requires: list[Text] = []
    authors: list[Text] = Field(min_length=1)
    license: Text
    tests: list[Folder] = Field(default=["tests"], min_length=1)
    pass_mark: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(70)
    source: SourceTable
    requirement: list[RequirementTable] = Field(min_length=1)
    lint: LintTable = LintTable()
    limits: LimitsTable = LimitsTable()
    weights: dict[ComponentName, Points] | None = None
    decoy: list[DecoyTable] = []
    alternative: list[AlternativeTable] = []
    survivor: list[SurvivorTable] = []
    rubric: list[RubricTable] = []
    # Made by `author new` and not yet an exercise: of any size, and never packed.
    scaffold: bool = False
    provenance: ProvenanceTable | None = None

    @field_validator("requires")
    @classmethod
    def _plain(cls, requires: list[str]) -> list[str]:
        return list(plain_requirements(requires))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        names = [each.name for each in self.requirement]
        problems += [f"requirement '{name}' appears twice" for name in _twice(names)]
        problems += [
            f"'{name}' can't be the name of a requirement" for name in names if name in _HIDDEN
        ]
        problems += [
            f"decoy '{name}' appears twice" for name in _twice([d.name for d in self.decoy])
        ]
        problems += [
            f"decoy '{decoy.name}' names the unknown requirement '{decoy.requirement}'"
            for decoy in self.decoy
            if decoy.requirement is not None and decoy.requirement not in names
        ]
        problems += [
            f"decoy '{decoy.name}' has a band that ends before it begins"
            for decoy in self.decoy
            if decoy.band[0] > decoy.band[1]
        ]
        if self.weights is not None and sum(self.weights.values()) != 100:
            problems.append(f"weights add up to {sum(self.weights.values())}, not to 100")
        if overlap := set(self.tests) & set(self.source.packages):
            problems.append(f"{', '.join(sorted(overlap))} can't be both source and tests")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class CandidateTable(_Table):
    """Which exercise a candidate's copy is of, and how many requirements it has, not which."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    requirements: Annotated[int, Field(ge=1)]


class CandidateManifest(Manifest):
    """`exercise.toml` of a copy without what is hidden, made by `author pack --candidate`."""

    # Few catalogues have one, and making a model ready takes as long as reading an exercise.
    model_config = ConfigDict(defer_build=True)

    candidate: CandidateTable
    requirement: list[RequirementTable] = Field(default=[], max_length=0)
    decoy: list[DecoyTable] = Field(default=[], max_length=0)
    alternative: list[AlternativeTable] = Field(default=[], max_length=0)
    survivor: list[SurvivorTable] = Field(default=[], max_length=0)
    rubric: list[RubricTable] = Field(default=[], max_length=0)
    provenance: None = None


class ManifestProblems(Exception):
    """What is wrong with a manifest, as `key.path: problem` lines."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check_manifest(raw: dict[str, object]) -> Manifest:
    """Raises ManifestProblems with all of them at once."""
    kind = CandidateManifest if "candidate" in raw else Manifest
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise ManifestProblems([_explain(each) for each in error.errors()]) from None


def _explain(error: ErrorDetails) -> str:
    """A problem as `key.path: what is wrong (value)`."""
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]
    ).lstrip(".")
    message = {
        "extra_forbidden": "this key is unknown",
        "missing": "this key is missing",
    }.get(error["type"], re.sub(r"^Value error, ", "", error["msg"]))
    plain = error["type"] not in {"missing", "value_error"} and not isinstance(
        error["input"], dict | list
    )
    value = f" (it is {error['input']!r})" if plain else ""
    return f"{where}: {message}{value}" if where else message


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def manifest_schema() -> dict[str, object]:
    """The format as JSON Schema, draft 2020-12; it can't tell how keys depend on each other."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Manifest.model_json_schema(by_alias=True),
        "title": "exercise.toml of worksample",
    }


def is_taken_package(name: str) -> bool:
    """Whether an exercise's package can't be called that."""
    return name in _OURS
