"""Tells what happens in a pytest session: a pytest plug-in, and the sealed lines it writes."""

from __future__ import annotations

import os
import re
import signal
import sysconfig
from _blake2 import blake2b
from collections.abc import Callable, Generator, Mapping
from json import encoder
from types import FrameType
from typing import Any, Self

import pytest
from _pytest.runner import runtestprotocol

_MESSAGE_CHARS = 500
_TRACEBACK_CHARS = 6000

# Also what pytest left of one where it cut a long text in its middle.
_ADDRESS = re.compile(r"(?<=0x)(?:[0-9a-f]{6,}|[0-9a-f]*(?=\.\.\.))|(?<=\.\.\.)x?[0-9a-f]+(?=>)")

Tell = Callable[..., None]


def sealed(key: bytes, number: int, line: bytes) -> bytes:
    """The seal of a line: nobody without the key can make one, nor use one twice."""
    return blake2b(b"%d " % number + line, key=key, digest_size=16).hexdigest().encode()


def lane(descriptor: int, name: str, key: bytes) -> Tell:
    """A way out of the process for events: one JSON object a line, each with its seal.

    Everything it calls is in C and was looked up here, so that code that replaces functions of
    the standard library changes nothing. Without a key lines are not sealed.
    """
    write, digest = os.write, blake2b
    encode = encoder.c_make_encoder(  # type: ignore[attr-defined]
        None, str, encoder.encode_basestring_ascii, None, ":", ",", False, False, True
    )
    number = 0

    def tell(event: str, **facts: Any) -> None:
        nonlocal number
        line = "".join(encode({"event": event, **facts}, 0)).encode()
        if key:
            seal = digest(b"%d " % number + line, key=key, digest_size=16).hexdigest()
            line = f"{name}{seal} ".encode() + line
            number += 1
        line += b"\n"
        while line:
            line = line[write(descriptor, line) :]

    return tell


class Texts:
    """Takes folders of this machine and addresses out of texts, so that runs agree."""

    def __init__(self, root: str) -> None:
        libraries = {os.path.dirname(os.__file__), sysconfig.get_path("purelib")}  # noqa: PTH120
        libraries.add(os.path.dirname(os.path.dirname(pytest.__file__)))  # noqa: PTH120
        self._replacements = [
            (f"{root}/", ""),
            (root, "."),
            (f"{os.path.dirname(root)}/", ""),  # noqa: PTH120 - the run's home is beside the tree
            *((f"{folder}/", "<python>/") for folder in sorted(libraries, key=len, reverse=True)),
        ]

    def message(self, value: object) -> str:
        return self._cut(value, _MESSAGE_CHARS)

    def traceback(self, value: object) -> str:
        return self._cut(value, _TRACEBACK_CHARS)

    def _cut(self, value: object, limit: int) -> str:
        text = str(value)
        for folder, shown in self._replacements:
            text = text.replace(folder, shown)
        text = _ADDRESS.sub("…", text)
        return text if len(text) <= limit else f"{text[:limit]}…"


class Recorder:
    """A pytest plug-in that tells the outcome of every test as soon as it is known."""

    def __init__(
        self,
        tell: Tell,
        texts: Texts,
        *,
        only: frozenset[str] | None = None,
        seconds: int | None = None,
        shuffled: int | None = None,
        outcomes_only: bool = False,
    ) -> None:
        self._tell = tell
        self._texts = texts
        self._only = only
        self._seconds = seconds
        self._shuffled = shuffled
        self._outcomes_only = outcomes_only
        self._reports: list[pytest.TestReport] = []

    @classmethod
    def of(cls, order: Mapping[str, Any], tell: Tell, texts: Texts) -> Self:
        """The one for a run that was ordered from the host."""
        return cls(
            tell,
            texts,
            only=None if order["only"] is None else frozenset(order["only"]),
            seconds=order["test_seconds"],
            shuffled=order["shuffled"],
            outcomes_only=not order["texts"],
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = self._texts.traceback(report.longrepr)
            self._tell("not collected", path=report.nodeid, traceback=text)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if self._only is not None:
            gone = [item for item in items if item.nodeid not in self._only]
            items[:] = [item for item in items if item.nodeid in self._only]
            config.hook.pytest_deselected(items=gone)
        if self._shuffled is not None:
            items.sort(key=lambda item: sealed(b"", self._shuffled or 0, item.nodeid.encode()))
        self._tell("collected", ids=[item.nodeid for item in items])

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
        facts = {} if self._outcomes_only else self._told_of(decisive)
        seconds = sum(report.duration for report in reports)
        self._tell("test", id=nodeid, outcome=outcome, seconds=seconds, **facts)

    def _told_of(self, decisive: pytest.TestReport | None) -> dict[str, str]:
        """Why a test ended as it did, in words."""
        crash = getattr(getattr(decisive, "longrepr", None), "reprcrash", None)
        facts: dict[str, str] = {}
        if crash is not None:
            message = crash.message.removeprefix("AssertionError: ")
            facts["message"] = self._texts.message(message)
            facts["where"] = self._texts.message(f"{crash.path}:{crash.lineno}")
        if decisive is not None and decisive.failed:
            facts["traceback"] = self._texts.traceback(decisive.longreprtext)
        return facts


class Apart:
    """A pytest plug-in that runs each test in a process of its own, before which none has run.

    Outcomes are all that is told.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        pid = os.fork()  # noqa: TID251 - inside of a run, which is ended with all its processes
        if pid == 0:
            number = len(_OUTCOMES)
            try:
                number = _OUTCOMES.index(_outcome(runtestprotocol(item, log=False))[0])
            finally:
                os._exit(number)
        number = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        outcome = _OUTCOMES[number] if 0 <= number < len(_OUTCOMES) else "error"
        self._tell("test", id=item.nodeid, outcome=outcome, seconds=0)
        return True


_OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


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
    # Parts of a test, which pytest reports between, are of another type.
    phases = [report.when for report in reports if type(report) is pytest.TestReport]
    passed = phases == ["setup", "call", "teardown"]
    return ("passed" if passed else "error"), None
