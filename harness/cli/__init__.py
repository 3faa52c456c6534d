"""The command line: parses, dispatches, and is the one place where errors become text.

Only click and light modules are imported here, so that `--help` and completion answer at once;
each command imports what it needs when it runs.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from harness import __version__
from harness.cli.author import author
from harness.cli.options import (
    SuggestingGroup,
    directory_option,
    exercises_option,
    filter_options,
    json_option,
    percentage,
)
from harness.errors import EnvironmentProblem, UsageProblem, WorksampleError, is_refusal

if TYPE_CHECKING:
    from harness.clock import Clock
    from scoring.own_tests import WarmPytest
    from scoring.warm import WarmServers

_INTERRUPTED = 130
_TERMINATED = 143


class Given(NamedTuple):
    """What the command line does not say: the clock, and what was started ahead of time."""

    clock: Clock
    warm: WarmPytest | None = None
    servers: WarmServers | None = None


_EXAMPLES = """\b
Examples:
  worksample list
  worksample start debug-cache
  cd debug-cache && worksample test
  worksample score
"""


@click.group(
    cls=SuggestingGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXAMPLES,
    no_args_is_help=True,
)
@click.version_option(__version__, prog_name="worksample")
def cli() -> None:
    """Practise the work-sample round: timed exercises on small, realistic codebases.

    Start an exercise, work in its git workspace with your own editor, score it when you are
    done, and read the report.
    """


@cli.command(
    "list",
    epilog="\b\nExamples:\n  worksample list --kind debug --unsolved\n"
    "  worksample list --path\n  worksample list --json",
)
@filter_options
@click.option("--path", "as_path", is_flag=True, help="In the order to take them in, what is next.")
@exercises_option
@json_option
def list_command(also: tuple[Path, ...], as_path: bool, as_json: bool, **wanted: Any) -> int:
    """List the exercises, with your best score."""
    from harness.commands.list import list_exercises
    from harness.curriculum import Filter

    return list_exercises(also, Filter(**wanted), as_path=as_path, as_json=as_json)


@cli.command(
    epilog="\b\nExamples:\n  worksample show debug-cache\n  worksample show debug-cache --plain"
)
@click.argument("exercise_id", metavar="ID")
@click.option("--plain", is_flag=True, help="The brief as it is written, and all at once.")
@exercises_option
@json_option
def show(exercise_id: str, also: tuple[Path, ...], plain: bool, as_json: bool) -> int:
    """Show what an exercise asks for, before its clock starts."""
    from harness.commands.show import show_exercise

    return show_exercise(exercise_id, also, plain=plain, as_json=as_json)


@cli.command(
    epilog="\b\nExamples:\n  worksample start debug-cache\n"
    "  worksample start debug-cache --dir second-try\n"
    "  worksample start --random --kind debug --level senior\n"
    "  worksample start debug-cache --mode interview --extra-time 25%\n"
    "  worksample start my-exercise --exercises ~/exercises"
)
@click.argument("exercise_id", metavar="[ID]", required=False)
@click.option("--random", "by_chance", is_flag=True, help="Any that fits, unsolved ones first.")
@filter_options
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The new workspace folder (default: ./ID).",
)
@click.option(
    "--mode",
    type=click.Choice(["practice", "interview"]),
    default="practice",
    show_default=True,
    help="interview: the first score is final, and the reference solution stays hidden.",
)
@click.option(
    "--extra-time",
    "extra_percent",
    default="0%",
    callback=percentage,
    metavar="PERCENT",
    help="More time by this share, like 25%; recorded with the attempt.",
)
@exercises_option
@json_option
@click.pass_obj
def start(
    given: Given,
    /,
    exercise_id: str | None,
    by_chance: bool,
    also: tuple[Path, ...],
    folder: Path | None,
    mode: Any,
    extra_percent: float,
    as_json: bool,
    **wanted: Any,
) -> int:
    """Create a workspace for an exercise and start its clock."""
    from harness.commands.start import start as run
    from harness.curriculum import Filter

    return run(
        exercise_id,
        Filter(**wanted),
        also,
        by_chance=by_chance,
        folder=folder,
        mode=mode,
        extra_percent=extra_percent,
        as_json=as_json,
        clock=given.clock,
    )


@cli.command(epilog="\b\nExample:\n  worksample status -C debug-cache")
@directory_option
@json_option
@click.pass_obj
def status(given: Given, directory: Path, as_json: bool) -> int:
    """Show the clock, the last test run and the change so far."""
    from harness.commands.status import status as run

    return run(directory, as_json=as_json, clock=given.clock)


@cli.command(
    context_settings={"ignore_unknown_options": False},
    epilog="\b\nExamples:\n  worksample test\n  worksample test -- -k recency -vv\n"
    "  worksample test -- --pdb -x",
)
@directory_option
@json_option
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- PYTEST_ARGS]")
@click.pass_obj
def test(given: Given, directory: Path, as_json: bool, pytest_arguments: tuple[str, ...]) -> int:
    """Run your tests in the workspace.

    What follows -- goes to pytest, which then has the terminal to itself, debugger included.
    """
    from harness.commands.test import run_tests

    return run_tests(
        directory, pytest_arguments, as_json=as_json, clock=given.clock, warm=given.warm
    )


@cli.command(epilog="\b\nExamples:\n  worksample score\n  worksample score --json --min-score 70")
@directory_option
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    metavar="POINTS",
    help="Exit with 1 when the score is below.",
)
@click.option("--strict-time", is_flag=True, help="Exit with 5 when the attempt is late.")
@json_option
@click.pass_obj
def score(
    given: Given, directory: Path, min_score: float | None, strict_time: bool, as_json: bool
) -> int:
    """Stop the clock, score the work tree as it stands and write the report."""
    from decimal import Decimal

    from harness.commands.score import score as run

    return run(
        directory,
        min_score=None if min_score is None else Decimal(str(min_score)),
        strict_time=strict_time,
        as_json=as_json,
        clock=given.clock,
        servers=given.servers,
    )


@cli.command(
    epilog="\b\nExamples:\n  worksample report --open\n"
    "  worksample report debug-cache --attempt 2 -o second.html"
)
@click.argument("exercise_id", metavar="[ID]", required=False)
@directory_option
@click.option("--attempt", "number", type=click.IntRange(1), metavar="N", help="With ID: which.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there."
)
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
@json_option
def report(
    exercise_id: str | None,
    directory: Path,
    number: int | None,
    output: Path | None,
    open_it: bool,
    as_json: bool,
) -> int:
    """Make the report again, from the workspace's score or, with ID, from the history."""
    from harness.commands.report import report as run

    if number is not None and exercise_id is None:
        raise UsageProblem("--attempt needs an exercise", "worksample report ID --attempt N")
    return run(
        directory,
        exercise_id=exercise_id,
        number=number,
        output=output,
        open_it=open_it,
        as_json=as_json,
    )


@cli.command(epilog="\b\nExample:\n  worksample history debug-cache")
@click.argument("exercise_id", metavar="[ID]", required=False)
@json_option
def history(exercise_id: str | None, as_json: bool) -> int:
    """List your attempts and their scores."""
    from harness.commands.history import show_history

    return show_history(exercise_id, as_json=as_json)


@cli.command(
    epilog="\b\nExamples:\n  worksample doctor --json\n  worksample doctor --clear-environments"
)
@click.option(
    "--clear-environments",
    "clear_them",
    is_flag=True,
    help="Remove the packages that were installed for exercises; they come back when needed.",
)
@exercises_option
@json_option
def doctor(clear_them: bool, also: tuple[Path, ...], as_json: bool) -> int:
    """Check what this machine has, and say what would help."""
    from harness.commands.doctor import clear
    from harness.commands.doctor import doctor as run

    return clear(as_json=as_json) if clear_them else run(also, as_json=as_json)


cli.add_command(author)


def run(warm: WarmPytest | None, servers: WarmServers | None) -> NoReturn:
    """Run the command line and leave with its exit code.

    `warm` is a pytest and `servers` are servers started ahead of time; where the command did not
    need them they are sent away here.
    """
    from harness.clock import system_clock

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    given = Given(system_clock, warm, servers)
    try:
        code = guarded(
            lambda: cli.main(prog_name="worksample", standalone_mode=False, obj=given),
            sys.argv[1:],
        )
    finally:
        if warm is not None:
            warm.dismiss()
        if servers is not None:
            servers.close()
    # It is done, or told that it was not: too late for an interrupt.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has had enough; keep the interpreter from complaining at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def guarded(command: Callable[[], Any], arguments: list[str]) -> int:
    """Run a command; whatever it raises becomes a text and an exit code."""
    as_json = "--json" in arguments
    try:
        answer = command()
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return UsageProblem.exit_code
    except Exception as error:  # noqa: BLE001 - the boundary: a bug of ours must look like one
        from harness.console import show_error

        problem = _told(error, arguments)
        show_error(problem, as_json=as_json)
        return problem.exit_code
    return answer if isinstance(answer, int) else 0


def _told(error: Exception, arguments: list[str]) -> WorksampleError:
    """The error as a person is told it."""
    if isinstance(error, WorksampleError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(error)
    refusal = _machine(error) if isinstance(error, OSError) else None
    return refusal or _bug(error, arguments)


def _usage(error: click.ClickException) -> UsageProblem:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "worksample"
    tip = f"see: {path} --help"
    if isinstance(error, click.NoSuchOption) and path.endswith(" test"):
        tip = f"what is for pytest goes behind --: {path} -- {error.option_name}"
    return UsageProblem(error.format_message(), tip)


def _machine(error: OSError) -> WorksampleError | None:
    """What the machine refuses is not a bug of ours."""
    if not is_refusal(error):
        return None
    where = f"{error.filename}: " if error.filename else ""
    return EnvironmentProblem(
        f"{where}{error.strerror}", "make room, or give yourself the right; nothing was lost"
    )


def _bug(error: Exception, arguments: list[str]) -> WorksampleError:
    """Write the traceback where it can be attached to a bug report."""
    import tempfile
    import traceback

    what = f"this is a bug in worksample: {type(error).__name__}: {error}"
    text = f"worksample {__version__}, Python {sys.version}\narguments: {arguments}\n\n"
    text += "".join(traceback.format_exception(error))
    try:
        descriptor, name = tempfile.mkstemp(prefix="worksample-bug-", suffix=".log")
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
    except OSError as problem:
        return WorksampleError(what, f"please report it; its log can't be written: {problem}")
    return WorksampleError(what, f"please report it with the file {name}")
