"""The commands of `worksample author`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


@author.command(
    epilog="\b\nExamples:\n  worksample author check exercises/debug-cache\n"
    "  worksample author check exercises/debug-cache --json"
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="PATH")
@click.option(
    "--trust-record",
    is_flag=True,
    help="Run nothing if the lock records a proof of these very files by these very tools.",
)
@json_option
def check(folder: Path, trust_record: bool, as_json: bool) -> int:
    """Prove an exercise by ten rules, and record the proof in its exercise.lock.

    Exits with 1 when a rule does not hold.
    """
    from harness.commands.author.check import check as run

    return run(folder, trust_record=trust_record, as_json=as_json)


@author.command(
    epilog="\b\nExamples:\n  worksample author new my-exercise --kind debug\n"
    "  worksample author new my-exercise --kind extend --dir drafts/my-exercise"
)
@click.argument("exercise_id", metavar="ID")
@click.option(
    "--kind",
    type=click.Choice(["debug", "refactor", "design", "extend"]),
    required=True,
    help="What a candidate is to do.",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The new folder (default: ./ID).",
)
@json_option
def new(exercise_id: str, kind: Any, folder: Path | None, as_json: bool) -> int:
    """Write a small but whole exercise, to be replaced bit by bit with yours."""
    from harness.commands.author.new import new as run

    return run(exercise_id, kind=kind, folder=folder, as_json=as_json)


@author.command(epilog="\b\nExample:\n  worksample author schema > exercise.schema.json")
def schema() -> int:
    """Print the JSON Schema of exercise.toml, for editors that complete and check it."""
    from harness.commands.author.schema import schema as run

    return run()
