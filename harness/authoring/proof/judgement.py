"""Rules about how well right is told from wrong: faults, decoys and archetypes, mutants."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.authoring.proof.behaviour import ruff
from harness.authoring.proof.finding import Finding
from harness.authoring.proof.subject import Subject
from scoring.baseline import troubles
from scoring.changes import changed_lines, compare
from scoring.flags import ON_TRUST
from scoring.metrics import diff, strength
from scoring.metrics.correctness import CANARY_FILE, file_of, hidden_suite, run_hidden
from scoring.model import Fault, Scorecard
from scoring.mutants import Mutant, make_mutants
from scoring.runner import SuiteRun
from scoring.trees import Tree, below, read_tree, replace_below, write_tree

# A fault is one bug: more lines than this apart from the solution, and it is an old copy.
_FAULT_CHURN = 25

_Band = tuple[float, float]
_NOTHING_DONE: _Band = (0, 10)
_PARTLY: _Band = (20, 55)
_REFERENCE: _Band = (92, 100)
_REFORMATTED: _Band = (75, 97)
_REWRITTEN: _Band = (65, 98)
_WITHOUT_TESTS: _Band = (70, 86)
# An answer so many times as large as the reference is a full rewrite.
_REWRITE = 4
_ANOTHER_STYLE = 'line-length = 60\nformat.quote-style = "single"\nformat.indent-style = "tab"\n'
# Decoys that every exercise has, whatever else its author thinks of, with their bands.
_ARCHETYPES: Mapping[str, _Band] = {"symptom-patches": _PARTLY, "hard-coded": _NOTHING_DONE}
_DECOYS_EACH = 2
_ALTERNATIVES = 2

_MUTANTS = 60
_KILLED_OF_TEN = 9


# --- faults ---------------------------------------------------------------------------------


def faults(subject: Subject) -> Finding:
    """Each fault fails its own requirement's tests and no other's; the solution's tests see it."""
    kit, measured = subject.kit, subject.measured
    broken = [each.requirement for each in kit.faults]
    problems = [
        f"{each.name} has no fault: faults/{each.name}/ is the solution with its bug put back"
        for each in kit.requirements
        if each.name not in broken
    ]
    for found in subject.side_by_side(lambda fault: _on_fault(subject, fault), kit.faults):
        problems += found
    subject.expect(1)
    caught = subject.counted(
        lambda: strength.catches(
            kit, kit.faults, kit.reference, measured.own.passed(), subject.runner
        )
    )
    missed = [each.name for each in kit.faults if not caught.by[each.name]]
    problems += [f"{name}: no visible test of the solution fails on it" for name in missed]
    return Finding(
        f"{len(kit.faults)} faults, each found by its own requirement's tests alone; "
        f"{len(kit.faults) - len(missed)} caught by the solution's",
        {"faults": len(kit.faults), "caught": len(kit.faults) - len(missed)},
        tuple(problems),
    )


def _on_fault(subject: Subject, fault: Fault) -> list[str]:
    kit = subject.kit
    tree = {**kit.reference, **fault.files}
    problems = []
    changes = compare(kit.reference, tree, kit.packages, kit.tests)
    churn = diff.churn(changes)
    most = max(_FAULT_CHURN, kit.baseline.reference_churn)
    if not changes:
        return [f"{fault.name} is the solution itself"]
    if churn > most:
        problems.append(
            f"{fault.name} is {churn} lines apart from the solution, more than {most}: "
            "an old copy of it?"
        )
    own = next(each for each in kit.requirements if each.name == fault.requirement)
    run = run_hidden(kit, tree, subject.runner, texts=False)
    problems += [f"{fault.name}: {text}" for text in troubles(run)]
    failing: dict[str, list[str]] = {}
    for id_ in subject.measured.solution.results:
        file = file_of(id_)
        if file.startswith("hidden/") and file != CANARY_FILE and run.outcome(id_) != "passed":
            failing.setdefault(file, []).append(id_)
    if own.hidden_file not in failing:
        problems.append(f"{fault.name}: no test of {own.hidden_file} fails on it")
    for file in sorted(failing.keys() - {own.hidden_file}):
        problems.append(f"{fault.name}: {failing[file][0]} fails on it too")
    return problems


# --- bands ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trial:
    """A submission whose score is known beforehand."""

    name: str
    tree: Tree
    band: _Band
    unmet: str | None = None
    right: bool = False
    below_reference: bool = False


def bands(subject: Subject) -> Finding:
    """Wrong answers score as they have to, right ones pass, and canaries never do."""
    problems = [*missing_decoys(subject), *_canaries(subject), *_strictness(subject)]
    trials = list(_trials(subject))
    cards = subject.side_by_side(lambda trial: subject.grade(trial.tree), trials)
    totals: dict[str, float] = {}
    passing = []
    for trial, card in zip(trials, cards, strict=True):
        if card.total is None:
            problems.append(f"{trial.name} can't be graded: {card.reason}")
            continue
        totals[trial.name] = card.total
        if card.passed and trial.unmet is not None:
            passing.append(trial.name.removeprefix("decoy "))
        problems += _off(trial, card, totals["the reference"] if len(totals) > 1 else None)
    ordered = sorted(name for name in totals if name.startswith(("decoy", "alternative")))
    told = ", ".join(f"{name.removeprefix('the ')} {total:g}" for name, total in totals.items())
    if len(totals) > len(trials) - len(ordered) and ordered:
        first = [name for name in totals if name not in ordered]
        told = ", ".join(f"{name.removeprefix('the ')} {totals[name]:g}" for name in first)
        told += f"; {len(ordered)} decoys and alternatives"
    if passing:
        # Whether one requirement may be missed is for the author to say, with `pass_mark`.
        told += f"; these decoys pass: {', '.join(sorted(passing))}"
    return Finding(
        told, {"totals": [f"{name}: {total:g}" for name, total in totals.items()]}, tuple(problems)
    )


def _trials(subject: Subject) -> Iterator[_Trial]:
    kit, exercise = subject.kit, subject.exercise
    failing = {file_of(id_) for id_, was in kit.baseline.visible.items() if was != "passed"}
    without_failing = {path: text for path, text in kit.starter.items() if path not in failing}
    # The reference comes first: others are compared with it.
    yield _Trial("the reference", kit.reference, _REFERENCE, right=True)
    yield _Trial(
        "the reference, reformatted", _reformatted(subject), _REFORMATTED, below_reference=True
    )
    yield _Trial(
        "the reference without new tests",
        replace_below(kit.reference, kit.tests, kit.starter),
        _WITHOUT_TESTS,
    )
    yield _Trial("failing tests deleted", without_failing, _NOTHING_DONE)
    yield _Trial("the untouched starter", kit.starter, (0, 0))
    for decoy in subject.manifest.decoy:
        tree = {**kit.starter, **exercise.overlay(f"decoys/{decoy.name}")}
        low, high = map(float, decoy.band)
        yield _Trial(f"decoy {decoy.name}", tree, (low, high), unmet=decoy.requirement)
    for alternative in subject.manifest.alternative:
        overlay = exercise.overlay(f"alternatives/{alternative.name}")
        yield _Trial(
            f"alternative {alternative.name}", {**kit.starter, **overlay}, (0, 100), right=True
        )
        if kit.kind in {"debug", "extend"}:
            # The interface is the same for all, so the reference's tests have to fit it.
            with_tests = {**kit.starter, **below(kit.solution, kit.tests), **overlay}
            churn = diff.churn(compare(kit.starter, with_tests, kit.packages, kit.tests))
            rewritten = churn >= _REWRITE * max(kit.baseline.reference_churn, 20)
            yield _Trial(
                f"alternative {alternative.name} with the reference's tests",
                with_tests,
                _REWRITTEN if rewritten else (_REWRITTEN[0], 100),
                right=True,
                below_reference=rewritten,
            )


def _off(trial: _Trial, card: Scorecard, reference: float | None) -> Iterator[str]:
    """What is not as it has to be about the score of a trial."""
    total = card.total or 0.0
    low, high = trial.band
    if not low <= total <= high:
        wanted = f"{low:g} to {high:g}" if low < high else f"{low:g}"
        yield f"{trial.name} scores {total:g}, not {wanted}"
    if trial.below_reference and reference is not None and total >= reference:
        yield f"{trial.name} scores {total:g}, no less than the reference"
    met = {each.name: each.credit == 1 for each in card.requirements}
    if trial.unmet is not None and met[trial.unmet]:
        yield f"{trial.name} meets {trial.unmet}, which it has to get wrong"
    if trial.right:
        unmet = [name for name, is_met in met.items() if not is_met]
        if unmet or not card.passed:
            yield f"{trial.name} has to pass and does not: {', '.join(unmet) or f'{total:g}'}"
        for flag in (each for each in card.flags if each.kind != ON_TRUST):
            yield f"{trial.name} is flagged: {flag.kind} ({flag.evidence})"


def _reformatted(subject: Subject) -> Tree:
    kit = subject.kit
    with tempfile.TemporaryDirectory(prefix="worksample-check-") as made:
        root = Path(made).resolve() / "tree"
        write_tree(below(kit.reference, (*kit.packages, *kit.tests)), root)
        style = root.with_name("style.toml")
        style.write_text(_ANOTHER_STYLE)
        ruff(root, "format", f"--config={style}", isolated=False)
        # Who reformats what is given on trust loses that.
        return {**read_tree(root), **{path: kit.starter[path] for path in kit.given}}


def missing_decoys(subject: Subject) -> Iterator[str]:
    """Decoys and alternatives that an exercise lacks; nothing is run."""
    manifest = subject.manifest
    if subject.imported:
        return
    decoys = {each.name: each for each in manifest.decoy}
    for name, (low, high) in _ARCHETYPES.items():
        if name not in decoys:
            yield f"there is no decoy '{name}', which lands in {low:g} to {high:g}"
        elif not low <= decoys[name].band[0] <= decoys[name].band[1] <= high:
            yield f"the band of decoy '{name}' has to be inside of {low:g} to {high:g}"
    wrong = [each.requirement for each in manifest.decoy]
    for requirement in manifest.requirement:
        if (number := wrong.count(requirement.name)) < _DECOYS_EACH:
            yield f"{requirement.name} has {number} decoys of its own; it takes {_DECOYS_EACH}"
    if (number := len(manifest.alternative)) < _ALTERNATIVES:
        yield f"there are {number} alternatives; it takes {_ALTERNATIVES}"


def _canaries(subject: Subject) -> Iterator[str]:
    measured = subject.measured
    runs: tuple[tuple[str, SuiteRun], ...] = (
        ("starter", measured.starter),
        ("solution", measured.solution),
    )
    for name, run in runs:
        canaries = {id_: each for id_, each in run.results.items() if file_of(id_) == CANARY_FILE}
        if not canaries:
            yield f"{CANARY_FILE} has no test: one has to fail on any honest code"
            return
        for id_, result in sorted(canaries.items()):
            if result.outcome != "failed":
                yield f"{id_} has to fail on the {name}, but {result.outcome}"


def _strictness(subject: Subject) -> Iterator[str]:
    """Test strength has to be worth earning, where it is measured on the faults."""
    kit = subject.kit
    if kit.kind not in {"debug", "extend"} or not kit.faults:
        return
    caught = kit.baseline.caught_by_starter
    left = sum(each.weight for each in kit.faults if each.name not in caught)
    every = sum(each.weight for each in kit.faults)
    if left * 2 < every:
        yield (
            f"the starter's own tests catch faults worth {every - left:g} of {every:g}; "
            "half of the weight has to be left to the candidate"
        )


# --- mutants --------------------------------------------------------------------------------


def mutants(subject: Subject) -> Finding:
    """Small mistakes in the lines of the answer do not get past the hidden tests.

    Where there are few of those, the rest of the source shows whether what works is watched.
    """
    kit = subject.kit
    lines = {
        each.path: changed_lines(each)
        for each in compare(kit.starter, kit.reference, kit.packages, kit.tests)
        if each.role == "source" and each.path.endswith(".py") and each.status != "deleted"
    }
    changed = make_mutants(kit.reference, lines, _MUTANTS)
    problems = [f"{path} can't be mutated: {why}" for path, why in changed.left_out.items()]
    others: tuple[Mutant, ...] = ()
    if not subject.imported and (room := _MUTANTS - len(changed.made)) > 0:
        rest = {
            path: frozenset(range(1, content.count(b"\n") + 2)) - lines.get(path, frozenset())
            for path, content in subject.source(kit.reference).items()
        }
        others = make_mutants(kit.reference, rest, room).made
    bound = _bound(subject)
    made = (*changed.made, *others)
    fates = subject.side_by_side(lambda mutant: _killed(subject, mutant, bound), made)
    known = [(mutant, fate) for mutant, fate in zip(made, fates, strict=True) if fate is not None]
    answer = [(mutant, killed) for mutant, killed in known if mutant in changed.made]
    survivors = [mutant for mutant, killed in answer if not killed]
    problems += _unexplained(subject, survivors)
    killed = sum(killed for _, killed in answer)
    if killed * 10 < _KILLED_OF_TEN * len(answer) and len(survivors) > 1:
        problems.append(f"{killed} of {len(answer)} mutants of the answer killed; 9 of 10 have to")
    elsewhere = len(known) - len(answer)
    killed_elsewhere = sum(killed for _, killed in known) - killed
    if killed_elsewhere * 10 < _KILLED_OF_TEN * elsewhere:
        alive = [mutant for mutant, killed in known if not killed and mutant in others]
        problems.append(
            f"{killed_elsewhere} of {elsewhere} mutants of what was right before killed; "
            f"9 of 10 have to, by regression tests:{''.join(map(_shown, alive))}"
        )
    text = f"{killed} of {len(answer)} mutants of the answer killed"
    if elsewhere:
        text += f", {killed_elsewhere} of {elsewhere} elsewhere"
    if survivors:
        text += f"; {len(survivors)} survive"
    return Finding(
        text,
        {
            "mutants": len(answer),
            "killed": killed,
            "elsewhere": elsewhere,
            "killed_elsewhere": killed_elsewhere,
            "survivors": [f"{each.path}: {each.mutated}" for each in survivors],
        },
        tuple(problems),
    )


def _bound(subject: Subject) -> int:
    """Seconds that a mutant may take: three times what the solution does, and two more."""
    seconds = sum(each.seconds for each in subject.measured.solution.results.values())
    return min(int(3 * seconds) + 2, subject.kit.limits.suite_seconds)


def _killed(subject: Subject, mutant: Mutant, seconds: int) -> bool | None:
    """Whether a hidden test notices; None for code that can't even be imported."""
    kit = subject.kit
    files = tuple(path for path in kit.hidden if path.endswith(".py") and path != CANARY_FILE)
    limits = replace(kit.limits, test_seconds=min(seconds, kit.limits.test_seconds))
    suite = replace(
        hidden_suite(kit, {**kit.reference, mutant.path: mutant.content}),
        targets=files,
        seconds=seconds,
        limits=limits,
        first_failure=True,
        texts=False,
    )
    run = subject.run(suite)
    if run.import_problem:
        return None
    return bool(troubles(run)) or any(each.outcome != "passed" for each in run.results.values())


def _unexplained(subject: Subject, survivors: list[Mutant]) -> Iterator[str]:
    """Survivors without the author's reason, and reasons without a survivor."""
    told = {(each.path, each.original, each.mutated) for each in subject.manifest.survivor}
    alive = {(each.path, each.original, each.mutated): each for each in survivors}
    for key in sorted(alive.keys() - told):
        yield (
            "a mutant survives: write the test that notices, or a [[survivor]] that says why "
            f"none can:{_shown(alive[key])}"
        )
    for path, _, mutated in sorted(told - alive.keys()):
        yield f"[[survivor]] of {path} survives no more, or is not made: {mutated}"


def _shown(mutant: Mutant) -> str:
    return f"\n{mutant.path}:{mutant.line}\n- {mutant.original}\n+ {mutant.mutated}".replace(
        "\n", "\n    "
    )
