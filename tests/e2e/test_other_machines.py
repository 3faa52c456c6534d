"""Machines with less than this one, simulated: the next rung is taken, and plainly said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from promised import lacking
from scoring.sandbox import PROCESS_GROUP
from tally_pack import solve

PROGRAM = [sys.executable, "-m", "harness"]


@dataclass(frozen=True)
class Machine:
    """What is put around a command, and what the command is told, to make it another machine.

    `why` is what `doctor` says of the missing rung, and `remedy` what of its tip does not depend
    on the machine that simulates it.
    """

    why: str
    remedy: str = ""
    around: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


_REFUSED = "bubblewrap can't make a sandbox here: bwrap: "


def without_user_namespaces(_: Path) -> Machine:
    """A container for an ordinary user, which can't make a namespace in it."""
    around = ("bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns")
    return Machine(f"{_REFUSED}Creating new namespace failed: ", around=(*around, "--uid", "1000"))


def where_root_has_no_privileges(_: Path) -> Machine:
    """A container for root, who may do nothing there that an ordinary user may not."""
    around = ("bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns")
    return Machine(
        f"{_REFUSED}Creating new namespace failed: Operation not permitted",
        around=(*around, "--uid", "0", "--cap-drop", "ALL"),
    )


def with_a_bubblewrap_that_fails(folder: Path) -> Machine:
    program = folder / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: execvp: too old a kernel' >&2\nexit 1\n")
    program.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return Machine(f"{_REFUSED}execvp: too old a kernel", environment={"PATH": path})


# What only Linux has, taken away before anybody looks; the standard library keeps its own paths.
_PRETEND = """
import os, sys, sysconfig, time
sysconfig.get_config_vars()
sys.platform = "darwin"
for module, name in ((os, "pidfd_open"), (os, "sched_getaffinity"), (time, "CLOCK_BOOTTIME")):
    vars(module).pop(name, None)
"""
# The Python of the servers, which read no sitecustomize.
_PYTHON = """#!/bin/sh
shift 5
exec {python} -S -s -P -B -Xutf8 -c '
import runpy, sys
exec(open(sys.argv[1]).read())
del sys.argv[:2]
runpy.run_path(sys.argv[0], run_name="__main__")
' {pretend} "$@"
"""


def that_says_it_is_macos_and_has_nothing_of_linux(folder: Path) -> Machine:
    """Its `sys.platform`, no /proc, and nothing in the standard library that only Linux has."""
    pretend, python = folder / "pretend.py", folder / "python"
    pretend.write_text(_PRETEND)
    python.write_text(_PYTHON.format(python=sys.executable, pretend=pretend))
    python.chmod(0o755)
    says = f"exec(open({str(pretend)!r}).read())\nsys._base_executable = {str(python)!r}\n"
    (folder / "sitecustomize.py").write_text(says)
    return Machine(
        "bubblewrap is for Linux only",
        "grade other people's code on a Linux machine",
        around=("bwrap", "--dev-bind", "/", "/", "--tmpfs", "/proc"),
        environment={"PYTHONPATH": str(folder)},
    )


@pytest.mark.parametrize(
    "simulated",
    [
        without_user_namespaces,
        where_root_has_no_privileges,
        with_a_bubblewrap_that_fails,
        that_says_it_is_macos_and_has_nothing_of_linux,
    ],
)
def test_a_machine_without_a_sandbox_says_so_in_doctor_and_scorecard_and_scores_all_the_same(
    simulated: Callable[[Path], Machine], tmp_path: Path
) -> None:
    (tmp_path / "machine").mkdir()
    machine = simulated(tmp_path / "machine")
    if machine.around:
        tried = [shutil.which("bwrap") or "false", *machine.around[1:], "true"]
        if subprocess.run(tried, check=False, capture_output=True).returncode:
            lacking("bubblewrap can't simulate that here")

    def run(*words: str) -> tuple[int, dict]:
        told = subprocess.run(
            [*machine.around, *PROGRAM, *words],
            cwd=tmp_path,
            env={**os.environ, **machine.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "error" not in told.stderr, told.stderr
        return told.returncode, json.loads(told.stdout)

    code, told = run("doctor", "--json")
    (sandbox,) = [each for each in told["checks"] if each["name"] == "sandbox"]
    assert (code, told["sandbox"], sandbox["ok"]) == (4, PROCESS_GROUP, False)
    assert sandbox["detail"].startswith(f"{PROCESS_GROUP}; {machine.why}")
    assert sandbox["tip"]
    assert machine.remedy in sandbox["tip"]

    assert run("start", "tally", "--json")[0] == 0
    solve(tmp_path / "tally")
    code, card = run("score", "-C", "tally", "--json")
    assert (code, card["total"], card["flags"]) == (0, 100.0, [])
    assert card["environment"]["sandbox"] == PROCESS_GROUP
