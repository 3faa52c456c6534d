"""Runs suites: the part that everything else is called from."""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping

from bakeoff.models import Model
from bakeoff.outcomes import Outcome, Retry, Status, evaluate
from bakeoff.report import print_report
from bakeoff.scorers import check_scorers
from bakeoff.store import SqliteStore
from bakeoff.suite import Suite

Say = Callable[[str], None]


class Runner:
    """Puts suites to models, and writes down what comes of it.

    `db` is where: the tables are made if they are not there. `models` are the variants
    by name. `sleep` is called with the seconds to wait before a model is asked again.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        models: Mapping[str, Model],
        retries: int = 2,
        backoff: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.db = db
        self.models = models
        self.retries = retries
        self.backoff = backoff
        self.sleep = sleep

    def run(
        self,
        suite: Suite,
        variants: Iterable[str] | None = None,
        limit: int | None = None,
        resume: bool = False,
        quiet: bool = False,
        fmt: str = "text",
        skip: Collection[str] = (),
    ) -> dict:
        """Run a suite and print how it goes, then a table.

        `variants` are those to run, all if not given; unknown ones are left out, with a
        word about it. `limit` is how many samples of the suite to use, `skip` the ids of
        samples to leave out. With `resume`, the last run of the suite goes on: what has
        a score is not done again. `quiet` leaves out all but the table, which comes as
        text, csv or md.
        """
        say: Say = _nothing if quiet else print
        models = self._chosen(variants, say)
        left = [sample for sample in suite.samples if sample.id not in skip]
        suite = Suite(
            suite.name, tuple(left if limit is None else left[: max(limit, 0)])
        )
        check_scorers(suite)
        store = SqliteStore(self.db)
        run = store.last_run(suite.name) if resume else None
        if run is None:
            run = store.begin(suite.name)
        size = f"{len(suite.samples)} samples, {len(models)} variants"
        say(f"run {run}: {suite.name}, {size}")
        progress = _Progress(len(suite.samples) * len(models), say)
        evaluate(
            suite,
            models,
            store=store,
            retry=Retry(self.retries, self.backoff),
            sleep=self.sleep,
            resume=run,
            on_outcome=progress.done,
            on_kept=progress.kept,
        )
        means = print_report(self.db, run, fmt)
        best = next((name for name, mean in means.items() if mean is not None), None)
        say(f"best: {'none' if best is None else best}")
        return {"run": run, "best": best, "means": means}

    def _chosen(self, variants: Iterable[str] | None, say: Say) -> dict[str, Model]:
        """Return the models to run, and say which ones do not exist."""
        names = list(self.models if variants is None else variants)
        for name in names:
            if name not in self.models:
                say(f"no such variant: {name}")
        return {name: self.models[name] for name in names if name in self.models}


class _Progress:
    """Says a line for each outcome."""

    def __init__(self, total: int, say: Say) -> None:
        self._total = total
        self._say = say
        self._number = 0

    def kept(self, outcome: Outcome) -> None:
        self._line(outcome, "done")

    def done(self, outcome: Outcome) -> None:
        words = str(outcome.status)
        if outcome.status is Status.OK:
            words = f"ok {outcome.score:.2f}"
        elif outcome.status is Status.ERROR:
            words = f"error {outcome.note}"
        if outcome.attempts > 1:
            words += f" ({outcome.attempts} attempts)"
        self._line(outcome, words)

    def _line(self, outcome: Outcome, words: str) -> None:
        self._number += 1
        place = f"[{self._number}/{self._total}]"
        self._say(f"{place} {outcome.sample} {outcome.variant} {words}")


def _nothing(_line: str) -> None:
    """Say nothing."""
