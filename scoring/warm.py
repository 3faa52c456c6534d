"""The warm servers, as seen from the host: started ahead of time, replaced when they end.

`scoring.inside.server` is the other end. Few imports: `worksample score` comes here before it does
anything else, so that pytest is being imported while we are.
"""

from __future__ import annotations

import json
import marshal
import os
import threading

from scoring import process, sandbox
from scoring.temporary import TemporaryFolder, clear_stale

TYPE_CHECKING = False  # see scoring.sandbox
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

_MOST_SERVERS = 4
_HELLO_SECONDS = 20.0
# What cleaning up may take after the bounds of a run, before the whole sandbox is ended.
_SLACK_SECONDS = 15.0
_ENVIRONMENT = {
    "PATH": "",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


class SandboxError(OSError):
    """No server could be started, on any rung."""


class Answer:
    """What a server told of a run: bounds that ended it, its status, its events by lane.

    `gone` says that the server itself did not live to tell.
    """

    __slots__ = ("events", "forged", "gone", "status", "stopped", "truncated")

    def __init__(self, facts: Mapping[str, Any], events: bytes, *, gone: bool = False) -> None:
        self.status = int(facts.get("status", 0))
        self.stopped = str(facts.get("stopped", ""))
        self.truncated = bool(facts.get("truncated", False))
        self.forged = int(facts.get("forged", 0))
        self.events = events
        self.gone = gone


class Ladder:
    """Which rung this machine has; found out once, by starting a server, for all of them."""

    def __init__(self, site: str = "") -> None:
        self.site = site
        self.complaints: list[str] = []
        # No server that ends is replaced any more.
        self.closed = False
        self._lock = threading.Lock()
        self._rungs = list(sandbox.bubblewrap_rungs(site))

    def best(self) -> sandbox.Rung | None:
        """The best rung of bubblewrap that has not failed; None where none is left."""
        return self._rungs[0] if self._rungs else None

    def failed(self, rung: sandbox.Rung, complaint: str) -> None:
        """Leave out a rung on which no server came up."""
        with self._lock:
            if rung in self._rungs:
                self._rungs.remove(rung)
                self.complaints.append(complaint)


class Server:
    """One warm server; it does one run after another."""

    def __init__(self, ladder: Ladder, environment: Mapping[str, str]) -> None:
        self._ladder = ladder
        self._environment = environment
        self._running: process.Running | None = None
        self._folder: TemporaryFolder | None = None
        self._greeted = False
        self._start()

    def greet(self) -> None:
        """Wait until it is up, on some rung. Raises SandboxError where none will have it."""
        while not self._greeted:
            if self._ladder.closed:
                raise SandboxError("the servers are closed")
            if self._running is None:
                self._start()
            try:
                self._receive(_HELLO_SECONDS)
            except OSError:
                complaint = self._running.complaint() if self._running is not None else ""
                self.close()
                if not self.rung.isolated:
                    raise SandboxError(f"no test run can be started: {complaint}") from None
                self._ladder.failed(self.rung, complaint)
            else:
                self._greeted = True

    def run(self, order: Mapping[str, Any]) -> Answer:
        """Have a suite run. Raises SandboxError where no server comes up, or has no room."""
        self.greet()
        running = self._running
        if running is None:
            raise SandboxError("the server is closed")
        try:
            running.send(marshal.dumps({**order}))
            facts = json.loads(self._receive(order["seconds"] + _SLACK_SECONDS))
            events = self._receive(_SLACK_SECONDS)
        except (OSError, ValueError):
            self.close()
            return Answer({}, b"", gone=True)
        if not facts.get("clean"):
            # Something of the run could not be removed: the sandbox goes, and all that is in it.
            self.close()
        if problem := facts.get("problem"):
            raise SandboxError(problem)
        return Answer(facts, events)

    def close(self) -> None:
        """End the server and all that is in its sandbox."""
        if self._running is not None:
            self._running.kill()
            self._running = None
        self._greeted = False
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def _receive(self, seconds: float) -> bytes:
        if self._running is None:
            raise OSError("the server is closed")
        return self._running.receive(seconds)

    def _start(self) -> None:
        self.rung = self._ladder.best() or self._lowest_rung()
        home = f"{self.rung.base}/run/home"
        environment = {**_ENVIRONMENT, **self._environment, "HOME": home, "TMPDIR": home}
        command = sandbox.server_command(self.rung, process.CHANNEL)
        self._running = process.start(command, env=environment, channel=True)
        if self._ladder.closed:
            self.close()

    def _lowest_rung(self) -> sandbox.Rung:
        self._folder = TemporaryFolder()
        rung = sandbox.process_group_rung(self._folder.path, self._ladder.site)
        sandbox.lay_out_library(rung.library)
        return rung


class WarmServers:
    """Servers that start up while whoever will need them still does something else.

    As many as `number`, or one a core; `close` has to be called. `site` is a folder of packages
    that what they run may import beside the standard library; `environment` has other values for
    LC_ALL, TZ or PYTHONHASHSEED.
    """

    def __init__(
        self,
        site: Path | None = None,
        *,
        number: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.site = site
        self.ladder = Ladder("" if site is None else os.path.realpath(site))
        count = number or _cores()
        self.servers = [Server(self.ladder, environment or {}) for _ in range(count)]

    def close(self) -> None:
        self.ladder.closed = True
        for server in self.servers:
            server.close()
        clear_stale()


def _cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, _MOST_SERVERS)
