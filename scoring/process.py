"""The only module that starts processes: every one is bounded, and none outlives its run.

A process gets a session of its own, so that the whole group can be killed; its output is read
until it ends but kept only up to a cap; time is wall clock. Few imports: `worksample test` comes
here before it does anything else.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess  # noqa: TID251 - this is the one place
import threading
import time

# Not from typing, which would be half of what importing this module costs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# Stands in an argument list for the number of the channel's descriptor.
CHANNEL = "{channel}"

_CHUNK = 65536
_POLL_SECONDS = 0.02
_SEND_SECONDS = 60.0
_MOST_FRAME_BYTES = 64_000_000
_MOST_RECEIVED = 1 << 20
_DRAIN_SECONDS = 0.5


class Finished:
    """How a process ended and what it said; output beyond the cap is dropped and `truncated` set.

    `returncode` is negative for a signal. `channel` is what came over the channel.
    """

    __slots__ = ("channel", "returncode", "stderr", "stdout", "timed_out", "truncated")

    def __init__(
        self,
        returncode: int,
        stdout: bytes,
        stderr: bytes,
        channel: bytes,
        *,
        timed_out: bool,
        truncated: bool,
    ) -> None:
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr
        self.channel = channel
        self.timed_out = timed_out
        self.truncated = truncated

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finished) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"Finished({facts})"


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


class Running:
    """A process that was started; `finish` or `kill` has to be called."""

    def __init__(
        self, process: subprocess.Popen[bytes], channel: socket.socket | None, *, attached: bool
    ) -> None:
        self._process = process
        self._channel = channel
        self._attached = attached
        self._closed = False
        self._unsent = memoryview(b"")
        # Held by whoever sends or receives, and by whoever closes the channel.
        self._talking = threading.Lock()

    def finish(
        self,
        *,
        seconds: float,
        stdin: bytes = b"",
        order: bytes = b"",
        output_bytes: int = 1_000_000,
        channel_bytes: int = 0,
    ) -> Finished:
        """Feed it, read it to its end, or kill it and all its group after `seconds`.

        `order` goes to it over the channel, `stdin` over its standard input.
        """
        self._unsent = memoryview(stdin)
        sinks = _Sink(output_bytes), _Sink(output_bytes), _Sink(channel_bytes)
        deadline = time.monotonic() + seconds
        with _undisturbed() as signals:
            if self._attached:
                # A Ctrl-C on the terminal reaches the command too, which decides what it means.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                if self._channel is not None:
                    self._channel.settimeout(seconds)
                    # It may have ended already, or not care to read.
                    with contextlib.suppress(ConnectionError, TimeoutError):
                        self._channel.sendall(order)
                        self._channel.shutdown(socket.SHUT_WR)
                return self._converse(*sinks, deadline, signals)
            finally:
                self.kill()

    def send(self, frame: bytes) -> None:
        """Send a frame over the channel. Raises OSError when nobody is there to take it."""
        if self._channel is None:
            raise OSError("there is no channel")
        with self._talking:
            self._still_there()
            self._channel.settimeout(_SEND_SECONDS)
            self._channel.sendall(len(frame).to_bytes(4, "big") + frame)

    def receive(self, seconds: float) -> bytes:
        """The next frame from the channel. Raises OSError when none comes within that time."""
        deadline = time.monotonic() + seconds
        with self._talking:
            self._still_there()
            size = int.from_bytes(self._exactly(4, deadline), "big")
            if size > _MOST_FRAME_BYTES:
                raise OSError(f"a frame of {size} bytes")
            return self._exactly(size, deadline)

    def _still_there(self) -> None:
        """Raises OSError once it was killed: the channel is closed then, or about to be."""
        if self._closed:
            raise ConnectionResetError("the process is gone")

    def _exactly(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            if self._channel is None or (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            part = self._channel.recv(min(size - len(data), _MOST_RECEIVED))
            if not part:
                raise ConnectionResetError("the process is gone")
            data += part
        return bytes(data)

    def complaint(self) -> str:
        """What it wrote to its standard error so far; for one that ended, or is about to."""
        stream = self._process.stderr
        if stream is None or self._closed:
            return ""
        os.set_blocking(stream.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            return os.read(stream.fileno(), _CHUNK).decode("utf-8", "replace").strip()
        return ""

    def kill(self) -> None:
        """End it and all its group, and let go of its pipes; harmless when it has ended."""
        if self._closed:
            return
        self._closed = True
        self.end()
        # It was killed; only an interrupt at the wrong moment keeps Popen from noticing.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_DRAIN_SECONDS)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._channel is not None:
            # Whoever waits at it was told, but may not have had the time to notice. Once closed,
            # its number is given to the next file, and they would wait for that.
            with self._talking:
                self._channel.close()

    def end(self) -> None:
        """Kill it and its group; whoever waits for it is told, also from another thread."""
        if self._channel is not None:
            # What fled the group is told as well: nobody listens any more.
            with contextlib.suppress(OSError):
                self._channel.shutdown(socket.SHUT_RDWR)
        self._kill_group()
        if self._process.poll() is None:
            self._process.kill()

    def _kill_group(self) -> None:
        # Attached, it is in our own group.
        if not self._attached:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _converse(
        self, out: _Sink, err: _Sink, told: _Sink, deadline: float, signals: Sequence[int]
    ) -> Finished:
        """Write and read until the process and its pipes are done, its time is, or ours."""
        ended = False
        with selectors.DefaultSelector() as selector:
            self._register(selector, out, err, told)
            while selector.get_map() and (left := deadline - time.monotonic()) > 0 and not signals:
                self._exchange(selector, min(_POLL_SECONDS, left))
                if not ended and self._process.poll() is not None:
                    # The leader is gone: whatever it left behind goes too, and what is in the
                    # pipes is read; something that fled the group can't keep us waiting.
                    ended = True
                    self._kill_group()
                    deadline = min(deadline, time.monotonic() + _DRAIN_SECONDS)
        timed_out = False
        try:
            self._process.wait(0.0 if signals else max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            timed_out = True
            self.kill()
        return Finished(
            -signal.SIGKILL if self._process.returncode is None else self._process.returncode,
            bytes(out.kept),
            bytes(err.kept),
            bytes(told.kept),
            timed_out=timed_out,
            truncated=out.truncated or err.truncated or told.truncated,
        )

    def _register(
        self, selector: selectors.BaseSelector, out: _Sink, err: _Sink, told: _Sink
    ) -> None:
        process = self._process
        for stream, sink in ((process.stdout, out), (process.stderr, err), (self._channel, told)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, sink)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)

    def _exchange(self, selector: selectors.BaseSelector, seconds: float) -> None:
        for key, events in selector.select(seconds):
            if events & selectors.EVENT_WRITE:
                self._send(selector)
            elif data := _read(key.fd):
                key.data.take(data)
            else:
                selector.unregister(key.fileobj)

    def _send(self, selector: selectors.BaseSelector) -> None:
        stdin = self._process.stdin
        if stdin is None:
            return
        try:
            self._unsent = self._unsent[os.write(stdin.fileno(), self._unsent[:_CHUNK]) :]
        except BrokenPipeError:
            self._unsent = self._unsent[:0]
        if not self._unsent:
            selector.unregister(stdin)
            stdin.close()


def start(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    channel: bool = False,
    attached: bool = False,
) -> Running:
    """Start a command. Raises OSError when it can't be started.

    With `channel` it gets one more descriptor, a socket to read orders from and to write answers
    to; its number takes the place of CHANNEL among the arguments. `attached` leaves it our
    terminal: it reads from it, writes to it and is interrupted by it, as a person is watching.
    """
    ours, theirs = socket.socketpair() if channel else (None, None)
    number = "" if theirs is None else str(theirs.fileno())
    pipe = None if attached else subprocess.PIPE
    running: Running | None = None
    try:
        with _undisturbed():
            process = subprocess.Popen(  # noqa: S603 - an argument list, never a shell
                [number if part == CHANNEL else str(part) for part in argv],
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                pass_fds=() if theirs is None else (theirs.fileno(),),
                start_new_session=not attached,
            )
            running = Running(process, ours, attached=attached)
    except BaseException:
        # Also for a signal that had to wait until the process was there.
        if running is not None:
            running.kill()
        elif ours is not None:
            ours.close()
        raise
    finally:
        if theirs is not None:
            theirs.close()
    return running


@contextlib.contextmanager
def _undisturbed() -> Iterator[Sequence[int]]:
    """Keep signals waiting, and tell which came: they act when this is over.

    An exception between any two steps would lose sight of a process, or leave Popen's lock held.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    previous = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (int(signal.SIGINT), int(signal.SIGTERM))
    }
    try:
        yield came
    finally:
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in came:
            signal.raise_signal(number)


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float,
    stdin: bytes = b"",
    output_bytes: int = 1_000_000,
) -> Finished:
    """Run a command to its end, or kill it and all its group after `seconds`."""
    with _undisturbed():
        running = start(argv, cwd=cwd, env=env)
        return running.finish(seconds=seconds, stdin=stdin, output_bytes=output_bytes)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except ConnectionError:
        return b""
