"""Marking in a title what somebody has searched for."""

from shelfmark.stages import (
    LOWER,
    Apostrophes,
    Change,
    HanPairs,
    Hyphens,
    analyze,
    fold,
    language,
)
from shelfmark.tokenizer import tokenize


def highlight(text, query, lang="en", before="[", after="]"):
    """Return the title with marks around the words that the query asks for."""
    wanted = set(tokenize(query, lang, query=True, fold=True))
    made = language(lang)
    row = (
        Apostrophes(made),
        LOWER,
        Hyphens(),
        HanPairs(),
        Change(made.stem),
        Change(fold),
    )
    marks = {}
    for term in analyze(text, row):
        if term.text in wanted:
            marks[term.start] = before
            marks[term.end] = after
    return "".join(marks.get(at, "") + text[at : at + 1] for at in range(len(text) + 1))
