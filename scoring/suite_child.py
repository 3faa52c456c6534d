"""Runs one test suite in a process of its own and reports what happened, test by test.

Started by path. Its order is one JSON object, read from the socket named by WORKSAMPLE_CHANNEL
before anything else happens; every event is a JSON line written back. With the argument `own` it
runs a candidate's tests in their workspace, as pytest would; without, it grades.

It imports nothing of ours, so that the code under test finds none of it. Whoever reads the
events decides what they are worth: an exit code or a line of output means nothing here.
"""

from __future__ import annotations

import gc

gc.disable()  # importing pytest makes no garbage worth looking for

import importlib
import json
import os
import re
import resource
import signal
import sys
import sysconfig
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest

_MESSAGE_CHARS = 500
_TRACEBACK_CHARS = 6000


class Channel:
    """Writes events. Folders of this machine are taken out of every text, so that runs agree."""

    def __init__(self, descriptor: int, root: str) -> None:
        self._descriptor = descriptor
        libraries = {os.path.dirname(os.__file__), sysconfig.get_path("purelib")}  # noqa: PTH120
        self._replacements = [
            (f"{root}/", ""),
            (root, "."),
            (f"{os.path.dirname(root)}/", ""),  # noqa: PTH120 - the run's home is beside the tree
            *((f"{folder}/", "<python>/") for folder in sorted(libraries, key=len, reverse=True)),
        ]

    def send(self, event: str, **facts: Any) -> None:
        data = json.dumps({"event": event, **facts}).encode() + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]

    def text(self, value: object, limit: int) -> str:
        text = str(value)
        for folder, shown in self._replacements:
            text = text.replace(folder, shown)
        text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text)
        return text if len(text) <= limit else f"{text[:limit]}…"


class Recorder:
    """A pytest plug-in that tells the outcome of every test as soon as it is known."""

    def __init__(self, channel: Channel, only: set[str] | None, seconds: int | None) -> None:
        self._channel = channel
        self._only = only
        self._seconds = seconds
        self._reports: list[pytest.TestReport] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = self._channel.text(report.longrepr, _TRACEBACK_CHARS)
            self._channel.send("not collected", path=report.nodeid, traceback=text)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if self._only is not None:
            gone = [item for item in items if item.nodeid not in self._only]
            items[:] = [item for item in items if item.nodeid in self._only]
            config.hook.pytest_deselected(items=gone)
        self._channel.send("collected", ids=[item.nodeid for item in items])

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        return (yield from self._bounded())

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        return (yield from self._bounded())

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        return (yield from self._bounded())

    def _bounded(self) -> Generator[None, object, object]:
        """Ends a phase of a test that runs too long, so that it can't take the others with it."""
        if self._seconds is None:
            return (yield)

        def expire(_signal: int, _frame: FrameType | None) -> None:
            pytest.fail(f"took longer than {self._seconds} s")

        previous = signal.signal(signal.SIGALRM, expire)
        signal.setitimer(signal.ITIMER_REAL, self._seconds, 1)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        reports, self._reports = self._reports, []
        outcome, decisive = _outcome(reports)
        crash = getattr(getattr(decisive, "longrepr", None), "reprcrash", None)
        facts: dict[str, str] = {}
        if crash is not None:
            message = crash.message.removeprefix("AssertionError: ")
            facts["message"] = self._channel.text(message, _MESSAGE_CHARS)
            facts["where"] = self._channel.text(f"{crash.path}:{crash.lineno}", _MESSAGE_CHARS)
        if decisive is not None and decisive.failed:
            facts["traceback"] = self._channel.text(decisive.longreprtext, _TRACEBACK_CHARS)
        seconds = sum(report.duration for report in reports)
        self._channel.send("test", id=nodeid, outcome=outcome, seconds=seconds, **facts)


def _outcome(reports: list[pytest.TestReport]) -> tuple[str, pytest.TestReport | None]:
    """A test's outcome over its set-up, call and tear-down, and the phase that decided it."""
    for report in reports:
        if report.failed:
            return ("failed" if report.when == "call" else "error"), report
    for report in reports:
        if hasattr(report, "wasxfail"):
            return ("xfailed" if report.skipped else "xpassed"), report
        if report.skipped:
            return "skipped", report
    passed = [report.when for report in reports] == ["setup", "call", "teardown"]
    return ("passed" if passed else "error"), None


def main() -> None:
    gc.freeze()
    gc.enable()
    descriptor = int(os.environ.pop("WORKSAMPLE_CHANNEL"))
    with open(descriptor, "rb", closefd=False) as stream:
        words = stream.read()
    if not words:
        return  # dismissed before there was anything to do
    order = json.loads(words)
    channel = Channel(descriptor, order["root"])
    if sys.argv[1:] == ["own"]:
        _run_own(order, channel)
    else:
        _run_graded(order, channel)


def _run_own(order: dict[str, Any], channel: Channel) -> None:
    """`worksample test`: as `python -m pytest` would in that folder, and outcomes beside it."""
    root: str = order["root"]
    os.chdir(root)
    sys.path.insert(0, root)
    sys.argv = ["pytest", *order["arguments"]]
    quiet = ["-q", "--tb=short", "--continue-on-collection-errors"] if order["quiet"] else []
    code = pytest.main([*quiet, *order["arguments"]], plugins=[Recorder(channel, None, None)])
    channel.send("done", code=int(code))
    sys.stdout.flush()
    sys.stderr.flush()
    if order["quiet"]:
        # Nobody waits for what is left but us.
        os._exit(code)
    sys.exit(code)


def _run_graded(order: dict[str, Any], channel: Channel) -> None:
    root: str = order["root"]
    memory = order["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.path[:0] = [root, *(os.path.join(root, folder) for folder in order["path"])]  # noqa: PTH118
    measure = _start_coverage(order["packages"], root) if order["coverage"] else None
    if _imports(channel, order["packages"], order["test_seconds"]):
        only = None if order["only"] is None else set(order["only"])
        recorder = Recorder(channel, only, order["test_seconds"])
        # Without a target pytest would look everywhere.
        code = 0
        if order["targets"]:
            code = pytest.main([*order["targets"], *_arguments(order)], plugins=[recorder])
        if measure is not None:
            channel.send("coverage", files=measure())
        channel.send("done", code=int(code))
    # Not by way of atexit handlers and threads that the code under test left behind.
    os._exit(0)


def _arguments(order: dict[str, Any]) -> list[str]:
    """Our own configuration and none of the submission's."""
    return [
        f"--rootdir={order['root']}",
        "--config-file=/dev/null",
        f"--import-mode={order['import_mode']}",
        "--continue-on-collection-errors",
        "--tb=short",
        "-q",
        "-pno:cacheprovider",
    ]


def _imports(channel: Channel, packages: list[str], seconds: int) -> bool:
    """Whether every package of the submission can be imported; tells why not."""

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    signal.signal(signal.SIGALRM, expire)
    for package in packages:
        channel.send("importing", package=package)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            importlib.import_module(package)
        except BaseException as error:  # noqa: BLE001 - SystemExit and the like are outcomes too
            text = channel.text(f"{type(error).__name__}: {error}", _MESSAGE_CHARS)
            channel.send("not imported", package=package, message=text)
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    channel.send("imported")
    return True


def _start_coverage(packages: list[str], root: str) -> Any:
    """Starts measuring branches; returns a function that stops and tells lines by file."""
    import coverage

    folders = [os.path.join(root, package) for package in packages]  # noqa: PTH118
    cover = coverage.Coverage(data_file=None, branch=True, source=folders, config_file=False)
    # A submission can't talk its lines out of the measurement.
    cover.set_option("report:exclude_lines", [])
    cover.set_option("report:partial_branches", [])
    cover.start()

    def finish() -> dict[str, Any]:
        cover.stop()
        path = os.path.join(root, ".worksample-coverage.json")  # noqa: PTH118
        try:
            cover.json_report(outfile=path, ignore_errors=True)
            with open(path) as stream:  # noqa: PTH123
                files = json.load(stream)["files"]
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

    return finish


if __name__ == "__main__":
    main()
