"""What comes of putting samples to variants.

The types are what the dashboard team asked for. The functions are to come.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bakeoff.models import Model
from bakeoff.suite import Sample, Suite


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
    raise NotImplementedError("outcomes of their own")


def summarise(outcomes: Iterable[Outcome]) -> list[VariantSummary]:
    """Return what each variant's outcomes come to, the best variant first."""
    raise NotImplementedError("outcomes of their own")


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
    raise NotImplementedError("outcomes of their own")
