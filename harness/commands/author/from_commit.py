"""`worksample author from-commit`: a real bug fix as an exercise, and the search for one."""

from __future__ import annotations

import shlex
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from harness import console
from harness.authoring.from_commit import Imported
from harness.authoring.from_commit import from_commit as make
from harness.authoring.repository import open_repository
from harness.authoring.suitable import Found, Suitable, find_suitable
from harness.errors import UsageProblem, WorkspaceProblem
from harness.git import GitError

_SHOWN = 8


def from_commit(
    where: str, commit: str, target: Path, *, id_: str, package: str, as_json: bool
) -> int:
    made = make(where, commit, target, id_=id_, package=package, tell=console.err)
    if as_json:
        console.out_json(_facts(made))
        return 0
    reasons = Counter(made.dropped.values())
    for reason, number in reasons.most_common(_SHOWN):
        test = next(id_ for id_, text in made.dropped.items() if text == reason)
        more = f" and {number - 1} more" if number > 1 else ""
        console.warn(f"left out {test}{more}: {' '.join(reason.split())}")
    if len(reasons) > _SHOWN:
        console.warn(f"left out tests for {len(reasons) - _SHOWN} more reasons: see TODO.md")
    console.out(f"Made          {made.folder}")
    console.out(f"Commit        {made.commit[:12]}")
    console.out(f"Requirements  {', '.join(each.name for each in made.requirements)}")
    console.out(f"Tests         {made.visible} visible, {made.hidden} hidden")
    console.out()
    console.out("Left to you, also in TODO.md:")
    for each in made.todo:
        console.out(f"  - {each}")
    console.out()
    place, folder = shlex.quote(str(made.folder.parent)), shlex.quote(str(made.folder))
    console.out(f"Prove it:  worksample author check {folder}")
    console.out(f"Start it:  worksample start {made.id} --exercises {place}")
    return 0


def _facts(made: Imported) -> dict[str, object]:
    return {
        "exercise": made.id,
        "folder": str(made.folder),
        "commit": made.commit,
        "requirements": [
            {"name": each.name, "asks": each.asks, "faults": len(each.parts)}
            for each in made.requirements
        ],
        "tests": {"visible": made.visible, "hidden": made.hidden},
        "dropped": dict(made.dropped),
        "todo": list(made.todo),
    }


def find(where: str, *, limit: int, as_json: bool) -> int:
    with console.busy("Reading the history"), open_repository(where, "") as repository:
        try:
            found = find_suitable(repository)
        except GitError as error:
            raise WorkspaceProblem(
                f"the history of {where} can't be read: {error}", "see what git says: git log"
            ) from None
    if as_json:
        console.out_json(_found_facts(found, limit))
        return 0
    if not found.suitable:
        lines = "".join(f"\n  {count} × {why}" for why, count in _by_count(found))
        raise UsageProblem(
            f"none of the {found.looked_at} commits that change Python files suits:{lines}",
            "a commit that suits changes source and tests together, a little of both",
        )
    rows = [["COMMIT", "DATE", "SOURCE", "TESTS", "SUBJECT", "WHY"]]
    rows += [_row(each) for each in found.suitable[:limit]]
    for line in console.table(rows).splitlines():
        console.out(console.clip(line, 0))
    console.out()
    left = ", ".join(f"{count} × {why}" for why, count in _by_count(found))
    looked_at = console.plural(found.looked_at, "commit")
    console.out(f"{len(found.suitable)} of {looked_at} suit. Left out: {left}.")
    best = found.suitable[0].commit[:12]
    console.out(f"Make one:  worksample author from-commit {shlex.quote(where)} {best}")
    return 0


def _row(each: Suitable) -> list[str]:
    date = datetime.fromtimestamp(each.moment, UTC).date().isoformat()
    subject = each.subject if len(each.subject) <= 44 else f"{each.subject[:43]}…"
    source = f"{each.source_lines} in {console.plural(each.source_files, 'file')}"
    return [each.commit[:12], date, source, str(each.test_lines), subject, ", ".join(each.reasons)]


def _by_count(found: Found) -> list[tuple[str, int]]:
    return sorted(found.left_out.items(), key=lambda each: (-each[1], each[0]))


def _found_facts(found: Found, limit: int) -> dict[str, object]:
    return {
        "commits": [
            {
                "commit": each.commit,
                "subject": each.subject,
                "date": datetime.fromtimestamp(each.moment, UTC).isoformat(),
                "source_files": each.source_files,
                "source_lines": each.source_lines,
                "test_lines": each.test_lines,
                "rank": each.rank,
                "reasons": list(each.reasons),
            }
            for each in found.suitable[:limit]
        ],
        "suitable": len(found.suitable),
        "looked_at": found.looked_at,
        "left_out": dict(found.left_out),
    }
