"""Removes folders that somebody filled who may have wanted them to stay."""

from __future__ import annotations

import os


def sweep(folder: str) -> None:
    """Remove all that is in a folder: read-only, oddly named, or nested deeper than a path can be.

    The folder itself stays. Raises OSError where something can't be removed.
    """
    count = 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108
                continue
            os.chmod(entry.path, 0o700)  # noqa: PTH101
            # What is nested moves up, so that no path ever gets longer than this.
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)  # noqa: PTH101
                    count += 1
                    os.rename(inner.path, os.path.join(folder, f".{count}-{id(entries)}"))  # noqa: PTH104, PTH118
                else:
                    os.unlink(inner.path)  # noqa: PTH108
            os.rmdir(entry.path)  # noqa: PTH106
