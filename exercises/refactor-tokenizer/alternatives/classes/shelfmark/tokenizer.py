"""Tokenizing titles for the index, and what people type to find them."""

from shelfmark.rules import loaded_rules
from shelfmark.stages import (
    LONG_ENOUGH,
    LOWER,
    Apostrophes,
    Change,
    HanPairs,
    Hyphens,
    QueryWords,
    Stage,
    Synonyms,
    fold,
    joined,
    language,
    run,
    stopwords,
    words,
)

STATS = {"texts": 0, "words": 0, "terms": 0}


def tokenize(
    text,
    lang="en",
    query=False,
    lower=True,
    fold=False,
    stop=True,
    stem=True,
    positions=False,
    debug=False,
):
    """Return the terms of a title, or of a query, with positions or without."""
    if text is None:
        return []
    found = list(words(text))
    row = _query_row if query else _title_row
    terms = run(found, row(lang, lower=lower, fold_it=fold, stop=stop, stem=stem))
    STATS["texts"] += 1
    STATS["words"] += len(found)
    STATS["terms"] += len(terms)
    if debug:
        print(f"tokenize[{lang}] {len(found)} words, {len(terms)} terms: {text}")
    return [term[:2] if positions else term.text for term in terms]


def stats():
    """Return how many texts, words and terms there were since the program started."""
    return dict(STATS)


def _chosen(*stages: tuple[Stage, bool]) -> tuple[Stage, ...]:
    return tuple(stage for stage, wanted in stages if wanted)


def _title_row(lang, *, lower, fold_it, stop, stem):
    made, rules = language(lang), loaded_rules(lang)
    return _chosen(
        (Apostrophes(made), True),
        (LOWER, lower),
        (stopwords(made, rules), stop),
        (Hyphens(), True),
        (HanPairs(), True),
        (Change(made.stem), stem),
        (Change(fold), fold_it),
        (LONG_ENOUGH, True),
        (Synonyms(rules), True),
    )


def _query_row(lang, *, lower, fold_it, stop, stem):
    made, rules = language(lang), loaded_rules(lang)
    finish = _chosen(
        (Change(joined), True),
        (HanPairs(), True),
        (Change(fold), fold_it),
        (Change(made.stem), stem),
        (LONG_ENOUGH, True),
    )
    dropped = made.stopwords | rules.stopwords if stop else frozenset()
    return _chosen(
        (Apostrophes(made), True), (LOWER, lower), (QueryWords(dropped, finish), True)
    )
