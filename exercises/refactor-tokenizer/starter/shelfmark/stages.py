"""Terms, and the stages that make them.

These are the names that the three libraries have agreed on. README.md says what they
do, under "Agreed". So far they do nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shelfmark.rules import NO_RULES, Rules


class Term(NamedTuple):
    """What can be looked up, and where it comes from.

    `position` is the number of the word in its text, from 0. `start` and `end` are
    the place of that word: `text[start:end]`, whatever has become of it since.
    """

    text: str
    position: int
    start: int
    end: int


Stage = Callable[[Iterable[Term]], Iterable[Term]]


def _unchanged(word: str) -> str:
    return word


@dataclass(frozen=True)
class Language:
    """What the stages need to know about a language, all of it in lower case.

    `elisions` are dropped where they stand before the first apostrophe of a word
    (l'homme), `genitives` where they stand behind the last one (Anna's). `stem` takes
    the ending off a word.
    """

    name: str
    stopwords: frozenset[str] = frozenset()
    elisions: frozenset[str] = frozenset()
    genitives: frozenset[str] = frozenset()
    stem: Callable[[str], str] = _unchanged


def language(name: str) -> Language:
    """Return a language as `tokenize` treats it: "en", "fr", "de".

    Any other name is that of a language of which nothing is known.
    """
    raise NotImplementedError("languages are still inside of tokenize")


def index_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms for the index of a text's words."""
    raise NotImplementedError("the stages are still inside of tokenize")


def query_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms to look up of a query's words."""
    raise NotImplementedError("the stages are still inside of tokenize")


def analyze(text: str, stages: Sequence[Stage]) -> list[Term]:
    """Return the terms that the stages make of a text's words, one after another."""
    raise NotImplementedError("the stages are still inside of tokenize")
