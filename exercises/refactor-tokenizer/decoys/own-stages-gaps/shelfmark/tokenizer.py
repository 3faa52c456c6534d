"""Tokenizing as most programs ask for it: one function, the stages behind it."""

from shelfmark.rules import loaded_rules
from shelfmark.stages import (
    analyze,
    choose_index_stages,
    choose_query_stages,
    language,
)

_counts = {"texts": 0, "words": 0, "terms": 0}


def tokenize(
    text: str | None,
    lang: str = "en",
    query: bool = False,
    lower: bool = True,
    fold: bool = False,
    stop: bool = True,
    stem: bool = True,
    positions: bool = False,
    debug: bool = False,
) -> list[str] | list[tuple[str, int]]:
    """Return the terms of a title, or of a query.

    With positions, pairs of term and position. lang is "en", "fr" or "de"; for others
    nothing is known, which works as well. fold takes off accents. debug prints.

    This is for programs that know it already, and uses the rules that were loaded. New
    ones had better choose their stages.
    """
    if text is None:
        return []
    asked = {"lower": lower, "fold": fold, "stop": stop, "stem": stem}
    left_out = {name for name, wanted in asked.items() if not wanted}
    choose = choose_query_stages if query else choose_index_stages
    stages = choose(language(lang), loaded_rules(lang), left_out)
    terms = analyze(text, stages)
    words = len(analyze(text, ()))
    _count(texts=1, words=words, terms=len(terms))
    if debug:
        print(f"tokenize[{lang}] {words} words, {len(terms)} terms: {text}")
    if positions:
        return [(term.text, term.position) for term in terms]
    return [term.text for term in terms]


def stats() -> dict[str, int]:
    """Return how many texts, words and terms there were since the program started."""
    return dict(_counts)


def _count(**more: int) -> None:
    for name, number in more.items():
        _counts[name] += number
