"""Byte code of an author's files, so that it is made once and not in every run.

Modules that a candidate's tests see without their source are compiled here. The author's tests are
compiled by a warm server, since explaining assertions takes a part of pytest; as they take longer
than most suites take to run, the result can be kept in a folder. Whatever can't be compiled is left
to the run, which tells why.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import marshal
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

from scoring.warm import Server

_MOST_KEPT = 64
_SUFFIX = ".tests"

ByteCode = Mapping[str, bytes]


class Compiled:
    """Byte code by path; for all runs of a runner, from as many threads as it has."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` keeps the byte code of tests from one runner to the next."""
        self._folder = folder
        self._modules: dict[tuple[str, bytes], bytes | None] = {}
        self._tests: dict[str, ByteCode] = {}
        self._lock = threading.Lock()

    def modules(self, sources: Mapping[str, bytes], folder: str) -> ByteCode:
        """Modules as they are in the folder of a run."""
        found = {}
        for path, source in sources.items():
            key = f"{folder}/{path}", source
            with self._lock:
                if key not in self._modules:
                    self._modules[key] = _compile(*key)
                code = self._modules[key]
            if code is not None:
                found[path] = code
        return found

    def tests(self, order: Mapping[str, Any], server: Server) -> ByteCode:
        """All tests of an order, which the server is asked for unless they are known.

        Raises SandboxError as `Server.run` does.
        """
        if not server.rung.isolated:
            return {}  # the folder of its runs is another each time, and byte code tells it
        sources: dict[str, bytes] = {**order["tests"], **order["hidden"]}
        name = _digest(sources, f"{server.rung.base}/run/{order['folder']}")
        if name not in self._tests:
            events = self._kept(name)
            if events is None:
                only_tests = {"files": {}, "tests": {}, "sealed": {}, "hidden": sources}
                answer = server.run({**order, **only_tests, "compile": True})
                events = answer.events
                if answer.gone or answer.stopped or answer.forged:
                    return {}
                self._keep(name, events)
            self._tests[name] = _told(events)
        return self._tests[name]

    def _kept(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            digest, _, events = (self._folder / f"{name}{_SUFFIX}").read_bytes().partition(b"\n")
        except OSError:
            return None
        return events if hashlib.sha256(events).hexdigest().encode() == digest else None

    def _keep(self, name: str, events: bytes) -> None:
        """Keep it if that is possible; nothing depends on it."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, unfinished = tempfile.mkstemp(dir=self._folder, suffix=_SUFFIX)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(hashlib.sha256(events).hexdigest().encode() + b"\n" + events)
            Path(unfinished).replace(self._folder / f"{name}{_SUFFIX}")
            kept = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-_MOST_KEPT]:
                path.unlink(missing_ok=True)


def _compile(name: str, source: bytes) -> bytes | None:
    with warnings.catch_warnings():
        # An author's; nothing that whoever is graded could do about them.
        warnings.simplefilter("ignore")
        try:
            code = compile(source, name, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return marshal.dumps(code)


def _digest(sources: Mapping[str, bytes], folder: str) -> str:
    """Changes with whatever the byte code depends on: sources, their folder, Python, pytest, us."""
    inside = Path(__file__).parent / "inside"
    digest = hashlib.sha256()
    for part in (
        MAGIC_NUMBER,
        sys.version.encode(),
        version("pytest").encode(),
        folder.encode(),
        (inside / "memory.py").read_bytes(),
        (inside / "equality.py").read_bytes(),
        *(part for path in sorted(sources) for part in (path.encode(), sources[path])),
    ):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:40]


def _told(events: bytes) -> ByteCode:
    """The byte code that a server told, by path."""
    found = {}
    for line in events.split(b"\n"):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            event = json.loads(line[1:])
            if event["event"] == "compiled":
                found[str(event["path"])] = base64.b64decode(event["code"])
    return found
