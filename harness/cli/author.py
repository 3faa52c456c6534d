"""The commands of `worksample author`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.options import SuggestingGroup, json_option

_target_option = click.option(
    "--dir",
    "target",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where to put the exercise's folder; here, unless told.",
)
_package_option = click.option(
    "--package", default="", metavar="NAME", help="Which of several packages to take."
)


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
@_target_option
@click.option(
    "--minutes",
    type=click.IntRange(5, 240),
    metavar="M",
    help="The time limit; more for more bugs, unless told.",
)
@_package_option
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


@author.command(
    "from-commit",
    epilog="\b\nExamples:\n"
    "  worksample author from-commit ~/src/cachetools --find\n"
    "  worksample author from-commit https://github.com/tkem/cachetools c1cb33811b35",
)
@click.argument("repository", metavar="REPOSITORY")
@click.argument("commit", required=False, default="", metavar="[COMMIT]")
@click.option("--find", is_flag=True, help="List commits that would do, the best first.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many commits --find lists.",
)
@_target_option
@click.option(
    "--id", "exercise_id", default="", metavar="ID", help="Its name; made up, unless told."
)
@_package_option
@json_option
def from_commit(
    repository: str,
    commit: str,
    find: bool,
    limit: int,
    target: Path,
    exercise_id: str,
    package: str,
    as_json: bool,
) -> int:
    """Make an exercise of a commit that fixed a bug.

    REPOSITORY is a path or an address; it is only read. The project's tests run in the sandbox.
    """
    from harness.commands.author import from_commit as command

    if find:
        return command.find(repository, limit=limit, as_json=as_json)
    return command.from_commit(
        repository, commit, target, id_=exercise_id, package=package, as_json=as_json
    )


@author.command(
    "add-helper",
    epilog="\b\nExamples:\n  worksample author add-helper interleave debug-rota\n"
    "  worksample author add-helper virtual_time debug-rota",
)
@click.argument("name", metavar="NAME")
@click.argument("folder", type=click.Path(path_type=Path), metavar="PATH")
@json_option
def add_helper(name: str, folder: Path, as_json: bool) -> int:
    """Put a shared testing module among the tests of an exercise's starter.

    \b
    interleave    runs calls in threads that take turns at every line of a package
    virtual_time  runs a coroutine on an event loop whose clock jumps instead of waiting
    """
    from harness.commands.author.add_helper import add_helper as run

    return run(name, folder, as_json=as_json)
