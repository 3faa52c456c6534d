"""Runs test suites of a tree and reads the outcomes: what ran, and how it ended.

The tree is written to a folder of ours, run with our own configuration in a bare environment,
and removed. Nothing that the run prints or exits with counts; see `scoring.suite_child`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scoring import process
from scoring.events import LineCoverage, read_events
from scoring.model import GradingKit, Limits
from scoring.terms import Outcome, TestResult
from scoring.trees import Tree, replace_below, write_tree

_CHILD = Path(__file__).with_name("suite_child.py")
_CHANNEL_BYTES = 32_000_000


@dataclass(frozen=True)
class Suite:
    """Which tests of which tree to run: `targets` are paths in it, `only` limits by test id.

    `seconds` bounds the whole run; without it the exercise's limit for a suite does.
    """

    tree: Tree
    targets: tuple[str, ...]
    packages: tuple[str, ...]
    test_folders: tuple[str, ...]
    limits: Limits
    only: frozenset[str] | None = None
    coverage: bool = False
    import_mode: Literal["prepend", "importlib"] = "prepend"
    seconds: int | None = None


@dataclass
class SuiteRun:
    """What a run told.

    `import_problem` says why the source can't be imported at all; `not_collected` has a
    traceback by test file; `ending` is "" for a run that came to its end, else what stopped it.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: tuple[str, ...] = ()
    not_collected: dict[str, str] = field(default_factory=dict)
    import_problem: str = ""
    ending: str = ""
    truncated: bool = False
    coverage: Mapping[str, LineCoverage] = field(default_factory=dict)

    def outcome(self, test_id: str) -> Outcome:
        result = self.results.get(test_id)
        return result.outcome if result else "missing"

    def passed(self) -> frozenset[str]:
        return frozenset(id_ for id_, each in self.results.items() if each.outcome == "passed")


def run_candidates_tests(
    kit: GradingKit,
    source: Tree,
    tests: Tree,
    *,
    targets: tuple[str, ...] = (),
    only: frozenset[str] | None = None,
    coverage: bool = False,
) -> SuiteRun:
    """Run a candidate's tests on some version of the source: theirs, the reference, a fault.

    `targets` are the test files to run instead of all.
    """
    return run_suite(
        Suite(
            tree=replace_below(source, kit.tests, tests),
            targets=targets or kit.tests,
            packages=kit.packages,
            test_folders=kit.tests,
            limits=kit.limits,
            only=only,
            coverage=coverage,
        )
    )


def run_suite(suite: Suite) -> SuiteRun:
    """Run a suite in a folder that lives as long as the run."""
    seconds = suite.seconds or suite.limits.suite_seconds
    with tempfile.TemporaryDirectory(prefix="worksample-", ignore_cleanup_errors=True) as made:
        folder = Path(made).resolve()
        root, home = folder / "tree", folder / "home"
        root.mkdir()
        home.mkdir()
        write_tree(suite.tree, root)
        order = {
            "root": str(root),
            "path": suite.test_folders,
            "targets": [each for each in suite.targets if (root / each).exists()],
            "packages": suite.packages,
            "only": None if suite.only is None else sorted(suite.only),
            "coverage": suite.coverage,
            "import_mode": suite.import_mode,
            "test_seconds": suite.limits.test_seconds,
            "memory_mb": suite.limits.memory_mb,
        }
        child = process.start(
            # No user site, no folder of the script on the path, no byte code written.
            [sys.executable, "-s", "-P", "-B", "-Xutf8", _CHILD],
            cwd=root,
            env=_environment(home),
            channel=True,
        )
        finished = child.finish(
            seconds=seconds, order=json.dumps(order).encode(), channel_bytes=_CHANNEL_BYTES
        )
        return _read(finished, seconds)


def _environment(home: Path) -> dict[str, str]:
    """A bare environment, the same on every machine: runs must agree."""
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }


def _read(finished: process.Finished, seconds: int) -> SuiteRun:
    told = read_events(finished.channel)
    ending = ""
    if not told.done and not told.import_problem:
        if finished.timed_out:
            ending = f"stopped after {seconds} s"
        elif told.stopped:
            ending = told.stopped
        elif finished.returncode < 0:
            ending = f"killed by signal {-finished.returncode}"
        else:
            ending = f"the process ended by itself (exit code {finished.returncode})"
    import_problem = told.import_problem
    if ending and told.importing:
        import_problem = f"{told.importing} can't be imported: {ending}"
    return SuiteRun(
        results=told.results,
        collected=told.collected,
        not_collected=told.not_collected,
        import_problem=import_problem,
        ending=ending,
        truncated=finished.truncated,
        coverage=told.coverage,
    )
