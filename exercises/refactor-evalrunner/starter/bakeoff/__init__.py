"""Puts the same questions to several variants of a model, and compares."""

from bakeoff.models import Model, Overloaded, Refused
from bakeoff.outcomes import (
    Outcome,
    Retry,
    Status,
    Store,
    VariantSummary,
    attempt,
    evaluate,
    summarise,
)
from bakeoff.report import print_report
from bakeoff.runner import Runner
from bakeoff.scorers import UnknownScorer, register, score
from bakeoff.suite import Sample, Suite, load_suite

__all__ = [
    "Model",
    "Outcome",
    "Overloaded",
    "Refused",
    "Retry",
    "Runner",
    "Sample",
    "Status",
    "Store",
    "Suite",
    "UnknownScorer",
    "VariantSummary",
    "attempt",
    "evaluate",
    "load_suite",
    "print_report",
    "register",
    "score",
    "summarise",
]
