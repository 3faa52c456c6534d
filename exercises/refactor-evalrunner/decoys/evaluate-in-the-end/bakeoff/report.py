"""The table at the end of a run."""

import sqlite3
from collections.abc import Callable

from bakeoff.outcomes import VariantSummary, summarise
from bakeoff.store import SqliteStore


def print_report(
    db: sqlite3.Connection, run: int, fmt: str = "text"
) -> dict[str, float | None]:
    """Print what the variants of a run come to; return their means.

    The best variant comes first; variants without any score come last, and equals by
    name. If a sample was put to a variant more than once, the last time counts. A score
    of 0.5 is a pass. `fmt` is text, csv or md.
    """
    summaries = summarise(SqliteStore(db).outcomes(run))
    table = _TABLES.get(fmt)
    if table is None:
        print(f"unknown format: {fmt}")
    else:
        print("\n".join(table(summaries)))
    return {summary.variant: summary.mean for summary in summaries}


def _text(summaries: list[VariantSummary]) -> list[str]:
    width = max([7, *(len(summary.variant) for summary in summaries)])
    lines = [f"{'variant':<{width}}  samples   mean  passed  refused  errors"]
    for each in summaries:
        lines.append(
            f"{each.variant:<{width}}  {each.samples:7}  {_mean(each, '-'):>5}"
            f"  {each.passed:6}  {each.refused:7}  {each.errors:6}"
        )
    return lines


def _csv(summaries: list[VariantSummary]) -> list[str]:
    lines = ["variant,samples,mean,passed,refused,errors"]
    return lines + [",".join(_cells(each, "")) for each in summaries]


def _md(summaries: list[VariantSummary]) -> list[str]:
    lines = [
        "| variant | samples | mean | passed | refused | errors |",
        "|---|---|---|---|---|---|",
    ]
    return lines + [f"| {' | '.join(_cells(each, '-'))} |" for each in summaries]


def _cells(each: VariantSummary, no_mean: str) -> list[str]:
    counts = [str(count) for count in (each.passed, each.refused, each.errors)]
    return [each.variant, str(each.samples), _mean(each, no_mean), *counts]


def _mean(each: VariantSummary, no_mean: str) -> str:
    return no_mean if each.mean is None else f"{each.mean:.3f}"


_TABLES: dict[str, Callable[[list[VariantSummary]], list[str]]] = {
    "text": _text,
    "csv": _csv,
    "md": _md,
}
