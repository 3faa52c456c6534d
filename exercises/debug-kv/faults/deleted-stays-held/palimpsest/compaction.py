"""Compaction: many tables become one, without the versions that nobody can read."""

from collections.abc import Collection, Sequence

from palimpsest.model import Chain, Version, visible
from palimpsest.table import Table


def merge(
    tables: Sequence[Table], readers: Collection[int], *, oldest: bool
) -> dict[str, Chain]:
    """Return what is needed of some neighbouring tables, which stand newest first.

    `readers` are the versions at which snapshots are open. `oldest` says that there
    is no table behind these.
    """
    merged: dict[str, list[Version]] = {}
    for table in reversed(tables):
        for key, chain in table.chains().items():
            merged.setdefault(key, []).extend(chain)
    needed = {key: _needed(merged[key], readers, oldest) for key in sorted(merged)}
    return {key: chain for key, chain in needed.items() if chain}


def _needed(chain: Chain, readers: Collection[int], oldest: bool) -> Chain:
    """Return the versions that somebody can read: the newest, and the snapshots'.

    A deletion is needed for as long as there is anything older for it to hide.
    """
    kept = {visible(chain, at) for at in readers} | {chain[-1]}
    needed = [version for version in chain if version in kept]
    if oldest and needed[-1].value is None:
        del needed[-1]
    return needed
