"""The arithmetic of the score, and nothing else: pure functions over Decimals.

    score = lateness x min(cap, w_C C + w_T T + C (w_K K + w_D D + w_L L + w_X X))

Quality is earned in proportion to correctness C, so that doing nothing well is worth nothing;
test strength T stands by itself. docs/scoring.md explains every term to a candidate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scoring.model import Measurement, NotMeasured, TimeUsed
from scoring.terms import ComponentName, Kind

ONE, ZERO = Decimal(1), Decimal(0)
FULL_CAP = Decimal(100)

_COLUMNS: tuple[ComponentName, ...] = (
    "correctness", "strength", "diff", "coverage", "lint", "complexity",
)  # fmt: skip
_ROWS: Mapping[Kind, tuple[int, ...]] = {
    "debug": (60, 20, 10, 5, 5, 0),
    "extend": (60, 15, 10, 10, 5, 0),
    "design": (60, 15, 5, 10, 10, 0),
    "refactor": (40, 15, 10, 5, 10, 20),
}
WEIGHTS: Mapping[Kind, Mapping[ComponentName, Decimal]] = {
    kind: {name: Decimal(points) for name, points in zip(_COLUMNS, row, strict=True) if points}
    for kind, row in _ROWS.items()
}


@dataclass(frozen=True)
class Line:
    """A component's points as the total counts them; `value` is None where not measured."""

    name: ComponentName
    value: Decimal | None
    points: Decimal
    out_of: Decimal
    reason: str


@dataclass(frozen=True)
class Result:
    lines: tuple[Line, ...]
    uncapped: Decimal
    cap: Decimal
    lateness: Decimal
    total: Decimal


def combine(
    weights: Mapping[ComponentName, Decimal],
    measured: Mapping[ComponentName, Measurement],
    cap: Decimal = FULL_CAP,
    lateness: Decimal = ONE,
) -> Result:
    """The points of every component and the total, which is rounded half up, once, to 0.1.

    Correctness has to be measured; the weight of any other component that is not goes to it.
    """
    correctness = measured["correctness"]
    if isinstance(correctness, NotMeasured):
        raise TypeError(f"correctness is always measured, but: {correctness.reason}")
    moved = sum(
        (weights[name] for name in weights if isinstance(measured[name], NotMeasured)), ZERO
    )
    lines = []
    for name, weight in weights.items():
        measurement = measured[name]
        if isinstance(measurement, NotMeasured):
            lines.append(Line(name, None, ZERO, ZERO, measurement.reason))
            continue
        out_of = weight + moved if name == "correctness" else weight
        earned = ONE if name in {"correctness", "strength"} else correctness.value
        points = out_of * measurement.value * earned
        lines.append(Line(name, measurement.value, points, out_of, measurement.reason))
    uncapped = sum((line.points for line in lines), ZERO)
    return Result(tuple(lines), uncapped, cap, lateness, rounded(lateness * min(cap, uncapped)))


def requirement_credit(passed: int, total: int, fixed: int, to_fix: int) -> Decimal:
    """1 if all tests of a requirement pass, else 0.4 x the share of fail-to-pass tests that do.

    `fixed` of `to_fix` tests that failed on the starter pass now.
    """
    if total and passed == total:
        return ONE
    return Decimal("0.4") * share(fixed, to_fix) if to_fix else ZERO


def correctness(met: Decimal, regression: Decimal) -> Decimal:
    """C = m_R x H with m_R = max(0, 1 - 4 (1 - R)): a broken behaviour costs fourfold."""
    return met * max(ZERO, ONE - 4 * (ONE - regression))


def weighted_mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The mean of (value, weight) pairs; 0 where there is no weight at all."""
    values = list(pairs)
    weight = sum((each for _, each in values), ZERO)
    return sum((value * each for value, each in values), ZERO) / weight if weight else ZERO


def coverage(covered: int, total: int) -> Decimal:
    """K = min(1, cov / 0.9): nine tenths of the changed lines and branches are enough."""
    return min(ONE, share(covered, total) / Decimal("0.9"))


def mutants_killed(killed: int, total: int) -> Decimal:
    """M = min(1, killed / (0.85 n)): some mutants do nothing else than the original."""
    return min(ONE, share(killed, total) / Decimal("0.85"))


def diff_size(churn: int, reference_churn: int) -> Decimal:
    """D = 1 up to twice the reference's churn, then down by log2; nothing for being smaller."""
    ratio = churn_ratio(churn, reference_churn)
    if ratio <= 2:
        return ONE
    return max(ZERO, ONE - Decimal(math.log2(ratio / 2)) / 3)


def churn_ratio(churn: int, reference_churn: int) -> Decimal:
    """Churn relative to the reference's, which counts as 20 lines at least."""
    return Decimal(churn) / max(reference_churn, 20)


def lint(new_findings: int, fixed: Decimal | None = None) -> Decimal:
    """L = 0.85^n for n new findings; half of that where old ones were to be fixed.

    The other half is `fixed`, the share of them that are.
    """
    untouched = Decimal("0.85") ** new_findings
    return untouched if fixed is None else (untouched + fixed) / 2


def complexity(excess: int, starter: int, reference: int) -> Decimal:
    """X = (E0 - E) / (E0 - E_reference), from 0 to 1; the reference has to be below the starter."""
    return min(ONE, max(ZERO, share(starter - excess, starter - reference)))


def cap(
    *, met: Decimal, regression: Decimal, churn: int, reference_churn: int
) -> tuple[Decimal, str]:
    """The lowest cap that applies and its reason; (100, "") when none does."""
    caps = [(FULL_CAP, "")]
    if met < 1:
        caps.append((30 + 55 * met, "not every requirement is met"))
    if regression < 1:
        caps.append((Decimal(69), "something that worked before is broken"))
    if churn_ratio(churn, reference_churn) > 8 and churn > 400:
        caps.append((Decimal(85), "the change is more than eight times the reference's"))
    return min(caps, key=lambda each: each[0])


def lateness(time: TimeUsed) -> Decimal:
    """1 within limit and grace, then down by half the share of the limit that is over, to 0.5."""
    used = max(0.0, time.used - time.grace) / time.limit
    return ONE if used <= 1 else max(Decimal("0.5"), ONE - (Decimal(used) - 1) / 2)


def share(part: int, whole: int) -> Decimal:
    """part / whole; a share of nothing is 0, so ask only where there is something."""
    return Decimal(part) / whole if whole else ZERO


def rounded(value: Decimal, places: str = "0.1") -> Decimal:
    """Half up, as people round."""
    return value.quantize(Decimal(places), ROUND_HALF_UP)
