"""The arithmetic of the score: worked examples, and laws that hold for all values."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import formula
from scoring.model import Measured, Measurement, NotMeasured, TimeUsed
from scoring.terms import ComponentName

COMPONENTS: tuple[ComponentName, ...] = (
    "correctness",
    "strength",
    "coverage",
    "diff",
    "lint",
    "complexity",
)
shares = st.decimals(0, 1, places=4)


@st.composite
def weightings(draw: st.DrawFn) -> dict[ComponentName, Decimal]:
    """Weights of all components that add up to 100, as a manifest may set them."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)))
    edges = [0, *cuts, 100]
    parts = [Decimal(high - low) for low, high in pairwise(edges)]
    return dict(zip(COMPONENTS, parts, strict=True))


@st.composite
def measurements(draw: st.DrawFn) -> dict[ComponentName, Measurement]:
    measured: dict[ComponentName, Measurement] = {
        name: draw(shares.map(lambda value: Measured(value, "")) | st.just(NotMeasured("none")))
        for name in COMPONENTS
    }
    measured["correctness"] = Measured(draw(shares), "")
    return measured


def values(**given: str | None) -> dict[ComponentName, Measurement]:
    return {
        name: NotMeasured("nothing there") if given.get(name, "1") is None
        else Measured(Decimal(given.get(name, "1") or 0), f"why {name}")
        for name in COMPONENTS
    }  # fmt: skip


# --- weights --------------------------------------------------------------------------------


def test_weights_are_those_of_the_published_table() -> None:
    assert formula.WEIGHTS == {
        "debug": {"correctness": 60, "strength": 20, "coverage": 5, "diff": 10, "lint": 5},
        "extend": {"correctness": 60, "strength": 15, "coverage": 10, "diff": 10, "lint": 5},
        "design": {"correctness": 60, "strength": 15, "coverage": 10, "diff": 5, "lint": 10},
        "refactor": {
            "correctness": 40,
            "strength": 15,
            "coverage": 5,
            "diff": 10,
            "lint": 10,
            "complexity": 20,
        },
    }


@pytest.mark.parametrize("kind", formula.WEIGHTS)
def test_weights_of_a_kind_add_up_to_100(kind: str) -> None:
    assert sum(formula.WEIGHTS[kind].values()) == 100


# --- the total ------------------------------------------------------------------------------


def test_all_components_full_is_100() -> None:
    result = formula.combine(formula.WEIGHTS["debug"], values())

    assert (result.total, result.uncapped) == (Decimal("100.0"), Decimal(100))


def test_worked_example_of_a_debug_exercise() -> None:
    measured = values(correctness="0.5", strength="0.25", coverage="0.8", diff="1", lint="0.85")

    result = formula.combine(formula.WEIGHTS["debug"], measured)

    # 60 x 0.5 + 20 x 0.25 + 0.5 x (5 x 0.8 + 10 x 1 + 5 x 0.85)
    assert {line.name: line.points for line in result.lines} == {
        "correctness": Decimal("30.0"),
        "strength": Decimal("5.00"),
        "coverage": Decimal("2.00"),
        "diff": Decimal("5.0"),
        "lint": Decimal("2.125"),
    }
    assert (result.uncapped, result.total) == (Decimal("44.125"), Decimal("44.1"))


def test_doing_nothing_well_is_worth_nothing() -> None:
    measured = values(correctness="0", strength="0")

    assert formula.combine(formula.WEIGHTS["debug"], measured).total == 0


def test_strength_is_earned_without_correctness() -> None:
    measured = values(correctness="0", strength="1")

    assert formula.combine(formula.WEIGHTS["debug"], measured).total == 20


def test_weight_of_what_is_not_measured_goes_to_correctness_and_the_reason_stays() -> None:
    measured = values(correctness="0.5", strength=None, coverage=None)

    result = formula.combine(formula.WEIGHTS["debug"], measured)

    lines = {
        line.name: (line.value, line.points, line.out_of, line.reason) for line in result.lines
    }
    assert lines == {
        "correctness": (Decimal("0.5"), Decimal("42.5"), Decimal(85), "why correctness"),
        "strength": (None, 0, 0, "nothing there"),
        "coverage": (None, 0, 0, "nothing there"),
        "diff": (Decimal(1), Decimal("5.0"), Decimal(10), "why diff"),
        "lint": (Decimal(1), Decimal("2.5"), Decimal(5), "why lint"),
    }


def test_correctness_that_is_not_measured_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="always measured, but: nothing there"):
        formula.combine(formula.WEIGHTS["debug"], values(correctness=None))


def test_cap_comes_before_lateness() -> None:
    result = formula.combine(formula.WEIGHTS["debug"], values(), Decimal(69), Decimal("0.5"))

    assert (result.uncapped, result.total) == (100, Decimal("34.5"))


@pytest.mark.parametrize(
    ("cap", "lateness", "total"),
    [
        ("50.25", "1", "50.3"),
        ("50.35", "1", "50.4"),
        ("50.2499", "1", "50.2"),
        ("50.5", "0.5", "25.3"),
    ],
)
def test_total_is_rounded_half_up_to_a_tenth(cap: str, lateness: str, total: str) -> None:
    result = formula.combine(formula.WEIGHTS["debug"], values(), Decimal(cap), Decimal(lateness))

    assert str(result.total) == total


def test_total_is_rounded_once_and_not_line_by_line() -> None:
    weights: dict[ComponentName, Decimal] = {
        "correctness": Decimal("99.88"),
        "diff": Decimal("0.04"),
        "lint": Decimal("0.04"),
        "coverage": Decimal("0.04"),
    }
    measured = values(correctness="1")

    # Rounded one by one, the lines would add up to 99.9.
    assert formula.combine(weights, measured).total == Decimal("100.0")


@given(weightings(), measurements(), shares, shares)
def test_total_is_between_0_and_the_cap(
    weights: dict[ComponentName, Decimal],
    measured: dict[ComponentName, Measurement],
    cap: Decimal,
    lateness: Decimal,
) -> None:
    result = formula.combine(weights, measured, 100 * cap, lateness)

    assert 0 <= result.uncapped <= 100
    assert 0 <= result.total <= formula.rounded(100 * cap * lateness)


@given(weightings(), measurements())
def test_points_to_earn_add_up_to_100_whatever_is_measured(
    weights: dict[ComponentName, Decimal], measured: dict[ComponentName, Measurement]
) -> None:
    assert sum(line.out_of for line in formula.combine(weights, measured).lines) == 100


@given(weightings(), measurements(), st.sampled_from(COMPONENTS), shares, shares)
def test_no_component_ever_lowers_the_score_when_it_rises(
    weights: dict[ComponentName, Decimal],
    measured: dict[ComponentName, Measurement],
    name: ComponentName,
    one: Decimal,
    other: Decimal,
) -> None:
    low, high = (
        formula.combine(weights, {**measured, name: Measured(value, "")})
        for value in sorted((one, other))
    )

    assert low.uncapped <= high.uncapped
    assert low.total <= high.total


@given(weightings(), st.sampled_from(COMPONENTS))
def test_every_component_with_weight_counts(
    weights: dict[ComponentName, Decimal], name: ComponentName
) -> None:
    full = formula.combine(weights, values()).uncapped
    lacking = formula.combine(weights, values(**{name: "0.5"})).uncapped

    # Correctness scales all the others but strength.
    counts = weights["strength"] < 100 if name == "correctness" else weights[name] > 0
    assert (lacking < full) == counts


# --- the terms ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "total", "fixed", "to_fix", "credit"),
    [
        (3, 3, 2, 2, "1"),
        (2, 2, 0, 0, "1"),
        (2, 3, 1, 2, "0.2"),
        # A test that passed before and fails now takes the full credit away.
        (2, 3, 2, 2, "0.4"),
        (1, 3, 0, 2, "0"),
        (1, 2, 0, 0, "0"),
        (0, 0, 0, 0, "0"),
    ],
)
def test_credit_of_a_requirement(
    passed: int, total: int, fixed: int, to_fix: int, credit: str
) -> None:
    assert formula.requirement_credit(passed, total, fixed, to_fix) == Decimal(credit)


@pytest.mark.parametrize(
    ("met", "kept", "value"),
    [
        ("1", "1", "1"),
        ("0.5", "1", "0.5"),
        ("1", "0.9", "0.6"),
        ("0.5", "0.9", "0.3"),
        ("1", "0.75", "0"),
        ("1", "0", "0"),
    ],
)
def test_a_broken_behaviour_costs_fourfold(met: str, kept: str, value: str) -> None:
    assert formula.correctness(Decimal(met), Decimal(kept)) == Decimal(value)


def test_weighted_mean() -> None:
    pairs = [(Decimal(1), Decimal(3)), (Decimal("0.4"), Decimal(1))]

    assert formula.weighted_mean(pairs) == Decimal("0.85")
    assert formula.weighted_mean([]) == 0


@pytest.mark.parametrize(
    ("covered", "total", "value"),
    [(0, 10, "0"), (45, 100, "0.5"), (9, 10, "1"), (10, 10, "1"), (0, 0, "0")],
)
def test_nine_tenths_of_the_changed_lines_are_enough(covered: int, total: int, value: str) -> None:
    assert formula.coverage(covered, total) == Decimal(value)


@pytest.mark.parametrize(
    ("killed", "total", "value"),
    [(0, 24, "0"), (17, 40, "0.5"), (17, 20, "1"), (20, 20, "1"), (1, 1, "1"), (0, 0, "0")],
)
def test_of_twenty_mutants_three_may_survive(killed: int, total: int, value: str) -> None:
    assert formula.mutants_killed(killed, total) == Decimal(value)


@given(st.integers(1, 24), st.integers(0, 23))
def test_one_more_mutant_killed_never_costs(total: int, killed: int) -> None:
    one, more = (formula.mutants_killed(min(each, total), total) for each in (killed, killed + 1))
    assert 0 <= one <= more <= 1


@pytest.mark.parametrize(
    ("churn", "reference", "value"),
    [
        (0, 100, "1"),
        (200, 100, "1"),
        (400, 100, "0.6667"),
        (800, 100, "0.3333"),
        (1600, 100, "0"),
        (160_000, 100, "0"),
        # A small reference counts as 20 lines.
        (40, 2, "1"),
        (80, 2, "0.6667"),
        (80, 0, "0.6667"),
        (42, 21, "1"),
    ],
)
def test_diff_size(churn: int, reference: int, value: str) -> None:
    assert formula.rounded(formula.diff_size(churn, reference), "0.0001") == Decimal(value)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4))
def test_more_churn_is_never_better(one: int, other: int, reference: int) -> None:
    low, high = sorted((one, other))

    assert 0 <= formula.diff_size(high, reference) <= formula.diff_size(low, reference) <= 1


def test_lint_loses_15_per_cent_a_finding() -> None:
    assert [formula.lint(n) for n in range(4)] == [
        1,
        Decimal("0.85"),
        Decimal("0.7225"),
        Decimal("0.614125"),
    ]


def test_where_old_findings_are_to_be_fixed_they_are_half_of_lint() -> None:
    assert [formula.lint(n, Decimal(fixed)) for n in (0, 1) for fixed in ("0", "0.5", "1")] == [
        Decimal("0.5"),
        Decimal("0.75"),
        Decimal("1"),
        Decimal("0.425"),
        Decimal("0.675"),
        Decimal("0.925"),
    ]


@pytest.mark.parametrize(
    ("excess", "value"), [(50, "0"), (60, "0"), (40, "0.25"), (30, "0.5"), (10, "1"), (0, "1")]
)
def test_complexity_is_the_share_of_the_excess_that_the_reference_takes_out(
    excess: int, value: str
) -> None:
    assert formula.complexity(excess, 50, 10) == Decimal(value)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 500), st.integers(0, 500))
def test_more_excess_is_never_better(one: int, other: int, taken_out: int, reference: int) -> None:
    low, high = (
        formula.complexity(each, reference + taken_out, reference) for each in sorted((one, other))
    )

    assert 0 <= high <= low <= 1


# --- caps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "kept", "churn", "reference", "cap", "reason"),
    [
        ("1", "1", 10, 10, "100", ""),
        ("0", "1", 10, 10, "30", "not every requirement is met"),
        ("0.5", "1", 10, 10, "57.5", "not every requirement is met"),
        ("0.99", "1", 10, 10, "84.45", "not every requirement is met"),
        ("1", "0.99", 10, 10, "69", "something that worked before is broken"),
        ("0.9", "0.99", 10, 10, "69", "something that worked before is broken"),
        ("0.5", "0.99", 10, 10, "57.5", "not every requirement is met"),
        ("1", "1", 401, 50, "85", "the change is more than eight times the reference's"),
        ("1", "1", 400, 50, "100", ""),
        ("1", "1", 400, 20, "100", ""),
        ("1", "1", 480, 60, "100", ""),
        ("1", "1", 481, 60, "85", "the change is more than eight times the reference's"),
    ],
)
def test_lowest_cap_that_applies_wins(
    met: str, kept: str, churn: int, reference: int, cap: str, reason: str
) -> None:
    found = formula.cap(
        met=Decimal(met), regression=Decimal(kept), churn=churn, reference_churn=reference
    )

    assert found == (Decimal(cap), reason)


# --- time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "factor", "late_by"),
    [
        (0, "1", 0),
        (-5, "1", 0),
        (1000, "1", 0),
        (1100, "1", 0),
        (1200, "0.95", 200),
        (1350, "0.875", 350),
        (2100, "0.5", 1100),
        (9999, "0.5", 8999),
    ],
)
def test_lateness_begins_after_the_grace_and_ends_at_a_half(
    used: float, factor: str, late_by: float
) -> None:
    time = TimeUsed(used=used, limit=1000, grace=100)

    assert formula.rounded(formula.lateness(time), "0.0001") == Decimal(factor)
    assert time.late_by == late_by


@given(st.floats(0, 1e6), st.floats(1, 1e5), st.floats(0, 1e4))
def test_late_and_cheaper_are_the_same(used: float, limit: float, grace: float) -> None:
    time = TimeUsed(used, limit, grace)

    if formula.lateness(time) < 1:
        assert used > limit
    assert formula.lateness(TimeUsed(used + 1, limit, grace)) <= formula.lateness(time)


def test_rounding_is_half_up_and_keeps_its_places() -> None:
    assert [str(formula.rounded(Decimal(each))) for each in ("0.05", "0.25", "2", "0.449")] == [
        "0.1",
        "0.3",
        "2.0",
        "0.4",
    ]
    assert str(formula.rounded(Decimal("66.5"), "1")) == "67"
