"""The monthly report: which formats there are, and the one place that prints."""

from collections.abc import Callable, Collection, Iterable

from gpubill.billing import Billing, bill
from gpubill.formats import as_csv, as_markdown, as_text
from gpubill.rates import Rates
from gpubill.sessions import Session

Renderer = Callable[[Billing, bool], str]

_RENDERERS: dict[str, Renderer] = {
    "csv": as_csv,
    "markdown": as_markdown,
    "text": as_text,
}


class UnknownFormat(ValueError):
    """There is no format of that name; the message names those that there are."""


def formats() -> list[str]:
    """Return the names of all formats, sorted."""
    return sorted(_RENDERERS)


def add_format(name: str, renderer: Renderer) -> None:
    """Make a format known, in place of another of that name if there is one.

    `renderer` is called with a billing and whether to show details.
    """
    _RENDERERS[name] = renderer


def render(billing: Billing, format: str = "text", details: bool = False) -> str:
    """Return a billing in a format, without a line break at its end.

    Nothing is printed. Raises UnknownFormat for a format that nobody added.
    """
    if format not in _RENDERERS:
        raise UnknownFormat(f"{format!r}")
    return _RENDERERS[format](billing, details)


def print_report(
    sessions: Iterable[Session],
    rates: Rates,
    format: str = "text",
    details: bool = False,
    only: Collection[str] | None = None,
) -> None:
    """Print what labs owe for their sessions, or `only` some of the labs.

    Without `only` these are all labs. They are for an empty list as well, as ever,
    while any other collection that is empty means no lab.
    """
    if format not in formats():
        print(f"unknown format: {format}")
        return
    if only is not None and only != []:
        sessions = [each for each in sessions if each.lab in only]
    print(render(bill(sessions, rates), format, details))
