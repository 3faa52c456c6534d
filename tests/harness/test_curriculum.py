"""Which exercises fit a filter, and the path that is suggested through them."""

from __future__ import annotations

import pytest

from harness.curriculum import Filter, suggested_path
from harness.errors import UsageProblem
from harness.exercise import Exercise, load_exercise
from tally_pack import TALLY

TOPICS = {"debug": "cache", "extend": "tokenizer", "refactor": "intervals", "design": "intervals"}


@pytest.fixture(scope="module")
def made() -> dict[str, Exercise]:
    """Exercises by id, which says kind, level and minutes: `debug-senior-90`."""
    tally = load_exercise(TALLY)
    found = {}
    for name in (
        "debug-standard-45", "debug-senior-75", "debug-senior-90", "design-warmup-20",
        "design-standard-45", "extend-warmup-20", "extend-senior-85", "refactor-warmup-25",
    ):  # fmt: skip
        kind, level, minutes = name.split("-")
        changes = {
            "id": name,
            "kind": kind,
            "level": {"warmup": "warm-up"}.get(level, level),
            "minutes": int(minutes),
            "topic": TOPICS[kind],
        }
        found[name] = Exercise(tally.folder, tally.manifest.model_copy(update=changes))
    return found


def ids(exercises: tuple[Exercise, ...]) -> list[str]:
    return [each.id for each in exercises]


def test_the_path_goes_by_level_then_in_rounds_of_kinds_the_shortest_first(made) -> None:
    wanted = [
        "extend-warmup-20",
        "refactor-warmup-25",
        "design-warmup-20",
        "debug-standard-45",
        "design-standard-45",
        "debug-senior-75",
        "extend-senior-85",
        "debug-senior-90",
    ]
    assert ids(suggested_path(made.values())) == wanted
    assert ids(suggested_path(reversed(made.values()))) == wanted
    assert suggested_path([]) == ()


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (Filter(kind="extend"), ["extend-warmup-20", "extend-senior-85"]),
        (Filter(level="standard"), ["debug-standard-45", "design-standard-45"]),
        (Filter(topic="intervals", level="warm-up"), ["design-warmup-20", "refactor-warmup-25"]),
        (Filter(kind="debug", unsolved=True), ["debug-standard-45", "debug-senior-90"]),
        (Filter(kind="refactor", level="senior"), []),
    ],
)
def test_everything_that_is_asked_for_has_to_fit(made, filter_: Filter, found: list[str]) -> None:
    assert ids(filter_.apply(tuple(made.values()), {"debug-senior-75"})) == found


def test_nothing_asked_for_fits_all_and_is_false(made) -> None:
    assert Filter().apply(tuple(made.values()), made) == tuple(made.values())
    assert (bool(Filter()), bool(Filter(unsolved=True))) == (False, True)


def test_a_filter_reads_as_it_is_typed() -> None:
    every = Filter("debug", "senior", "kv-store", unsolved=True)
    assert str(every) == "--kind debug --level senior --topic kv-store --unsolved"


def test_an_unknown_topic_gets_those_that_there_are(made, refusal) -> None:
    told = refusal(Filter(topic="interval").apply, tuple(made.values()), ())
    assert (told.kind, told.exit_code, told.message, told.tips) == (
        UsageProblem,
        2,
        "no exercise has the topic 'interval'",
        ("did you mean 'intervals'? Topics: cache, intervals, tokenizer",),
    )
    assert refusal(Filter(topic="x").apply, (), ()).tips == ("Topics: none",)


def test_where_nothing_fits_it_is_told_which_option_is_in_the_way(made) -> None:
    every = tuple(made.values())
    assert Filter(kind="refactor", level="senior").wider(every, ()) == (
        "without --kind there are 3",
        "without --level there is 1",
    )
    assert Filter(kind="refactor", unsolved=True).wider(every, made) == (
        "without --unsolved there is 1",
    )
