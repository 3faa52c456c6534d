"""Folders for a while, which a crash does not leave behind for good.

Whoever makes one holds a lock on it, which goes with the process, however that ends. A folder that
nobody holds is cleared by the next who is done with servers. Few imports, see `scoring.sandbox`.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os

from scoring.inside.sweep import sweep

TYPE_CHECKING = False  # see scoring.sandbox
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_PREFIX = "worksample-run-"
# What this process has made and not removed. An interrupt can come at any line, also before
# anybody else knows of a folder.
_made: set[str] = set()


class TemporaryFolder:
    """A folder of ours below the system's temporary one; `remove` has to be called.

    `path` has no links in it.
    """

    def __init__(self) -> None:
        import tempfile

        while True:
            self.path = _make(os.path.realpath(tempfile.gettempdir()))
            self._lock = _lock(self.path, wait=True)
            # Somebody may have cleared it before it was held. Where nothing can be held, it stays.
            if self._lock >= 0 or os.path.isdir(self.path):  # noqa: PTH112
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove it with all that is in it; what somebody still holds on to is left."""
        _remove(self.path)
        _made.discard(self.path)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def clear_stale() -> None:
    """Remove the folders of this user whose makers are gone."""
    import tempfile

    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False):
                lock = _lock(entry.path, wait=False)
                if lock >= 0:
                    _remove(entry.path)
                    os.close(lock)


def _make(parent: str) -> str:
    """A new folder that only this user can read, known to be ours before it is there."""
    while True:
        path = os.path.join(parent, _PREFIX + os.urandom(8).hex())  # noqa: PTH118
        _made.add(path)
        try:
            os.mkdir(path, 0o700)  # noqa: PTH102
        except FileExistsError:
            _made.discard(path)
        else:
            return path


@atexit.register
def _remove_all() -> None:
    for path in list(_made):
        _remove(path)


def _lock(path: str, *, wait: bool) -> int:
    """A descriptor that holds a folder of ours; -1 where it is held, foreign or gone."""
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        # Whoever held it before may have removed it meanwhile.
        if os.fstat(descriptor).st_uid == os.geteuid() and os.path.samestat(
            os.fstat(descriptor), os.lstat(path)
        ):
            return descriptor
    except OSError:
        pass
    if descriptor >= 0:
        os.close(descriptor)
    return -1


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        sweep(path)
        os.rmdir(path)  # noqa: PTH106
