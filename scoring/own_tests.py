"""Runs a candidate's tests where the candidate works: their code, their settings, their debugger.

No copy, no limits, nothing graded; the outcomes come from the same recorder that grading uses.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring import process
from scoring.events import read_events
from scoring.model import Outcome, TestResult

_CHILD = Path(__file__).with_name("suite_child.py")
_CHANNEL_BYTES = 64_000_000
_TAIL_CHARS = 4000
# The candidate stops it, not we.
_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class OwnRun:
    """What ran; `finished` is False where pytest did not come to its end, for `ending`."""

    results: tuple[TestResult, ...]
    not_collected: Mapping[str, str]
    finished: bool
    ending: str
    output: str

    def count(self, *outcomes: Outcome) -> int:
        return sum(each.outcome in outcomes for each in self.results)


def run_own_tests(root: Path, python: str, arguments: Sequence[str], *, quiet: bool) -> OwnRun:
    """Run pytest in `root`. Unless `quiet`, it has the terminal (or whatever we were given)."""
    order = json.dumps({"root": str(root), "attached": not quiet, "arguments": list(arguments)})
    argv = [python, "-P", str(_CHILD), order]
    if quiet:
        finished = process.run(argv, cwd=root, seconds=_SECONDS, channel_bytes=_CHANNEL_BYTES)
    else:
        finished = process.run_attached(argv, cwd=root, channel_bytes=_CHANNEL_BYTES)
    told = read_events(finished.channel)
    output = (finished.stdout + finished.stderr).decode("utf-8", "replace")
    ending = ""
    if not told.done:
        code = finished.returncode
        ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    return OwnRun(
        tuple(told.results.values()),
        told.not_collected,
        told.done,
        ending,
        output[-_TAIL_CHARS:].replace(f"{root}{os.sep}", ""),
    )
