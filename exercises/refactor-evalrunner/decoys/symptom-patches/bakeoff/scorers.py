"""How good an answer is, from 0 to 1."""

import re
import string
from collections.abc import Callable

from bakeoff.suite import Sample

# Takes an answer and the sample that it answers.
Scorer = Callable[[str, Sample], float]


class UnknownScorer(Exception):
    """A sample asks for a scorer that nobody has registered."""


def register(name: str, scorer: Scorer) -> None:
    """Let samples ask for a scorer by this name.

    Raise ValueError if there is one of that name already.
    """
    _EXTRA[name] = scorer


_EXTRA: dict[str, Scorer] = {}


def score(sample: Sample, answer: str) -> float:
    """Return how good an answer to a sample is, from 0 to 1."""
    if sample.scorer in _EXTRA:
        return _EXTRA[sample.scorer](answer, sample)
    return _score(
        answer,
        sample.expected,
        kind=sample.scorer,
        strict=sample.options.get("strict", False),
        tolerance=sample.options.get("tolerance"),
        partial=sample.options.get("partial", False),
    )


def _score(answer, expected, kind="exact", strict=False, tolerance=None, partial=False):
    result = 0.0
    try:
        if kind == "exact":
            if strict == True:
                if answer == expected:
                    result = 1.0
                else:
                    result = 0.0
            else:
                a = answer.strip().lower()
                e = expected.strip().lower()
                if a.endswith("."):
                    a = a[:-1]
                if a == e:
                    result = 1.0
                else:
                    result = 0.0
        elif kind == "contains":
            if strict == True:
                if expected in answer:
                    result = 1.0
            else:
                words = [w.strip().lower() for w in expected.split("|")]
                found = 0
                for w in words:
                    if w in answer.strip().lower():
                        found = found + 1
                if partial:
                    result = found / len(words)
                else:
                    if found == len(words):
                        result = 1.0
        elif kind == "number":
            numbers = re.findall(r"-?\d[\d,]*\.?\d*", answer)
            if len(numbers) == 0:
                result = 0.0
            else:
                last = numbers[-1].replace(",", "")
                if last.endswith("."):
                    last = last[:-1]
                value = float(last)
                wanted = float(expected.replace(",", ""))
                if tolerance is None:
                    t = 1e-6
                else:
                    t = tolerance
                if abs(value - wanted) <= t:
                    result = 1.0
                else:
                    result = 0.0
        elif kind == "choice":
            for c in re.findall(r"\b([A-Ea-e])\b", answer):
                if strict == True and c not in string.ascii_uppercase:
                    continue
                if c.upper() == expected.strip().upper():
                    result = 1.0
                break
    except:
        result = 0.0
    return result
