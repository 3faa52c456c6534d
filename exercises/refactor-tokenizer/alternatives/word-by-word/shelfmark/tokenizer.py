"""Tokenizing titles for the index, and what people type to find them."""

from shelfmark.rules import loaded_rules
from shelfmark.stages import Settings, language, query_terms, title_terms, words

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
    settings = Settings(language(lang), loaded_rules(lang), lower, stem, fold)
    found = words(text)
    make = query_terms if query else title_terms
    terms = [(term.text, term.position) for term in make(settings, found, stop)]
    for name, number in (("texts", 1), ("words", len(found)), ("terms", len(terms))):
        STATS[name] += number
    if debug:
        print(f"tokenize[{lang}] {len(found)} words, {len(terms)} terms: {text}")
    return terms if positions else [text for text, _ in terms]


def stats():
    """Return how many texts, words and terms there were since the program started."""
    return dict(STATS)
