"""Flags: what a person should look at, each with its evidence. A flag never costs points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scoring.model import Flag, GradingKit
from scoring.runner import Runner, SuiteRun, sealed_suite
from scoring.trees import Tree, below

# Not a deed of the candidate's.
ON_TRUST = "the starter's own code may look at frames"
_NAMED = 8


def taken_on_trust(kit: GradingKit, submission: Tree) -> Iterator[Flag]:
    """Files that may do what is refused to a submission, because they are the author's own."""
    given = [path for path in kit.given if submission.get(path) == kit.starter.get(path)]
    yield from _flag(ON_TRUST, given)


def visible_test_flags(
    kit: GradingKit, submission: Tree, own: SuiteRun, runner: Runner
) -> Iterator[Flag]:
    """Visible tests that were deleted, skipped, or changed so that they no longer find their bug.

    Correctness is measured with the author's copies anyway, so this is about honesty.
    """
    if own.ending or own.import_problem:
        return
    visible = kit.baseline.visible
    lost = {path.split("::")[0] for path in own.not_collected}
    gone = [id_ for id_ in visible if id_ not in own.collected and id_.split("::")[0] not in lost]
    yield from _flag("visible tests deleted", gone)
    skipped = [
        id_
        for id_, was in visible.items()
        if own.outcome(id_) in {"skipped", "xfailed"} and was != own.outcome(id_)
    ]
    yield from _flag("visible tests skipped", skipped)
    yield from _flag("visible tests weakened", _weakened(kit, submission, own, runner))


def _weakened(kit: GradingKit, submission: Tree, own: SuiteRun, runner: Runner) -> list[str]:
    """Tests that failed on the starter when the author wrote them, and pass on it as changed."""
    before, after = below(kit.starter, kit.tests), below(submission, kit.tests)
    # Files that were added change no test that was there, unless pytest reads them first.
    added = [path for path in after if path not in before and path.endswith("conftest.py")]
    if not added and all(after.get(path) == content for path, content in before.items()):
        return []
    should_fail = (
        frozenset(id_ for id_, was in kit.baseline.visible.items() if was != "passed")
        & own.passed()
    )
    if not should_fail:
        return []
    files = tuple(sorted({id_.split("::")[0] for id_ in should_fail}))
    run = runner.run(sealed_suite(kit, kit.starter, submission, targets=files, only=should_fail))
    return sorted(run.passed() & should_fail)


def _flag(kind: str, ids: Iterable[str]) -> Iterator[Flag]:
    names = list(ids)
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield Flag(kind, ", ".join(names[:_NAMED]) + more)
