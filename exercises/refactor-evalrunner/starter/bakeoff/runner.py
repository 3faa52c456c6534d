"""Runs suites: the part that everything else is called from."""

import json
import os
import sqlite3
import time
from typing import Dict, List, Optional

from bakeoff.models import Overloaded, Refused
from bakeoff.report import print_report
from bakeoff.scorers import score
from bakeoff.suite import Sample, Suite

LAST_RUN = None


class Runner:
    """Puts suites to models, and writes down what comes of it.

    `db` is where: the tables are made if they are not there. `models` are the variants
    by name. `sleep` is called with the seconds to wait before a model is asked again.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        models: Dict[str, object],
        retries: int = 2,
        backoff: float = 1.0,
        sleep=time.sleep,
    ) -> None:
        self.db = db
        self.models = models
        self.retries = retries
        self.backoff = backoff
        self.sleep = sleep

    def run(
        self,
        suite: Suite,
        variants: Optional[List[str]] = None,
        limit: Optional[int] = None,
        resume: bool = False,
        quiet: bool = False,
        fmt: str = "text",
        skip: List[str] = [],
    ) -> dict:
        """Run a suite and print how it goes, then a table.

        `variants` are those to run, all if not given; unknown ones are left out, with a
        word about it. `limit` is how many samples of the suite to use, `skip` the ids of
        samples to leave out. With `resume`, the last run of the suite goes on: what has
        a score is not done again. `quiet` leaves out all but the table, which comes as
        text, csv or md.
        """
        global LAST_RUN
        cur = self.db.cursor()
        cur.execute(
            "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, suite TEXT)"
        )
        cur.execute(
            "CREATE TABLE IF NOT EXISTS results (id INTEGER PRIMARY KEY, "
            "run INTEGER, variant TEXT, sample TEXT, status TEXT, answer TEXT, "
            "score REAL, attempts INTEGER, note TEXT)"
        )
        names = []
        if variants is None:
            for name in self.models.keys():
                names.append(name)
        else:
            for name in variants:
                if name in self.models.keys():
                    if name not in names:
                        names.append(name)
                else:
                    if not quiet:
                        print("no such variant: %s" % name)
        samples = []
        count = 0
        for sample in suite.samples:
            if limit is not None and count >= limit:
                break
            if sample.id in skip:
                continue
            samples.append(sample)
            count += 1
        run_id = None
        done = {}
        if resume:
            cur.execute("SELECT MAX(id) FROM runs WHERE suite = ?", (suite.name,))
            row = cur.fetchone()
            if row is not None and row[0] is not None:
                run_id = row[0]
                cur.execute(
                    "SELECT variant, sample, status FROM results WHERE run = ?",
                    (run_id,),
                )
                for r in cur.fetchall():
                    if r[2] == "ok" or r[2] == "refused":
                        done[(r[0], r[1])] = True
        if run_id is None:
            cur.execute("INSERT INTO runs (suite) VALUES (?)", (suite.name,))
            run_id = cur.lastrowid
            self.db.commit()
        LAST_RUN = run_id
        if not quiet:
            print(
                "run %d: %s, %d samples, %d variants"
                % (run_id, suite.name, len(samples), len(names))
            )
        total = len(samples) * len(names)
        number = 0
        for sample in samples:
            for name in names:
                number += 1
                if (name, sample.id) in done:
                    if not quiet:
                        print("[%d/%d] %s %s done" % (number, total, sample.id, name))
                    continue
                model = self.models[name]
                status = None
                answer = None
                value = None
                note = ""
                tries = 0
                wait = self.backoff
                while status is None:
                    tries += 1
                    try:
                        answer = model(sample.prompt)
                        status = "ok"
                    except Refused as e:
                        status = "refused"
                        note = str(e)
                        value = 0.0
                    except Overloaded as e:
                        if tries > self.retries:
                            status = "error"
                            note = "%s: %s" % (type(e).__name__, e)
                        else:
                            if e.retry_after is not None:
                                self.sleep(e.retry_after)
                            else:
                                self.sleep(wait)
                            wait = wait * 2
                    except TimeoutError as e:
                        if tries > self.retries:
                            status = "error"
                            note = "%s: %s" % (type(e).__name__, e)
                        else:
                            self.sleep(wait)
                            wait = wait * 2
                    except ConnectionError as e:
                        if tries > self.retries:
                            status = "error"
                            note = "%s: %s" % (type(e).__name__, e)
                        else:
                            self.sleep(wait)
                            wait = wait * 2
                    except BaseException as e:
                        status = "error"
                        note = "%s: %s" % (type(e).__name__, e)
                if status == "ok":
                    try:
                        value = score(sample, answer)
                    except:
                        value = 0.0
                cur.execute(
                    "INSERT INTO results (run, variant, sample, status, answer, "
                    "score, attempts, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (run_id, name, sample.id, status, answer, value, tries, note),
                )
                self.db.commit()
                if not quiet:
                    if status == "ok":
                        line = "[%d/%d] %s %s ok %.2f" % (
                            number,
                            total,
                            sample.id,
                            name,
                            value,
                        )
                    elif status == "refused":
                        line = "[%d/%d] %s %s refused" % (
                            number,
                            total,
                            sample.id,
                            name,
                        )
                    else:
                        line = "[%d/%d] %s %s error %s" % (
                            number,
                            total,
                            sample.id,
                            name,
                            note,
                        )
                    if tries > 1:
                        line = line + " (%d attempts)" % tries
                    print(line)
        means = print_report(self.db, run_id, fmt)
        best = None
        for name in means:
            if means[name] is not None:
                if best is None or means[name] > means[best]:
                    best = name
        if not quiet:
            if best is not None:
                print("best: %s" % best)
            else:
                print("best: none")
        return {"run": run_id, "best": best, "means": means}
