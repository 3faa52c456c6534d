"""What comes of putting samples to variants.

Nothing here prints or knows where outcomes are kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Protocol

from bakeoff.models import Model, Overloaded, Refused
from bakeoff.scorers import check_scorers, scorer_of
from bakeoff.suite import Sample, Suite


PASS = 0.5  # a score from which on a sample is passed


class Status(StrEnum):
    """How it went."""

    OK = "ok"  # there is an answer, be it right or wrong
    REFUSED = "refused"  # the model did not want to: that is an answer, and worth 0
    ERROR = "error"  # there is no answer, and so no score


@dataclass(frozen=True)
class Outcome:
    """One sample, put to one variant."""

    variant: str
    sample: str
    status: Status
    answer: str | None
    score: float | None
    attempts: int
    note: str = ""


@dataclass(frozen=True)
class Retry:
    """How often to try again, and how long to wait before.

    The first wait is `backoff` seconds, each further one twice the one before. A model
    that says for how long it wants to be left alone is left alone for that long.
    """

    retries: int = 2
    backoff: float = 1.0

    def wait(self, error: Exception, tries: int) -> float:
        """Return how long to wait after so many tries, the last of which failed."""
        asked = error.retry_after if isinstance(error, Overloaded) else None
        return self.backoff * 2 ** (tries - 1) if asked is None else asked


@dataclass(frozen=True)
class VariantSummary:
    """What all outcomes of a variant come to."""

    variant: str
    samples: int
    mean: float | None  # of the scores; None if there is none
    passed: int
    refused: int
    errors: int
    attempts: int


class Store(Protocol):
    """Keeps outcomes, by run."""

    def begin(self, suite: str) -> int:
        """Begin a run of a suite; return its number."""

    def add(self, run: int, outcome: Outcome) -> None:
        """Keep an outcome."""

    def outcomes(self, run: int) -> list[Outcome]:
        """Return the outcomes of a run, in the order in which they came."""


def attempt(
    sample: Sample,
    variant: str,
    model: Model,
    *,
    retry: Retry,
    sleep: Callable[[float], None],
) -> Outcome:
    """Put a sample to a model, again if need be, and return what came of it."""
    scorer = scorer_of(sample)
    for tries in range(1, retry.retries + 2):
        answer, problem = _ask(model, sample.prompt)
        if problem is None:
            value = scorer(answer, sample)
            return Outcome(variant, sample.id, Status.OK, answer, value, tries)
        if isinstance(problem, Refused):
            note = str(problem)
            return Outcome(variant, sample.id, Status.REFUSED, None, 0.0, tries, note)
        if tries > retry.retries or not isinstance(problem, _PASSING):
            break
        sleep(retry.wait(problem, tries))
    note = f"{type(problem).__name__}: {problem}"
    return Outcome(variant, sample.id, Status.ERROR, None, None, tries, note)


_PASSING = (Overloaded, TimeoutError, ConnectionError)


def _ask(model: Model, prompt: str) -> tuple[str, Exception | None]:
    """Return a model's answer, or what it raised."""
    try:
        return model(prompt), None
    except Exception as problem:
        return "", problem


def summarise(outcomes: Iterable[Outcome]) -> list[VariantSummary]:
    """Return what each variant's outcomes come to, the best variant first."""
    tallies: dict[str, _Tally] = {}
    for outcome in {(each.variant, each.sample): each for each in outcomes}.values():
        tallies.setdefault(outcome.variant, _Tally(outcome.variant)).count(outcome)
    with_mean = [tally.summary() for tally in tallies.values() if tally.scored]
    without = [tally.summary() for tally in tallies.values() if not tally.scored]
    by_name = sorted(with_mean, key=lambda each: each.variant)
    best_first = sorted(by_name, key=lambda each: each.mean or 0.0, reverse=True)
    return best_first + sorted(without, key=lambda each: each.variant)


@dataclass
class _Tally:
    """Counts the outcomes of one variant."""

    variant: str
    samples: int = 0
    scored: int = 0
    total: float = 0.0
    passed: int = 0
    refused: int = 0
    errors: int = 0
    attempts: int = 0

    def count(self, outcome: Outcome) -> None:
        self.samples += 1
        self.attempts += outcome.attempts
        self.refused += outcome.status is Status.REFUSED
        self.errors += outcome.status is Status.ERROR
        if outcome.score is not None:
            self.scored += 1
            self.total += outcome.score
            self.passed += outcome.score >= PASS

    def summary(self) -> VariantSummary:
        mean = self.total / self.scored if self.scored else None
        counts = (self.passed, self.refused, self.errors, self.attempts)
        return VariantSummary(self.variant, self.samples, mean, *counts)


def evaluate(
    suite: Suite,
    models: Mapping[str, Model],
    *,
    store: Store,
    retry: Retry,
    sleep: Callable[[float], None],
    resume: int | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_kept: Callable[[Outcome], None] | None = None,
) -> int:
    """Put each sample to each model and keep the outcomes; return the run's number.

    With `resume`, that run goes on: what has an outcome in it other than an error is
    kept as it is. `on_outcome` is told of each new outcome, `on_kept` of each that was
    there, both in the order of the work.
    """
    check_scorers(suite)
    run = store.begin(suite.name) if resume is None else resume
    kept = {
        (outcome.variant, outcome.sample): outcome
        for outcome in store.outcomes(run)
        if outcome.status is not Status.ERROR
    }
    for sample, variant in product(suite.samples, models):
        outcome = kept.get((variant, sample.id))
        if outcome is not None:
            _tell(on_kept, outcome)
            continue
        outcome = attempt(sample, variant, models[variant], retry=retry, sleep=sleep)
        store.add(run, outcome)
        _tell(on_outcome, outcome)
    return run


def _tell(listener: Callable[[Outcome], None] | None, outcome: Outcome) -> None:
    if listener is not None:
        listener(outcome)
