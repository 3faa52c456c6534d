"""Terms, and how all of them are made of one word."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
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


@dataclass(frozen=True)
class Settings:
    """What happens to a word, step by step, in this order."""

    language: Language
    rules: Rules = NO_RULES
    lower: bool = True
    stem: bool = True
    fold: bool = False
    short: bool = False

    def start(self, word: str) -> str:
        """Return a word as it is compared with stopwords."""
        word = bare(word, self.language)
        return word.lower() if self.lower else word

    def stopped(self, word: str) -> bool:
        """Tell whether a word is a stopword."""
        return word in self.language.stopwords or word in self.rules.stopwords

    def title_terms(self, word: str) -> list[str]:
        """Return what a word of a title is indexed as, without other words."""
        parts = word.split("-")
        forms = [*parts, "".join(parts)] if len(parts) > 1 else parts
        pieces = [piece for form in forms for piece in han_pairs(form)]
        return self._kept(self._folded(self._stemmed(piece)) for piece in pieces)

    def query_terms(self, word: str) -> list[str]:
        """Return what a word of a query is looked up as."""
        pieces = han_pairs(word.replace("-", ""))
        return self._kept(self._stemmed(self._folded(piece)) for piece in pieces)

    def _stemmed(self, piece: str) -> str:
        return self.language.stem(piece) if self.stem else piece

    def _folded(self, piece: str) -> str:
        return folded(piece) if self.fold else piece

    def _kept(self, pieces: Iterable[str]) -> list[str]:
        return [piece for piece in pieces if self.short or long_enough(piece)]


def title_terms(
    settings: Settings, terms: Iterable[Term], stop: bool = True
) -> Iterator[Term]:
    """Yield the terms of the words of a title."""
    added: set[tuple[str, int]] = set()
    for term in terms:
        word = settings.start(term.text)
        if stop and settings.stopped(word):
            continue
        for text in settings.title_terms(word):
            added.add((text, term.position))
            yield term._replace(text=text)
            for other in settings.rules.synonyms.get(text, ()):
                if (other, term.position) not in added:
                    added.add((other, term.position))
                    yield term._replace(text=other)


def query_terms(
    settings: Settings, terms: Iterable[Term], stop: bool = True
) -> list[Term]:
    """Return the terms of the words of a query."""
    words = [term._replace(text=settings.start(term.text)) for term in terms]
    found: list[Term] = []
    left = [word for word in words if not (stop and settings.stopped(word.text))]
    for position, word in enumerate(left):
        for text in settings.query_terms(word.text):
            found.append(word._replace(text=text, position=position))
    if found or not stop:
        return found
    return query_terms(settings, words, stop=False)


def language(name: str) -> Language:
    """Return a language as `tokenize` treats it."""
    if name == "en":
        genitives = frozenset({"s"})
        return Language(
            name, tables.ENGLISH_STOPWORDS, frozenset(), genitives, _english
        )
    if name == "fr":
        elisions = tables.FRENCH_ELISIONS
        return Language(name, tables.FRENCH_STOPWORDS, elisions, stem=_french)
    if name == "de":
        return Language(name, tables.GERMAN_STOPWORDS, stem=_german)
    return Language(name)


def index_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the one stage that makes terms for the index of a text's words."""
    return (partial(title_terms, Settings(language, rules)),)


def query_stages(language: Language, rules: Rules = NO_RULES) -> tuple[Stage, ...]:
    """Return the one stage that makes terms to look up of a query's words."""
    return (partial(query_terms, Settings(language, rules)),)


def analyze(text: str, stages: Sequence[Stage]) -> list[Term]:
    """Return the terms that the stages make of a text's words, one after another."""
    return list(reduce(lambda terms, stage: stage(terms), stages, iter(words(text))))


def words(text: str) -> list[Term]:
    """Return the words of a text."""
    found: list[Term] = []
    start: int | None = None
    for at, letter in enumerate(text + " "):
        inside = start is not None
        if letter.isalnum():
            start = at if start is None else start
            continue
        if inside and unicodedata.category(letter) == "Mn":
            continue
        if inside and letter in "'\u2019-" and text[at + 1 : at + 2].isalnum():
            continue
        if start is not None:
            found.append(Term(text[start:at], len(found), start, at))
            start = None
    return found


def bare(word: str, language: Language) -> str:
    """Return a word without apostrophes, and what belongs to them."""
    word = word.replace("\u2019", "'")
    first = word.find("'")
    if first >= 0 and word[:first].lower() in language.elisions:
        word = word[first + 1 :]
    last = word.rfind("'")
    if last >= 0 and word[last + 1 :].lower() in language.genitives:
        word = word[:last]
    return word.replace("'", "")


def is_han(text: str) -> bool:
    """Tell whether a text is Han and nothing else."""
    return bool(text) and min(text) >= "\u4e00" and max(text) <= "\u9fff"


def han_pairs(text: str) -> list[str]:
    """Return the pairs of neighbours in a text in Han, or else the text."""
    if len(text) < 2 or not is_han(text):
        return [text]
    return [left + right for left, right in zip(text, text[1:], strict=False)]


def long_enough(text: str) -> bool:
    """Tell whether a text can be looked up."""
    return len(text) > 1 or text.isdigit() or is_han(text)


def folded(text: str) -> str:
    """Return a text without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(
        tables.FOLDS.get(letter, letter)
        for letter in apart
        if unicodedata.category(letter) != "Mn"
    )


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
