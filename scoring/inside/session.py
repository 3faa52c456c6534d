"""What every graded run does before its tests: import the code, and start pytest our way."""

from __future__ import annotations

import importlib
import inspect
import os
import random
import signal
import sys
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest
from _pytest.config import _prepareconfig, default_plugins

from scoring.inside.recorder import Recorder, Tell, Texts

# Our own configuration and none of the submission's; nothing is captured, since nobody reads it.
# The plug-ins left out keep references to pytest's inner objects, or only cost time.
ARGUMENTS = (
    "--config-file=/dev/null",
    "--no-summary",
    "-qq",
    "-s",
    *(
        f"-pno:{name}"
        for name in (
            "cacheprovider",
            "doctest",
            "faulthandler",
            "junitxml",
            "pastebin",
            "setuponly",
            "setupplan",
            "stepwise",
            "threadexception",
            "unraisableexception",
        )
    ),
)


def tracebacks(*, wanted: bool) -> tuple[str, ...]:
    """Where nobody reads them, to make them would be most of what a failing test costs."""
    return ("--tb=short" if wanted else "--tb=no",)


def preload() -> None:
    """Import what a session would, so that the processes forked later have it already."""
    excluded = {each.removeprefix("-pno:") for each in ARGUMENTS}
    plugins = [f"_pytest.{name}" for name in default_plugins if name not in excluded]
    for name in (*plugins, "_pytest.tracemalloc", "difflib", "pdb", "unittest"):
        with suppress(ImportError):
            importlib.import_module(name)
    if sys.platform == "linux":
        with suppress(ImportError):
            importlib.import_module("readline")
    # The first traceback of a run would have it look up the files of all these modules.
    inspect.getmodule(compile("", "nowhere", "exec"))


def import_site(site: str, without: Container[str]) -> None:
    """Import an exercise's own packages, as far as they can be, before anything of a submission.

    Some change the standard library when they are imported, which later would look like the
    submission's doing. `without` are names that belong to what is graded.
    """
    for entry in sorted(os.listdir(site)):  # noqa: PTH208
        name = entry.partition(".")[0]
        module = entry.endswith(".py") or os.path.isfile(f"{site}/{entry}/__init__.py")  # noqa: PTH113
        if module and name.isidentifier() and name not in without:
            with suppress(BaseException):
                importlib.import_module(name)
    # What is graded may be what a package depends on: it is not that one which is asked for.
    for name in [each for each in sys.modules if each.partition(".")[0] in without]:
        del sys.modules[name]


def begin(root: str) -> pytest.Session:
    """A session that has begun and has no tests yet, for processes that are forked from here:
    half of what pytest costs beside the tests is over then.

    It reads nothing of the tree, which need not be there yet.
    """
    arguments = [
        f"--rootdir={root}",
        f"--confcutdir={root}",
        "--noconftest",
        "--import-mode=prepend",
        "--continue-on-collection-errors",
        # No text of these runs is read, only outcomes count.
        "--assert=plain",
        *tracebacks(wanted=False),
        *ARGUMENTS,
    ]
    config = _prepareconfig(arguments)
    session = pytest.Session.from_config(config)
    config._do_configure()
    config.hook.pytest_sessionstart(session=session)
    return session


def may_join(order: Mapping[str, Any], session: pytest.Session) -> bool:
    """Whether a run can do with a session that began without it. A hook in a conftest could be one
    that is called at the beginning."""
    return (
        order["sealed"]
        and not order["first_failure"]
        and session.path.name == order["folder"]
        and not any(
            path.endswith("conftest.py") and b"pytest_" in content
            for path, content in order["files"].items()
        )
    )


def finish(session: pytest.Session, targets: Iterable[str], recorder: Recorder) -> int:
    """Run the tests that a session was begun for; its exit code, as `pytest.main` has it."""
    config = session.config
    config.args = list(targets)
    config.pluginmanager._noconftest = False
    config.pluginmanager.register(recorder)
    try:
        config.hook.pytest_collection(session=session)
        config.hook.pytest_runtestloop(session=session)
    except (KeyboardInterrupt, pytest.exit.Exception):
        return pytest.ExitCode.INTERRUPTED
    except pytest.UsageError:
        return pytest.ExitCode.USAGE_ERROR
    except BaseException:  # noqa: BLE001 - SystemExit in a conftest ends no run as if it were whole
        return pytest.ExitCode.INTERNAL_ERROR
    if session.testsfailed:
        return pytest.ExitCode.TESTS_FAILED
    return pytest.ExitCode.OK if session.testscollected else pytest.ExitCode.NO_TESTS_COLLECTED


def import_packages(tell: Tell, texts: Texts, packages: list[str], seconds: int) -> bool:
    """Whether every package of the submission can be imported; tells why not.

    Before that chance is set to what it is in every run.
    """
    random.seed(0)

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    signal.signal(signal.SIGALRM, expire)
    for package in packages:
        tell("importing", package=package)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            importlib.import_module(package)
        except BaseException as error:  # noqa: BLE001 - SystemExit and the like are outcomes too
            message = texts.message(f"{type(error).__name__}: {error}")
            tell("not imported", package=package, message=message)
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    tell("imported")
    return True
