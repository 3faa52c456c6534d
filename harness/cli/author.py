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


@author.command(
    epilog="\b\nExample:\n  worksample author inject ~/src/mylib --bugs 3 --seed 1 --dir ~/practice"
)
@click.argument("source", type=click.Path(path_type=Path), metavar="PATH")
@click.option("--bugs", type=click.IntRange(1, 20), default=3, show_default=True, metavar="N")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="S",
    help="The same seed gives the same exercise.",
)
@click.option(
    "--dir",
    "target",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where to put the exercise's folder; here, unless told.",
)
@click.option(
    "--minutes",
    type=click.IntRange(5, 240),
    metavar="M",
    help="The time limit; more for more bugs, unless told.",
)
@click.option("--package", default="", metavar="NAME", help="Which of several packages to take.")
@json_option
def inject(
    source: Path,
    bugs: int,
    seed: int,
    target: Path,
    minutes: int | None,
    package: str,
    as_json: bool,
) -> int:
    """Seed bugs into a tested project, and make an exercise of it.

    PATH is the project's folder. Nothing in it is changed. Tests that notice a bug are hidden, the
    others stay with the candidate.
    """
    from harness.commands.author.inject import inject as run

    return run(
        source,
        target,
        bugs=bugs,
        seed=seed,
        minutes=minutes,
        package=package,
        as_json=as_json,
    )
