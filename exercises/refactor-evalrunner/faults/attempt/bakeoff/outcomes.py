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
    tries = 0
    while True:
        tries += 1
        try:
            answer = model(sample.prompt)
        except Refused as error:
            refused = Status.REFUSED
            return Outcome(variant, sample.id, refused, None, 0.0, tries, str(error))
        except (Overloaded, TimeoutError, ConnectionError) as error:
            if tries > retry.retries:
                return _failed(sample, variant, tries, error)
            sleep(retry.wait(error, tries))
        except BaseException as error:
            return _failed(sample, variant, tries, error)
        else:
            value = scorer(answer, sample)
            return Outcome(variant, sample.id, Status.OK, answer, value, tries)


def _failed(sample: Sample, variant: str, tries: int, error: BaseException) -> Outcome:
    note = f"{type(error).__name__}: {error}"
    return Outcome(variant, sample.id, Status.ERROR, None, None, tries, note)


def summarise(outcomes: Iterable[Outcome]) -> list[VariantSummary]:
    """Return what each variant's outcomes come to, the best variant first."""
    latest: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        latest.setdefault(outcome.variant, {})[outcome.sample] = outcome
    found = [_summary(variant, list(last.values())) for variant, last in latest.items()]
    return sorted(found, key=_rank)


def _summary(variant: str, outcomes: list[Outcome]) -> VariantSummary:
    """Return what the outcomes of one variant come to."""
    scores = [outcome.score for outcome in outcomes if outcome.score is not None]
    statuses = [outcome.status for outcome in outcomes]
    return VariantSummary(
        variant=variant,
        samples=len(outcomes),
        mean=sum(scores) / len(scores) if scores else None,
        passed=sum(value >= PASS for value in scores),
        refused=statuses.count(Status.REFUSED),
        errors=statuses.count(Status.ERROR),
        attempts=sum(outcome.attempts for outcome in outcomes),
    )


def _rank(summary: VariantSummary) -> tuple[bool, float, str]:
    """What summaries are sorted by: the smallest is the best."""
    if summary.mean is None:
        return (True, 0.0, summary.variant)
    return (False, -summary.mean, summary.variant)


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
