"""Reads what a run says, and ends it at its bounds."""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from pathlib import Path
from typing import Any

from scoring.inside.processes import others, resident

# Where runs are in a sandbox; elsewhere it is a folder that the host made.
SANDBOXED = Path("/tmp")  # noqa: S108

_LINUX = sys.platform == "linux"
_POLL_SECONDS = 0.05
_CHUNK = 1 << 20
_MOST_EVENT_BYTES = 32_000_000
_MB = 1024 * 1024

Order = dict[str, Any]


class HostGoneError(Exception):
    """Nobody waits for an answer any more."""


class Watch:
    """Reads what a run says and ends it at its bounds.

    `stopped` is what ended it, if we did; `status` how it ended, as `waitpid` tells.
    """

    def __init__(
        self, order: Order, pid: int, results: int, output: int, control: socket.socket, base: Path
    ) -> None:
        self.events = bytearray()
        self.truncated = False
        self.stopped = ""
        self.status = 0
        self._order = order
        self._pid = pid
        self._results = results
        self._output = output
        self._control = control
        self._base = base
        self._printed = 0

    def until_end(self) -> None:
        deadline = time.monotonic() + self._order["seconds"]
        poll = select.poll()
        end = os.pidfd_open(self._pid) if hasattr(os, "pidfd_open") else -1
        for descriptor in (self._results, self._output, self._control.fileno(), end):
            if descriptor >= 0:
                poll.register(descriptor, select.POLLIN)
        pause = _POLL_SECONDS if end >= 0 else 0.005
        checked = time.monotonic()
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    self.stopped = f"stopped after {self._order['seconds']:g} s"
                    return
                for descriptor, _ in poll.poll(1000 * min(left, pause)):
                    self._read(descriptor, poll)
                ended, status = os.waitpid(self._pid, os.WNOHANG)
                if ended:
                    self.status = os.waitstatus_to_exitcode(status)
                    return
                if time.monotonic() - checked > _POLL_SECONDS:
                    checked = time.monotonic()
                    if problem := self._out_of_bounds():
                        self.stopped = problem
                        return
        finally:
            if end >= 0:
                os.close(end)

    def drain(self) -> None:
        """Read what is still in the pipes, once every writer is dead."""
        for descriptor in (self._results, self._output):
            os.set_blocking(descriptor, False)
            while self._take(descriptor):
                pass

    def _read(self, descriptor: int, poll: select.poll) -> None:
        if descriptor == self._control.fileno():
            # The host sends nothing while a run is under way: it is gone.
            raise HostGoneError
        if descriptor in {self._results, self._output} and not self._take(descriptor):
            poll.unregister(descriptor)

    def _take(self, descriptor: int) -> bool:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if descriptor == self._output:
            self._printed += len(data)
            self.truncated = self.truncated or self._printed > self._order["output_bytes"]
        else:
            room = _MOST_EVENT_BYTES - len(self.events)
            self.events += data[:room]
            self.truncated = self.truncated or len(data) > room
        return bool(data)

    def _out_of_bounds(self) -> str:
        """What of memory and disk a run took beyond its bounds, over all its processes."""
        if not _LINUX:
            return ""
        most = self._order["memory_mb"]
        if sum(resident(pid) for pid in others()) > most * _MB:
            return f"stopped for taking more than {most} MB of memory"
        most = self._order["disk_mb"]
        if self._base == SANDBOXED:
            room = os.statvfs(self._base)
            if (room.f_blocks - room.f_bfree) * room.f_frsize > most * _MB:
                return f"stopped for writing more than {most} MB"
        return ""
