"""A run of a candidate's tests on some version of the source: theirs, the reference, a fault.

The tests are files, as pytest likes them. The source is, too, where its coverage is measured;
elsewhere it never is one, so that tests can check what code does, not how it is written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from scoring.inside.guard import Guard
from scoring.inside.inventory import Inventory
from scoring.inside.memory import CompiledModules
from scoring.inside.recorder import Apart, Recorder, Tell, Texts, lane
from scoring.inside.session import ARGUMENTS, finish, import_packages, tracebacks
from scoring.inside.texts import refuse_texts
from scoring.inside.ways import close_ways


def run(
    order: dict[str, Any],
    root: str,
    descriptor: int,
    key_a: bytes,
    key_b: bytes,
    begun: pytest.Session | None,
) -> None:
    """`begun` is a session that only waits for its tests (see `scoring.inside.session`)."""
    tell, vouch = lane(descriptor, "a", key_a), lane(descriptor, "b", key_b)
    texts = Texts(root)
    sys.path[:0] = [root, *(f"{root}/{folder}" for folder in order["test_folders"])]
    if order["sealed"]:
        sys.meta_path.insert(0, CompiledModules(order["sealed"], order["compiled"], root))
        close_ways()
        Guard(root, vouch, site=order["site"], tracing=True, given=order["given"]).begin()
    measure = allow_texts = None
    if order["coverage"]:
        measure = _start_coverage(order["packages"], root, vouch)
        allow_texts = refuse_texts(root, order["packages"], order["given"], vouch)
    if not import_packages(vouch, texts, order["packages"], order["test_seconds"]):
        return
    code = 0
    # Without a target pytest would look everywhere.
    if targets := [each for each in order["targets"] if os.path.exists(f"{root}/{each}")]:  # noqa: PTH110
        recorder = Recorder.of(order, tell, texts)
        if begun is not None:
            code = finish(begun, [f"{root}/{each}" for each in targets], recorder)
        else:
            arguments = [
                *targets,
                f"--rootdir={root}",
                f"--confcutdir={root}",
                "--import-mode=prepend",
                "--continue-on-collection-errors",
                f"--assert={'rewrite' if order['texts'] else 'plain'}",
                *tracebacks(wanted=order["texts"]),
                *(("--exitfirst",) if order["first_failure"] else ()),
                *ARGUMENTS,
            ]
            plugins = [recorder, Apart(tell)] if order["apart"] else [recorder]
            code = int(pytest.main(arguments, plugins=plugins))
    if measure is not None and allow_texts is not None:
        allow_texts()
        vouch("coverage", files=measure())
    vouch("done", code=code)


def load_coverage() -> None:
    """Import coverage, once for all runs that will need it."""
    import coverage
    import coverage.bytecode
    import coverage.collector
    import coverage.jsonreport
    import coverage.python  # noqa: F401


def _start_coverage(packages: list[str], root: str, vouch: Tell) -> Callable[[], dict[str, Any]]:
    """Starts measuring branches; returns a function that stops and tells lines by file."""
    import coverage

    folders = [f"{root}/{package}" for package in packages]
    cover = coverage.Coverage(data_file=None, branch=True, source=folders, config_file=False)
    # A submission can't talk its lines out of the measurement.
    cover.set_option("report:exclude_lines", [])
    cover.set_option("report:partial_branches", [])
    cover.start()
    # Nor find the measurement by asking for it, nor replace what measures.
    coverage.Coverage._instances.clear()
    del coverage.Coverage.current
    parts = [each for name, each in sys.modules.items() if name.partition(".")[0] == "coverage"]
    measuring = Inventory(parts, closed=False)

    def finish() -> dict[str, Any]:
        cover.stop()
        if replaced := measuring.change():
            vouch("tampered", what=replaced)
            return {}
        path = f"{root}/.worksample-coverage.json"
        try:
            cover.json_report(outfile=path, ignore_errors=True)
            with open(path) as stream:  # noqa: PTH123
                files = json_load(stream)["files"]
        except coverage.CoverageException:
            return {}
        return {
            os.path.relpath(os.path.join(root, name), root): {  # noqa: PTH118
                key: facts[key]
                for key in (
                    "executed_lines",
                    "missing_lines",
                    "executed_branches",
                    "missing_branches",
                )
            }
            for name, facts in files.items()
        }

    from json import load as json_load

    return finish
