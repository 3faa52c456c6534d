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
    epilog="\b\nExamples:\n  worksample author pack my-exercise\n"
    "  worksample author pack exercises --name acme-exercises --version 1.2.0 -o wheels\n"
    "  worksample author pack my-exercise --candidate"
)
@click.argument(
    "paths", type=click.Path(path_type=Path), metavar="PATH...", nargs=-1, required=True
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    metavar="DIR",
    help="The folder to write the wheel to.",
)
@click.option("--name", metavar="NAME", help="The pack's name (default: worksample-ID).")
@click.option("--version", metavar="VERSION", help="Its version (default: the exercise's).")
@click.option("--candidate", is_flag=True, help="Leave out whatever candidates must not see.")
@json_option
def pack(
    paths: tuple[Path, ...],
    output: Path,
    name: str | None,
    version: str | None,
    candidate: bool,
    as_json: bool,
) -> int:
    """Make a wheel of exercises, or of folders of exercises, that installers understand."""
    from harness.commands.author.pack import pack as run

    return run(
        paths, output=output, name=name, version=version, candidate=candidate, as_json=as_json
    )
