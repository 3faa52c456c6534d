"""The table at the end of a run."""

import sqlite3

from bakeoff.outcomes import VariantSummary, summarise
from bakeoff.results import Results


def print_report(
    db: sqlite3.Connection, run: int, fmt: str = "text"
) -> dict[str, float | None]:
    """Print what the variants of a run come to; return their means.

    The best variant comes first; variants without any score come last, and equals by
    name. If a sample was put to a variant more than once, the last time counts. A score
    of 0.5 is a pass. `fmt` is text, csv or md.
    """
    summaries = summarise(Results(db).outcomes(run))
    if fmt == "text":
        _print_text(summaries)
    elif fmt in _STYLES:
        _print_cells(summaries, *_STYLES[fmt])
    else:
        print(f"unknown format: {fmt}")
    return {summary.variant: summary.mean for summary in summaries}


_HEAD = ["variant", "samples", "mean", "passed", "refused", "errors"]
# What begins a line, parts it and ends it, what stands below the head, and no mean.
_STYLES = {
    "csv": ("", ",", "", None, ""),
    "md": ("| ", " | ", " |", "|---|---|---|---|---|---|", "-"),
}


def _print_cells(
    summaries: list[VariantSummary],
    begin: str,
    part: str,
    end: str,
    rule: str | None,
    no_mean: str,
) -> None:
    print(begin + part.join(_HEAD) + end)
    if rule is not None:
        print(rule)
    for each in summaries:
        print(begin + part.join(_row(each, no_mean)) + end)


def _print_text(summaries: list[VariantSummary]) -> None:
    rows = [_HEAD, *(_row(each, "-") for each in summaries)]
    width = max(len(row[0]) for row in rows)
    for name, *cells in rows:
        widths = zip(cells, (7, 5, 6, 7, 6), strict=True)
        print("  ".join([name.ljust(width), *(c.rjust(w) for c, w in widths)]))


def _row(each: VariantSummary, no_mean: str) -> list[str]:
    mean = no_mean if each.mean is None else f"{each.mean:.3f}"
    counts = (each.passed, each.refused, each.errors)
    return [each.variant, str(each.samples), mean, *map(str, counts)]
