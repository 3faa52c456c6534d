"""The terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from harness.errors import WorksampleError

JSON_SCHEMA = 1


def _style(text: str, **style: Any) -> str:
    """Colour, which click takes out again where the output is no terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def out(text: str = "") -> None:
    click.echo(text)


def err(text: str) -> None:
    click.echo(text, err=True)


def is_painted() -> bool:
    """Whether results may be more than plain text: standard output is a terminal, and wants it."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def page(text: str) -> None:
    """Results that may be longer than the screen: then through the pager, on a terminal."""
    lines = text.count("\n") + 2
    if sys.stdout.isatty() and lines > shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        out(text)


def warn(text: str) -> None:
    click.echo(f"{_style('warning:', fg='yellow')} {text}", err=True)


@contextlib.contextmanager
def busy(what: str) -> Iterator[None]:
    """Say on a terminal what is going on, if it takes more than a second; leaves no trace."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    timer = threading.Timer(1.0, lambda: click.echo(f"{what} …", err=True, nl=False))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        click.echo("\r\033[K", err=True, nl=False)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, moved by calls with what is done and what is due; leaves no trace."""
    if not sys.stderr.isatty():
        yield lambda _done, _due: None
        return
    width = 30

    def show(done: int, due: int) -> None:
        filled = width * done // max(due, done, 1)
        bar = "█" * filled + "░" * (width - filled)
        click.echo(f"\r{what} {bar} {done} of {due} runs\033[K", err=True, nl=False)

    click.echo(f"{what} …", err=True, nl=False)
    try:
        yield show
    finally:
        click.echo("\r\033[K", err=True, nl=False)


def out_json(facts: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    click.echo(json.dumps({"schema_version": JSON_SCHEMA, **facts}, indent=2))


def show_error(error: WorksampleError, *, as_json: bool) -> None:
    """`error:` and what to do about it; where JSON was asked for, an object on standard output."""
    if as_json:
        facts = {"message": error.message, "tips": error.tips, "exit_code": error.exit_code}
        out_json({"error": facts})
        return
    click.echo(f"{_style('error:', fg='red', bold=True)} {error.message}", err=True)
    for number, tip in enumerate(error.tips):
        lead = _style("tip:", fg="cyan") if not number else "    "
        click.echo(f"  {lead} {tip}", err=True)


def mark(*, ok: bool) -> str:
    """A check or a cross, coloured; a word has to stand beside it."""
    return _style("✓", fg="green") if ok else _style("✗", fg="red")


def table(rows: Sequence[Sequence[str]], spare: int | None = None) -> str:
    """Columns as wide as their widest cell, two blanks apart; the first row is the heading.

    What is too wide for a terminal does without the column `spare`, and is cut where it ends.
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if spare is None or not sys.stdout.isatty():
        return "\n".join(lines)
    room = shutil.get_terminal_size().columns
    if max(map(len, lines)) > room and widths[spare]:
        return table([[*row[:spare], "", *row[spare + 1 :]] for row in rows], spare)
    return "\n".join(line if len(line) <= room else f"{line[: room - 1]}…" for line in lines)


def minutes(seconds: float) -> str:
    """4:05, or 1:02:03 from an hour on."""
    minutes_, rest = divmod(int(seconds), 60)
    if minutes_ < 60:
        return f"{minutes_}:{rest:02}"
    return f"{minutes_ // 60}:{minutes_ % 60:02}:{rest:02}"


def clip(text: str, indent: int) -> str:
    """A line cut to fit behind its indent, with an ellipsis where something is missing."""
    width = min(shutil.get_terminal_size((114, 24)).columns, 114) - indent
    return text if len(text) <= width else f"{text[: width - 1]}…"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
