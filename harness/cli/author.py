"""The commands of `worksample author`."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.options import SuggestingGroup, json_option


@click.group(cls=SuggestingGroup)
def author() -> None:
    """Write exercises."""


@author.command(epilog="\b\nExample:\n  worksample author lock exercises/debug-cache")
@click.argument("folder", type=click.Path(path_type=Path), metavar="PATH")
@json_option
def lock(folder: Path, as_json: bool) -> int:
    """Measure an exercise and write its exercise.lock."""
    from harness.commands.author.lock import lock as run

    return run(folder, as_json=as_json)
