"""Compaction: many tables become one, without the versions that nobody can read."""

from collections.abc import Sequence

from palimpsest.model import Chain, Version
from palimpsest.table import Table


def merge(tables: Sequence[Table], *, oldest: bool) -> dict[str, Chain]:
    """Return what is needed of some neighbouring tables, which stand newest first.

    Snapshots have tables of their own, so the newest version is all that is needed. A
    deletion is needed unless there is no table behind these.
    """
    newest: dict[str, Version] = {}
    for table in reversed(tables):
        newest |= {key: chain[-1] for key, chain in table.chains().items()}
    return {
        key: (version,)
        for key, version in sorted(newest.items())
        if not (oldest and version.value is None)
    }
