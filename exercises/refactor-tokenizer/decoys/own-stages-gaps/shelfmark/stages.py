"""Terms, and the stages that make them: a small step each, and none knows another.

A stage takes terms and yields terms. It remembers nothing from one text to the next.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from shelfmark import tables
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
    return _LANGUAGES.get(name) or Language(name)


def analyze(text: str, stages: Sequence[Stage]) -> list[Term]:
    """Return the terms that the stages make of a text's words, one after another."""
    return list(_through(stages, _words(text)))


def index_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms for the index of a text's words."""
    return choose_index_stages(language, rules)


def query_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms to look up of a query's words."""
    return choose_query_stages(language, rules)


def choose_index_stages(
    language: Language, rules: Rules, left_out: Collection[str] = ("fold",)
) -> tuple[Stage, ...]:
    """Return the stages for the index but for those left out, by name."""
    stages = {
        "apostrophes": _without_apostrophes(language),
        "lower": _each(str.lower),
        "stop": _without(language.stopwords | rules.stopwords),
        "hyphens": _with_parts,
        "han": _in_pairs,
        "stem": _each(language.stem),
        "fold": _each(fold),
        "short": _without_short,
        "synonyms": _with_synonyms(rules),
    }
    return tuple(stage for name, stage in stages.items() if name not in left_out)


def choose_query_stages(
    language: Language, rules: Rules, left_out: Collection[str] = ("fold",)
) -> tuple[Stage, ...]:
    """Return the stages for queries but for those left out, by name.

    Other than for the index, accents go before the ending does. Books have been
    indexed and found so for years.
    """
    first = {"apostrophes": _without_apostrophes(language), "lower": _each(str.lower)}
    then = {
        "hyphens": _each(lambda word: word.replace("-", "")),
        "han": _in_pairs,
        "fold": _each(fold),
        "stem": _each(language.stem),
        "short": _without_short,
    }
    prepare = [stage for name, stage in first.items() if name not in left_out]
    finish = [stage for name, stage in then.items() if name not in left_out]
    if "stop" in left_out:
        return (*prepare, *finish)
    stop = _closing_up(language.stopwords | rules.stopwords)
    return (*prepare, _first_to_find([stop, *finish], finish))


def fold(word: str) -> str:
    """Return the word without accents, and without letters few keyboards have."""
    apart = unicodedata.normalize("NFKD", word)
    letters = (letter for letter in apart if unicodedata.category(letter) != "Mn")
    return "".join(tables.FOLDS.get(letter, letter) for letter in letters)


def _words(text: str) -> Iterator[Term]:
    """Yield the words of a text as they stand there."""
    at = position = 0
    while at < len(text):
        end = at
        if text[at].isalnum():
            while end < len(text) and _goes_on(text, end):
                end += 1
            yield Term(text[at:end], position, at, end)
            position += 1
        at = max(end, at + 1)


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a word that has begun goes on with this character."""
    if text[at] in "'\u2019-":
        return text[at + 1 : at + 2].isalnum()
    return text[at].isalnum() or unicodedata.category(text[at]) == "Mn"


def _through(stages: Iterable[Stage], terms: Iterable[Term]) -> Iterable[Term]:
    """Lead terms through stages."""
    for stage in stages:
        terms = stage(terms)
    return terms


def _each(change: Callable[[str], str]) -> Stage:
    """Return the stage that changes each term's text."""
    return lambda terms: (term._replace(text=change(term.text)) for term in terms)


def _without(stopwords: Collection[str]) -> Stage:
    """Return the stage that drops stopwords."""
    return lambda terms: (term for term in terms if term.text not in stopwords)


def _without_apostrophes(language: Language) -> Stage:
    """Return the stage that drops apostrophes, elisions and genitives."""

    def shorten(word: str) -> str:
        word = word.replace("\u2019", "'")
        head, mark, rest = word.partition("'")
        if mark and head.lower() in language.elisions:
            word = rest
        rest, mark, tail = word.rpartition("'")
        if mark and tail.lower() in language.genitives:
            word = rest
        return word.replace("'", "")

    return _each(shorten)


def _first_to_find(*ways: Sequence[Stage]) -> Stage:
    """Return the stage that takes the first way, or the next if nothing is left."""

    def look(terms: Iterable[Term]) -> list[Term]:
        terms = list(terms)
        found: list[Term] = []
        for way in ways:
            found = found or list(_through(way, terms))
        return found

    return look


def _with_synonyms(rules: Rules) -> Stage:
    """Return the stage that adds words that mean the same, each once a position."""

    def add(terms: Iterable[Term]) -> Iterator[Term]:
        seen: set[tuple[str, int]] = set()
        for term in terms:
            seen.add((term.text, term.position))
            yield term
            for synonym in rules.synonyms.get(term.text, ()):
                if (synonym, term.position) not in seen:
                    seen.add((synonym, term.position))
                    yield term._replace(text=synonym)

    return add


def _closing_up(stopwords: Collection[str]) -> Stage:
    """Return the stage that drops stopwords and the gaps that they leave."""

    def close_up(terms: Iterable[Term]) -> Iterator[Term]:
        dropped = 0
        for term in terms:
            if term.text in stopwords:
                dropped += 1
            else:
                yield term._replace(position=term.position - dropped)

    return close_up


def _with_parts(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield the parts of words with hyphens, and the whole without them."""
    for term in terms:
        if "-" in term.text:
            for part in term.text.split("-"):
                yield term._replace(text=part)
        yield term._replace(text=term.text.replace("-", ""))


def _in_pairs(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield words in Han, which is written without spaces, in pairs of characters."""
    for term in terms:
        if len(term.text) > 1 and _is_han(term.text):
            for left, right in pairwise(term.text):
                yield term._replace(text=left + right)
        else:
            yield term


def _without_short(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield all but single letters; digits and Han can stand alone."""
    for term in terms:
        if len(term.text) > 1 or term.text.isdigit() or _is_han(term.text):
            yield term


def _is_han(word: str) -> bool:
    return word != "" and all("\u4e00" <= letter <= "\u9fff" for letter in word)


def _english(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def _french(word: str) -> str:
    if len(word) > 4 and word.endswith("aux"):
        return word[:-3] + "al"
    if len(word) > 3 and word.endswith(("s", "x")):
        return word[:-1]
    return word


def _german(word: str) -> str:
    if len(word) > 5:
        for ending in tables.GERMAN_ENDINGS:
            if word.endswith(ending):
                return word.removesuffix(ending)
    return word


_LANGUAGES = {
    "en": Language(
        "en", tables.ENGLISH_STOPWORDS, genitives=frozenset(("s",)), stem=_english
    ),
    "fr": Language(
        "fr", tables.FRENCH_STOPWORDS, elisions=tables.FRENCH_ELISIONS, stem=_french
    ),
    "de": Language("de", tables.GERMAN_STOPWORDS, stem=_german),
}
