"""An exercise as its author wrote it: the manifest checked, the folder read into a grading kit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from harness.errors import WorkspaceProblem
from harness.manifest import CandidateManifest, Manifest, ManifestProblems, check_manifest
from scoring.terms import Baseline, Excess, hidden_file
from scoring.trees import Tree, below, digest, read_tree, weight

if TYPE_CHECKING:
    from scoring.model import Fault, GradingKit, Requirement

MANIFEST = "exercise.toml"
LOCK = "exercise.lock"
MANIFEST_SCHEMA = 1
LOCK_SCHEMA = 1


@dataclass(frozen=True)
class Exercise:
    """An exercise on disk whose manifest holds."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def limit_seconds(self) -> int:
        return self.manifest.minutes * 60

    @cached_property
    def files(self) -> Tree:
        """Everything in the folder but the lock. Raises WorkspaceProblem if it can't be read."""
        try:
            tree = read_tree(self.folder)
        except (OSError, ValueError) as error:
            raise WorkspaceProblem(
                f"exercise '{self.id}' can't be read: {error}",
                "an exercise is made of plain files of at most 10 MB",
            ) from None
        return {path: content for path, content in tree.items() if path != LOCK}

    @property
    def is_for_candidates(self) -> bool:
        """Whether this is a copy without what is hidden."""
        return isinstance(self.manifest, CandidateManifest)

    @cached_property
    def sha256(self) -> str:
        """What tells this exercise from any other; a candidate's copy has that of the whole."""
        if isinstance(self.manifest, CandidateManifest):
            return self.manifest.candidate.sha256
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return digest(self.files)

    @property
    def asked(self) -> int:
        """How many requirements there are."""
        if isinstance(self.manifest, CandidateManifest):
            return self.manifest.candidate.requirements
        return len(self.manifest.requirement)

    @property
    def starter(self) -> Tree:
        """What a candidate is given: the starter with the brief beside it."""
        return {**self.overlay("starter"), "BRIEF.md": self.files["BRIEF.md"]}

    def overlay(self, folder: str) -> Tree:
        """The files below a folder of the exercise, by their path inside it."""
        skip = len(folder) + 1
        return {path[skip:]: content for path, content in below(self.files, [folder]).items()}

    def overlays(self, folder: str) -> list[str]:
        """Names of the overlays inside `faults`, `decoys` or `alternatives`."""
        parts = [path.split("/") for path in below(self.files, [folder])]
        return sorted({part[1] for part in parts if len(part) > 2 and part[1][0] != "."})

    def kit(self, baseline: Baseline | None = None) -> GradingKit:
        """What the scoring engine needs; the baseline comes from the lock unless given.

        Raises WorkspaceProblem for a candidate's copy, which lacks most of it.
        """
        if self.is_for_candidates:
            raise WorkspaceProblem(
                f"this copy of '{self.id}' is for candidates: without its hidden tests "
                "it can't be scored or measured",
                "use the whole exercise, which its author has",
            )
        from scoring.formula import WEIGHTS
        from scoring.model import GradingKit, Limits, Requirement

        manifest = self.manifest
        requirements = tuple(
            Requirement(each.name, each.title, each.weight, each.asks)
            for each in manifest.requirement
        )
        return GradingKit(
            id=manifest.id,
            version=manifest.version,
            title=manifest.title,
            kind=manifest.kind,
            sha256=self.sha256,
            starter=self.starter,
            solution=self.overlay("solution"),
            hidden=below(self.files, ["hidden"]),
            packages=tuple(manifest.source.packages),
            tests=tuple(manifest.tests),
            api=tuple(manifest.source.api),
            requirements=requirements,
            faults=tuple(self._fault(name, requirements) for name in self.overlays("faults")),
            lint_select=tuple(manifest.lint.select),
            limits=Limits(**manifest.limits.model_dump()),
            weights=manifest.weights or WEIGHTS[manifest.kind],
            pass_mark=manifest.pass_mark,
            review=self.files.get("REVIEW.md", b"").decode("utf-8", "replace"),
            rubric=tuple(each.ask for each in manifest.rubric),
            baseline=baseline or self.read_lock(),
            given=tuple(manifest.source.given),
        )

    def _fault(self, name: str, requirements: tuple[Requirement, ...]) -> Fault:
        from scoring.model import Fault

        broken = requirement_of_fault(name, [each.name for each in requirements])
        requirement = next(each for each in requirements if each.name == broken)
        variant = name.removeprefix(requirement.name).strip("-").replace("-", " ")
        title = f"{requirement.title} ({variant})" if variant else requirement.title
        return Fault(
            name, requirement.name, title, requirement.weight, self.overlay(f"faults/{name}")
        )

    def recorded_proof(self) -> Mapping[str, Any] | None:
        """What `author check` recorded in the lock; None where there is nothing to be read."""
        try:
            facts = json.loads((self.folder / LOCK).read_bytes())
        except (OSError, ValueError):
            return None
        proof = facts.get("proof") if isinstance(facts, dict) else None
        return proof if isinstance(proof, dict) else None

    def proof_state(self) -> Literal["proved", "missing", "stale"]:
        """Whether the exercise is proved, as far as can be told without reading its files.

        Candidates' copies are made of proved exercises only.
        """
        if self.is_for_candidates:
            return "proved"
        proof = self.recorded_proof()
        if proof is None:
            return "missing"
        try:
            fits = weight(self.folder, LOCK) == (proof.get("files"), proof.get("bytes"))
        except OSError:
            fits = False
        return "proved" if fits else "stale"

    @property
    def _is_refactor(self) -> bool:
        return self.manifest.kind == "refactor"

    @property
    def _counts_complexity(self) -> bool:
        weights = self.manifest.weights
        return self._is_refactor if weights is None else bool(weights.get("complexity"))

    def read_lock(self) -> Baseline:
        """The author's measurements. Raises WorkspaceProblem when they are missing or stale."""
        again = f"if it is yours, prove it: worksample author check {self.folder}"
        try:
            facts = json.loads((self.folder / LOCK).read_bytes())
            if facts["schema"] != LOCK_SCHEMA:
                raise ValueError(f"schema {facts['schema']!r}")
            baseline = Baseline(
                visible=dict(facts["visible"]),
                hidden=dict(facts["hidden"]),
                caught_by_starter=tuple(facts["caught_by_starter"]),
                reference_churn=int(facts["reference_churn"]),
                excess=Excess(**facts["excess"]) if self._counts_complexity else None,
                targeted=dict(facts["targeted_lint"]) if self._is_refactor else {},
            )
            locked = facts["sha256"]
        except FileNotFoundError:
            raise WorkspaceProblem(f"exercise '{self.id}' has no {LOCK}", again) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            detail = f"it lacks {error}" if isinstance(error, KeyError) else error
            raise WorkspaceProblem(f"{self.folder / LOCK} can't be read: {detail}", again) from None
        if locked != self._digest:
            raise WorkspaceProblem(f"exercise '{self.id}' was changed after it was locked", again)
        return baseline

    def lock_text(self, baseline: Baseline, proof: Mapping[str, Any] | None = None) -> str:
        """The lock's text, with the record of a proof where there is one."""
        facts = {
            "schema": LOCK_SCHEMA,
            "exercise": self.id,
            "version": self.manifest.version,
            "sha256": self.sha256,
            "reference_churn": baseline.reference_churn,
            **({"excess": vars(baseline.excess)} if baseline.excess is not None else {}),
            **({"targeted_lint": dict(baseline.targeted)} if self._is_refactor else {}),
            "caught_by_starter": list(baseline.caught_by_starter),
            "visible": dict(baseline.visible),
            "hidden": dict(baseline.hidden),
            **({"proof": proof} if proof is not None else {}),
        }
        return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def load_exercise(folder: Path) -> Exercise:
    """Read and check a manifest. Raises WorkspaceProblem with all its problems at once."""
    path = folder / MANIFEST
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceProblem(
            f"{folder} is not an exercise: it has no {MANIFEST}",
            "an exercise is a folder with exercise.toml, BRIEF.md, starter/, solution/, hidden/",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _broken(path, [str(error)]) from None
    schema = raw.get("schema")
    if type(schema) is int and schema > MANIFEST_SCHEMA:
        raise WorkspaceProblem(
            f"{path} was written for a newer worksample (schema {schema}, this one reads "
            f"{MANIFEST_SCHEMA})",
            "use a newer one: pipx upgrade worksample, or uv tool upgrade worksample",
        )
    try:
        manifest = check_manifest(raw)
    except ManifestProblems as error:
        raise _broken(path, error.problems) from None
    problems = list(_missing_parts(folder, manifest))
    if problems:
        raise _broken(path, problems)
    return Exercise(folder, manifest)


def requirement_of_fault(name: str, requirements: list[str]) -> str | None:
    """The requirement that a fault's name begins with; the longest one that fits."""
    fitting = [each for each in requirements if name == each or name.startswith(f"{each}-")]
    return max(fitting, key=len, default=None)


def _missing_parts(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What the manifest speaks of and the folder lacks."""
    names = [each.name for each in manifest.requirement]
    whole = not isinstance(manifest, CandidateManifest)
    wanted = {
        "BRIEF.md": "BRIEF.md",
        **({"solution": "solution"} if whole else {}),
        **{f"starter/{name}": "source.packages" for name in manifest.source.packages},
        **{f"starter/{name}": "tests" for name in manifest.tests},
        **{hidden_file(name): f"requirement[{n}].name" for n, name in enumerate(names)},
        **{f"decoys/{each.name}": f"decoy[{n}].name" for n, each in enumerate(manifest.decoy)},
        **{
            f"alternatives/{each.name}": f"alternative[{n}].name"
            for n, each in enumerate(manifest.alternative)
        },
    }
    for path, key in wanted.items():
        if (folder / path).is_symlink() or not (folder / path).exists():
            yield f"{path} is missing" if path == key else f"{key}: {path} is missing"
    for fault in sorted(path.name for path in (folder / "faults").glob("[!.]*") if path.is_dir()):
        if requirement_of_fault(fault, names) is None:
            yield f"faults/{fault} does not begin with the name of a requirement"


def _broken(path: Path, problems: list[str]) -> WorkspaceProblem:
    lines = "".join(f"\n  {problem}" for problem in problems)
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return WorkspaceProblem(
        f"{path} has {count}:{lines}", "the format is described in docs/authoring.md"
    )
