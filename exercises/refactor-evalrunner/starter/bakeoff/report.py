"""The table at the end of a run."""

import sqlite3
import sys
from typing import Dict, Optional


def print_report(
    db: sqlite3.Connection, run: int, fmt: str = "text"
) -> Dict[str, Optional[float]]:
    """Print what the variants of a run come to; return their means.

    The best variant comes first; variants without any score come last, and equals by
    name. If a sample was put to a variant more than once, the last time counts. A score
    of 0.5 is a pass. `fmt` is text, csv or md.
    """
    cur = db.cursor()
    cur.execute(
        "SELECT variant, sample, status, score, attempts FROM results "
        "WHERE run = ? ORDER BY id",
        (run,),
    )
    last = {}
    for row in cur.fetchall():
        if row[0] not in last:
            last[row[0]] = {}
        last[row[0]][row[1]] = row
    rows = []
    for variant in last:
        n = 0
        total = 0.0
        scored = 0
        passed = 0
        refused = 0
        errors = 0
        attempts = 0
        for sample in last[variant]:
            row = last[variant][sample]
            n += 1
            attempts += row[4]
            if row[2] == "error":
                errors += 1
            else:
                scored += 1
                total += row[3]
                if row[2] == "refused":
                    refused += 1
                if row[3] >= 0.5:
                    passed += 1
        if scored > 0:
            mean = total / scored
        else:
            mean = None
        rows.append((variant, n, mean, passed, refused, errors, attempts))
    rows.sort(key=lambda r: (r[2] is None, -(r[2] if r[2] is not None else 0), r[0]))
    if fmt == "text":
        width = 7
        for r in rows:
            if len(r[0]) > width:
                width = len(r[0])
        print("%s  samples   mean  passed  refused  errors" % "variant".ljust(width))
        for r in rows:
            if r[2] is None:
                m = "-"
            else:
                m = "%.3f" % r[2]
            print(
                "%s  %7d  %5s  %6d  %7d  %6d"
                % (r[0].ljust(width), r[1], m, r[3], r[4], r[5])
            )
    elif fmt == "csv":
        print("variant,samples,mean,passed,refused,errors")
        for r in rows:
            if r[2] is None:
                m = ""
            else:
                m = "%.3f" % r[2]
            print("%s,%d,%s,%d,%d,%d" % (r[0], r[1], m, r[3], r[4], r[5]))
    elif fmt == "md":
        print("| variant | samples | mean | passed | refused | errors |")
        print("|---|---|---|---|---|---|")
        for r in rows:
            if r[2] is None:
                m = "-"
            else:
                m = "%.3f" % r[2]
            print("| %s | %d | %s | %d | %d | %d |" % (r[0], r[1], m, r[3], r[4], r[5]))
    else:
        print("unknown format: %s" % fmt)
    means = {}
    for r in rows:
        means[r[0]] = r[2]
    return means
