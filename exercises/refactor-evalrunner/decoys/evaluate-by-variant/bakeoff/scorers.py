"""How good an answer is, from 0 to 1."""

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
    if name in _SCORERS:
        raise ValueError(f"there is a scorer {name!r} already")
    _SCORERS[name] = scorer


def score(sample: Sample, answer: str) -> float:
    """Return how good an answer to a sample is, from 0 to 1."""
    return scorer_of(sample)(answer, sample)


def scorer_of(sample: Sample) -> Scorer:
    """Return the scorer that a sample asks for; raise UnknownScorer if none is known."""
    try:
        return _SCORERS[sample.scorer]
    except KeyError:
        raise UnknownScorer(f"{sample.id} asks for {sample.scorer!r}") from None


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
    numbers = re.findall(r"-?\d[\d,]*\.?\d*", answer)
    if not numbers:
        return 0.0
    try:
        wanted = float(sample.expected.replace(",", ""))
    except ValueError:
        return 0.0  # nothing is near to what is no number
    tolerance = sample.options.get("tolerance")
    off = abs(float(numbers[-1].replace(",", "")) - wanted)
    return float(off <= (1e-6 if tolerance is None else tolerance))


def _choice(answer: str, sample: Sample) -> float:
    letters = "A-E" if _strict(sample) else "A-Ea-e"
    found = re.search(rf"\b([{letters}])\b", answer)
    return float(
        found is not None and found[1].upper() == sample.expected.strip().upper()
    )


_SCORERS: dict[str, Scorer] = {
    "exact": _exact,
    "contains": _contains,
    "number": _number,
    "choice": _choice,
}
