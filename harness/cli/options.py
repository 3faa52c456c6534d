"""What commands have in common on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.errors import UsageProblem


class SuggestingGroup(click.Group):
    """A group that suggests the command that was meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(name, self.list_commands(ctx), n=1)
            place = ctx.command_path
            tip = f"see them all: {place} --help"
            if close:
                tip = f"did you mean '{place} {close[0]}'? See them all: {place} --help"
            raise UsageProblem(f"no command named '{name}'", tip)
        return super().resolve_command(ctx, args)


exercises_option = click.option(
    "--exercises",
    "also",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Exercises of this folder, too, or this one; can be given again.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say which exercises are meant: `kind`, `level`, `topic` and `unsolved`."""
    for option in (
        click.option("--unsolved", is_flag=True, help="Only those that you have not passed yet."),
        click.option("--topic", metavar="TOPIC", help="Only those of a topic, like lru-cache."),
        click.option(
            "--level",
            type=click.Choice(["warm-up", "standard", "senior"]),
            help="Only those of a level.",
        ),
        click.option(
            "--kind",
            type=click.Choice(["debug", "extend", "refactor", "design"]),
            help="Only those of a kind.",
        ),
    ):
        command = option(command)
    return command


directory_option = click.option(
    "-C",
    "directory",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Work in the workspace around DIR instead of around the current folder.",
)


def percentage(_context: click.Context, _option: click.Parameter, value: str) -> float:
    """The number in `25%`, from 0 to 300."""
    try:
        percent = float(value.removesuffix("%"))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a percentage like 25%") from None
    if not 0 <= percent <= 300:
        raise click.BadParameter(f"{value} is not between 0% and 300%")
    return percent
