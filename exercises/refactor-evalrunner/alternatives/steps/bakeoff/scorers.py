"""How good an answer is, from 0 to 1."""

import math
import re
from collections.abc import Callable

from bakeoff.suite import Sample, Suite

# Takes an answer and the sample that it answers.
Scorer = Callable[[str, Sample], float]

_ON = (True, 1)  # what switches strictness on; other true values never did


class UnknownScorer(Exception):
    """A sample asks for a scorer that nobody has registered."""


def register(name: str, scorer: Scorer) -> None:
    """Let samples ask for a scorer by this name.

    Raise ValueError if there is one of that name already.
    """
    if name in _SCORERS or name in _GUESTS:
        raise ValueError(name)
    _GUESTS[name] = scorer


def score(sample: Sample, answer: str) -> float:
    """Return how good an answer to a sample is, from 0 to 1."""
    return scorer_of(sample)(answer, sample)


def scorer_of(sample: Sample) -> Scorer:
    """Return the scorer that a sample asks for; raise UnknownScorer if none is known."""
    scorer = {**_SCORERS, **_GUESTS}.get(sample.scorer)
    if scorer is None:
        raise UnknownScorer(sample.scorer)
    return scorer


def check_scorers(suite: Suite) -> None:
    """Raise UnknownScorer if a sample of the suite asks for one that nobody knows."""
    for sample in suite.samples:
        scorer_of(sample)


def _strict(sample: Sample) -> bool:
    return sample.options.get("strict", False) in _ON


def _exact(answer: str, sample: Sample) -> float:
    if _strict(sample):
        return float(answer == sample.expected)
    plain = answer.strip().lower().removesuffix(".")
    return float(plain == sample.expected.strip().lower())


def _contains(answer: str, sample: Sample) -> float:
    if _strict(sample):
        return float(sample.expected in answer)
    words = [word.strip().lower() for word in sample.expected.split("|")]
    found = [word in answer.strip().lower() for word in words]
    if sample.options.get("partial", False):
        return sum(found) / len(found)
    return float(all(found))


def _number(answer: str, sample: Sample) -> float:
    numbers = [_value(text) for text in re.findall(r"-?\d[\d,]*\.?\d*", answer)]
    wanted = _value(sample.expected)
    tolerance = sample.options.get("tolerance")
    if tolerance is None:
        tolerance = 1e-6
    return float(bool(numbers) and abs(numbers[-1] - wanted) <= tolerance)


def _value(text: str) -> float:
    """Return the number that a text spells; one near to nothing if it spells none."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return math.nan


def _choice(answer: str, sample: Sample) -> float:
    letters = "A-E" if _strict(sample) else "A-Ea-e"
    found = re.search(rf"\b([{letters}])\b", answer)
    return float(
        found is not None and found[1].upper() == sample.expected.strip().upper()
    )


_GUESTS: dict[str, Scorer] = {}
_SCORERS: dict[str, Scorer] = {
    "exact": _exact,
    "contains": _contains,
    "number": _number,
    "choice": _choice,
}
