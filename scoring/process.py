"""The only module that starts processes: every one is bounded, and none outlives its run.

A process gets a session of its own, so that the whole group can be killed; its output is read
until it ends but kept only up to a cap; time is wall clock.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess  # noqa: TID251 - this is the one place
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 65536
_POLL_SECONDS = 0.02
_DRAIN_SECONDS = 0.5


@dataclass(frozen=True)
class Finished:
    """How a process ended and what it said; output beyond the cap is dropped and `truncated` set.

    `returncode` is negative for a signal. `channel` is what was written to the extra descriptor.
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    channel: bytes
    timed_out: bool
    truncated: bool


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float,
    stdin: bytes = b"",
    output_bytes: int = 1_000_000,
    channel_bytes: int | None = None,
) -> Finished:
    """Run a command to its end, or kill it and all its group after `seconds`.

    With `channel_bytes` the command gets one more descriptor to write on, whose number stands in
    its environment as WORKSAMPLE_CHANNEL. Raises OSError when the command can't be started.
    """
    environment = dict(os.environ if env is None else env)
    channel_read = channel_write = None
    if channel_bytes is not None:
        channel_read, channel_write = os.pipe()
        environment["WORKSAMPLE_CHANNEL"] = str(channel_write)
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list, never a shell
            [str(part) for part in argv],
            cwd=cwd,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=() if channel_write is None else (channel_write,),
            start_new_session=True,
        )
    except BaseException:
        if channel_read is not None:
            os.close(channel_read)
        raise
    finally:
        if channel_write is not None:
            os.close(channel_write)
    try:
        return _converse(process, stdin, channel_read, channel_bytes or 0, output_bytes, seconds)
    finally:
        _kill_group(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if channel_read is not None:
            os.close(channel_read)


def run_attached(argv: Sequence[str | Path], *, cwd: Path, channel_bytes: int) -> Finished:
    """Run a command with our own terminal: it reads from it, writes to it and is interrupted by it.

    Only the extra descriptor is ours to read; there is no time limit, as a person is watching.
    """
    channel_read, channel_write = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603
            [str(part) for part in argv],
            cwd=cwd,
            env={**os.environ, "WORKSAMPLE_CHANNEL": str(channel_write)},
            pass_fds=(channel_write,),
        )
    except BaseException:
        os.close(channel_read)
        raise
    finally:
        os.close(channel_write)
    sink = _Sink(channel_bytes)
    try:
        # A Ctrl-C on the terminal reaches the command too; it decides what that means.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            while data := os.read(channel_read, _CHUNK):
                sink.take(data)
            returncode = process.wait()
        finally:
            signal.signal(signal.SIGINT, previous)
    finally:
        os.close(channel_read)
        if process.poll() is None:
            process.kill()
            process.wait()
    return Finished(
        returncode, b"", b"", bytes(sink.kept), timed_out=False, truncated=sink.truncated
    )


class _Sink:
    """What one descriptor said, up to a cap."""

    def __init__(self, cap: int) -> None:
        self.kept = bytearray()
        self.truncated = False
        self._cap = cap

    def take(self, data: bytes) -> None:
        room = self._cap - len(self.kept)
        self.kept += data[:room]
        self.truncated = self.truncated or len(data) > room


def _converse(
    process: subprocess.Popen[bytes],
    stdin: bytes,
    channel: int | None,
    channel_bytes: int,
    output_bytes: int,
    seconds: float,
) -> Finished:
    assert process.stdin is not None  # noqa: S101 - asked for pipes above
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    out, err, extra = _Sink(output_bytes), _Sink(output_bytes), _Sink(channel_bytes)
    deadline = time.monotonic() + seconds
    timed_out = False
    unsent = memoryview(stdin)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        if channel is not None:
            selector.register(channel, selectors.EVENT_READ, extra)
        if unsent:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        else:
            process.stdin.close()
        while selector.get_map():
            now = time.monotonic()
            if now >= deadline:
                # A process that ended keeps its outcome though a child of it held a pipe open.
                timed_out = timed_out or process.poll() is None
                break
            for key, events in selector.select(min(_POLL_SECONDS, deadline - now)):
                if events & selectors.EVENT_WRITE:
                    unsent = _send(process, selector, unsent)
                elif data := os.read(key.fd, _CHUNK):
                    key.data.take(data)
                else:
                    selector.unregister(key.fileobj)
            if process.poll() is not None:
                # The leader is gone: whatever it left behind goes too, and what is in the
                # pipes is read; something that fled the group can't keep us waiting.
                _kill_group(process)
                deadline = min(deadline, time.monotonic() + _DRAIN_SECONDS)
    if not timed_out:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            timed_out = True
    _kill_group(process)
    return Finished(
        process.wait(),
        bytes(out.kept),
        bytes(err.kept),
        bytes(extra.kept),
        timed_out,
        out.truncated or err.truncated or extra.truncated,
    )


def _send(
    process: subprocess.Popen[bytes], selector: selectors.BaseSelector, unsent: memoryview
) -> memoryview:
    assert process.stdin is not None  # noqa: S101
    try:
        unsent = unsent[os.write(process.stdin.fileno(), unsent[:_CHUNK]) :]
    except BrokenPipeError:
        unsent = unsent[:0]
    if not unsent:
        selector.unregister(process.stdin)
        process.stdin.close()
    return unsent


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
        process.wait()
