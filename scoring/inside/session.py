"""What every graded run does before its tests: import the code, and start pytest our way."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from _pytest.config import default_plugins

from scoring.inside.recorder import Tell, Texts

# Our own configuration and none of the submission's; nothing is captured, since nobody reads it.
# The plug-ins left out keep references to pytest's inner objects, or only cost time.
ARGUMENTS = (
    "--config-file=/dev/null",
    "--tb=short",
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


def import_site(site: str, packages: list[str]) -> None:
    """Import an exercise's own packages, as far as they can be.

    Some change the standard library when they are imported, which later would look like the
    submission's doing. One that goes by the name of what is graded is left to the submission.
    """
    for entry in sorted(os.listdir(site)):  # noqa: PTH208
        name = entry.partition(".")[0]
        module = entry.endswith(".py") or os.path.isfile(f"{site}/{entry}/__init__.py")  # noqa: PTH113
        if module and name.isidentifier() and name not in packages:
            with suppress(BaseException):
                importlib.import_module(name)


def import_packages(tell: Tell, texts: Texts, packages: list[str], seconds: int) -> bool:
    """Whether every package of the submission can be imported; tells why not."""

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
