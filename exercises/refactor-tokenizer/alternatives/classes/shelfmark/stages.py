"""Terms, and the stages that make them, each a small class."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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


MARKED = re.compile("[^\\W_](?:[^\\W_]|\u0300|['\u2019-](?=[^\\W_]))*")


def words(text: str) -> Iterator[Term]:
    """Yield the words of a text; any combining mark is looked at as if it were one."""
    marked = "".join(
        "\u0300" if unicodedata.category(letter) == "Mn" else letter for letter in text
    )
    for position, match in enumerate(MARKED.finditer(marked)):
        start, end = match.span()
        yield Term(text[start:end], position, start, end)


class PerWord:
    """A stage that makes texts of a term's text."""

    def __call__(self, terms: Iterable[Term]) -> Iterator[Term]:
        for term in terms:
            for made in self.texts(term.text):
                yield term._replace(text=made)

    def texts(self, text: str) -> Iterable[str]:
        """Return what is made of a text."""
        raise NotImplementedError


@dataclass(frozen=True)
class Apostrophes(PerWord):
    """Drops elisions, genitives and all other apostrophes."""

    language: Language

    def texts(self, text: str) -> Iterable[str]:
        parts = text.replace("\u2019", "'").split("'")
        if len(parts) > 1 and parts[0].lower() in self.language.elisions:
            del parts[0]
        if len(parts) > 1 and parts[-1].lower() in self.language.genitives:
            del parts[-1]
        return ["".join(parts)]


@dataclass(frozen=True)
class Change(PerWord):
    """Changes a text."""

    change: Callable[[str], str]

    def texts(self, text: str) -> Iterable[str]:
        return [self.change(text)]


@dataclass(frozen=True)
class Keep(PerWord):
    """Keeps some texts and drops others."""

    wanted: Callable[[str], bool]

    def texts(self, text: str) -> Iterable[str]:
        return [text] if self.wanted(text) else []


class Hyphens(PerWord):
    """Makes the parts of a word, and the whole."""

    def texts(self, text: str) -> Iterable[str]:
        parts = text.split("-")
        return [*parts, "".join(parts)] if len(parts) > 1 else parts


class HanPairs(PerWord):
    """Makes pairs of characters of words in Han."""

    def texts(self, text: str) -> Iterable[str]:
        if HAN.fullmatch(text) is None or len(text) == 1:
            return [text]
        return [text[at : at + 2] for at in range(len(text) - 1)]


@dataclass(frozen=True)
class Synonyms:
    """Adds words that mean the same."""

    rules: Rules

    def __call__(self, terms: Iterable[Term]) -> Iterator[Term]:
        there = set()
        for term in terms:
            for text in (term.text, *self.rules.synonyms.get(term.text, ())):
                if text == term.text or (text, term.position) not in there:
                    there.add((text, term.position))
                    yield term._replace(text=text)


@dataclass(frozen=True)
class QueryWords:
    """Drops stopwords and numbers what is left, unless nothing comes of that."""

    stopwords: frozenset[str]
    stages: tuple[Stage, ...]

    def __call__(self, terms: Iterable[Term]) -> list[Term]:
        every = list(terms)
        chosen = [term for term in every if term.text not in self.stopwords]
        return self._finish(chosen) or self._finish(every)

    def _finish(self, terms: list[Term]) -> list[Term]:
        numbered = [term._replace(position=at) for at, term in enumerate(terms)]
        return run(numbered, self.stages)


HAN = re.compile("[\u4e00-\u9fff]+")
LOWER = Change(str.lower)


def fold(word: str) -> str:
    """Return a word without accents."""
    apart = unicodedata.normalize("NFKD", word)
    bare = [letter for letter in apart if unicodedata.category(letter) != "Mn"]
    return "".join(tables.FOLDS.get(letter, letter) for letter in bare)


LONG_ENOUGH = Keep(
    lambda text: len(text) > 1 or text.isdigit() or HAN.fullmatch(text) is not None
)


def run(terms: Iterable[Term], stages: Iterable[Stage]) -> list[Term]:
    """Lead terms through stages."""
    found = list(terms)
    for stage in stages:
        found = list(stage(found))
    return found


def language(name: str) -> Language:
    """Return a language as `tokenize` treats it."""
    return KNOWN.get(name, Language(name))


def analyze(text: str, stages: Sequence[Stage]) -> list[Term]:
    """Return the terms that the stages make of a text's words, one after another."""
    return run(words(text), stages)


def index_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms for the index of a text's words."""
    return (
        Apostrophes(language),
        LOWER,
        stopwords(language, rules),
        Hyphens(),
        HanPairs(),
        Change(language.stem),
        LONG_ENOUGH,
        Synonyms(rules),
    )


def query_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the stages that make terms to look up of a query's words."""
    finish = (Change(joined), HanPairs(), Change(language.stem), LONG_ENOUGH)
    dropped = language.stopwords | rules.stopwords
    return (Apostrophes(language), LOWER, QueryWords(dropped, finish))


def stopwords(language: Language, rules: Rules) -> Stage:
    """Return the stage that drops stopwords."""
    dropped = language.stopwords | rules.stopwords
    return Keep(lambda text: text not in dropped)


def joined(word: str) -> str:
    """Return a word without its hyphens."""
    return word.replace("-", "")


def stem_english(word: str) -> str:
    """Take the plural off an English word."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    plural = len(word) > 3 and word.endswith("s") and word[-2] not in "su"
    return word[:-1] if plural else word


def stem_french(word: str) -> str:
    """Take the plural off a French word."""
    if len(word) > 4 and word.endswith("aux"):
        return f"{word[:-3]}al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def stem_german(word: str) -> str:
    """Take the ending off a German word."""
    fitting = (e for e in tables.GERMAN_ENDINGS if len(word) > 5 and word.endswith(e))
    return word.removesuffix(next(fitting, ""))


KNOWN = {
    "en": Language(
        "en",
        frozenset(tables.STOPWORDS["en"]),
        genitives=frozenset({"s"}),
        stem=stem_english,
    ),
    "fr": Language(
        "fr",
        frozenset(tables.STOPWORDS["fr"]),
        frozenset(tables.ELISIONS),
        stem=stem_french,
    ),
    "de": Language("de", frozenset(tables.STOPWORDS["de"]), stem=stem_german),
}
