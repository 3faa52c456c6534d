"""Suites of samples, and how they are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A question, what is expected, and how answers to it are scored."""

    id: str
    prompt: str
    expected: str
    scorer: str = "exact"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """Samples under a name."""

    name: str
    samples: tuple[Sample, ...]


def load_suite(name: str, text: str) -> Suite:
    """Read a suite: one object in JSON a line, empty lines aside.

    Raise ValueError with the number of the line for anything else, and for an id that
    comes twice.
    """
    samples: dict[str, Sample] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            sample = Sample(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise ValueError(f"line {number}: {error}") from error
        if sample.id in samples:
            raise ValueError(f"line {number}: {sample.id} is there already")
        samples[sample.id] = sample
    return Suite(name, tuple(samples.values()))
