"""Runs a candidate's tests where the candidate works: their code, their settings, their debugger.

No copy, no limits, nothing graded; the outcomes come from the same recorder that grading uses.
pytest takes longer to import than most suites to run, so it can be started ahead of time, before
it is known in which folder and with which arguments.
"""

from __future__ import annotations

import os.path

from scoring import process

TYPE_CHECKING = False  # see scoring.process
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scoring.terms import Outcome, TestResult

_CHILD = os.path.join(os.path.dirname(__file__), "inside", "own.py")  # noqa: PTH118, PTH120
_CHANNEL_BYTES = 64_000_000
_TAIL_CHARS = 4000
# The candidate stops it, not we.
_SECONDS = 24 * 3600.0


class OwnRun:
    """What ran; `ending` says why pytest did not come to its end, and is "" where it did."""

    __slots__ = ("ending", "not_collected", "output", "results")

    def __init__(
        self,
        results: Sequence[TestResult],
        not_collected: Mapping[str, str],
        ending: str,
        output: str,
    ) -> None:
        self.results = results
        self.not_collected = not_collected
        self.ending = ending
        self.output = output

    @property
    def finished(self) -> bool:
        return not self.ending

    @property
    def passed(self) -> int:
        return self.count("passed", "xfailed")

    @property
    def failed(self) -> int:
        """Tests that failed, and files that can't be collected."""
        return self.count("failed", "error", "xpassed") + len(self.not_collected)

    def count(self, *outcomes: Outcome) -> int:
        return sum(each.outcome in outcomes for each in self.results)


class WarmPytest:
    """A process that has imported pytest, or is about to, and waits for its order.

    Unless `quiet`, it has the terminal, or whatever we were given in its place. Either `run` or
    `dismiss` has to be called.
    """

    def __init__(self, python: str, *, quiet: bool) -> None:
        self.quiet = quiet
        argv = [python, "-P", _CHILD, process.CHANNEL]
        self._child = process.start(argv, channel=True, attached=not quiet)

    def dismiss(self) -> None:
        self._child.kill()

    def run(self, root: Path, arguments: Sequence[str], site: Path | None = None) -> OwnRun:
        """Run pytest in `root`, to its end or until a person ends it.

        `site` is a folder of packages to import from beside our own.
        """
        import json

        from scoring.events import read_events

        order = json.dumps(
            {
                "root": str(root),
                "site": "" if site is None else str(site),
                "quiet": self.quiet,
                "arguments": list(arguments),
            }
        )
        finished = self._child.finish(
            seconds=_SECONDS, order=order.encode(), channel_bytes=_CHANNEL_BYTES
        )
        told = read_events(finished.channel)
        output = (finished.stdout + finished.stderr).decode("utf-8", "replace")
        ending = ""
        if not told.done:
            code = finished.returncode
            ending = f"signal {-code}" if code < 0 else f"exit code {code}"
        return OwnRun(
            tuple(told.results.values()),
            told.not_collected,
            ending,
            output[-_TAIL_CHARS:].replace(f"{root}/", ""),
        )
