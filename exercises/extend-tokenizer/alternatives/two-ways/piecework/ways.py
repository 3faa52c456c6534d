"""The two ways to read a text: as the old models do, and as it is."""

import codecs
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from piecework.merges import Merges
from piecework.vocabulary import BYTES, SPECIAL, UNKNOWN, Vocabulary, byte_name
from piecework.words import MARK, split_words

# How a token that stands for nothing known is shown to people.
UNKNOWN_SIGN = "\u2047"


class Token(NamedTuple):
    """A piece and its place in the text as it was given."""

    piece: str
    start: int
    end: int


def _show_bad(error: UnicodeError) -> tuple[str, int]:
    """Let halves of surrogate pairs pass, and show a sign for other bad bytes."""
    assert isinstance(error, UnicodeDecodeError)
    half = error.object[error.start : error.start + 3]
    try:
        return half.decode("utf-8", "surrogatepass"), error.start + 3
    except UnicodeDecodeError:
        return "\ufffd", error.end


codecs.register_error("piecework.show", _show_bad)


class OldWay:
    """Normalises texts; what has no piece is unknown."""

    def __init__(self, vocabulary: Vocabulary, merges: Merges) -> None:
        self._vocabulary = vocabulary
        self._merges = merges

    def read(self, text: str) -> list[Token]:
        """Return the tokens of a text."""
        sources = list(_sources(text))
        while sources and sources[0][0].isspace():
            sources.pop(0)
        while sources and sources[-1][0].isspace():
            sources.pop()
        plain: list[Token] = []
        for character, start, end in sources:
            if character.isspace() and plain[-1].piece == " ":
                plain[-1] = Token(" ", plain[-1].start, end)
            else:
                shown = " " if character.isspace() else character
                plain.append(Token(shown, start, end))
        tokens: list[Token] = []
        for word in _words(plain):
            fresh = len(tokens)
            for token in _merge(self._merges, word):
                if token.piece in self._vocabulary:
                    tokens.append(token)
                elif len(tokens) > fresh and tokens[-1].piece == UNKNOWN:
                    tokens[-1] = Token(UNKNOWN, tokens[-1].start, token.end)
                else:
                    tokens.append(Token(UNKNOWN, token.start, token.end))
        return tokens

    def show(self, pieces: Iterable[str]) -> str:
        """Return the text of pieces."""
        return "".join(map(_shown, pieces)).removeprefix(" ")

    def head(self, text: str, limit: int) -> str:
        """Return what the first tokens stand for."""
        return self.show(token.piece for token in self.read(text)[:limit])


class ExactWay:
    """Changes nothing; what has no piece is written in bytes."""

    def __init__(self, vocabulary: Vocabulary, merges: Merges) -> None:
        self._vocabulary = vocabulary
        self._merges = merges

    def read(self, text: str) -> list[Token]:
        """Return the tokens of a text."""
        plain = [Token(character, at, at + 1) for at, character in enumerate(text)]
        tokens: list[Token] = []
        for word in _words(plain):
            stretch: list[Token] = []
            for token in word:
                mark = token.piece == MARK and text[token.start : token.end] == MARK
                if token.piece in self._vocabulary and not (
                    mark and token.end > token.start
                ):
                    stretch.append(token)
                    continue
                tokens += _merge(self._merges, stretch)
                stretch = []
                for value in token.piece.encode("utf-8", "surrogatepass"):
                    tokens.append(Token(byte_name(value), token.start, token.end))
            tokens += _merge(self._merges, stretch)
        return tokens

    def show(self, pieces: Iterable[str]) -> str:
        """Return the text of pieces."""
        text = ""
        raw = b""
        started = False
        for piece in pieces:
            if piece in BYTES:
                started = True
                raw += bytes.fromhex(piece[3:5])
                continue
            text += raw.decode("utf-8", "piecework.show")
            raw = b""
            shown = _shown(piece)
            text += shown if started else shown.removeprefix(" ")
            started = started or piece not in SPECIAL
        return text + raw.decode("utf-8", "piecework.show")

    def head(self, text: str, limit: int) -> str:
        """Return the characters that are complete within the first tokens."""
        tokens = self.read(text)
        if limit >= len(tokens):
            return text
        kept = limit
        while kept and tokens[kept - 1][1:] == tokens[limit][1:]:
            if tokens[limit].piece not in BYTES:
                break
            kept -= 1
        return text[: tokens[kept - 1].end] if kept else ""


def _words(plain: list[Token]) -> Iterator[list[Token]]:
    """Yield the words of a text, spaces as marks, the first with a mark before it."""
    at = 0
    for word in split_words("".join(token.piece for token in plain)):
        part = plain[at : at + len(word)]
        marked = [t._replace(piece=MARK) if t.piece == " " else t for t in part]
        first = [] if at else [Token(MARK, part[0].start, part[0].start)]
        yield first + marked
        at += len(word)


def _merge(merges: Merges, word: list[Token]) -> Iterator[Token]:
    """Yield the merged tokens of a stretch in which each symbol is one character."""
    at = 0
    for piece in merges.apply([token.piece for token in word]):
        part = word[at : at + len(piece)]
        yield Token(piece, part[0].start, part[-1].end)
        at += len(piece)


def _shown(piece: str) -> str:
    if piece == UNKNOWN:
        return UNKNOWN_SIGN
    return "" if piece in SPECIAL else piece.replace(MARK, " ")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _sources(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the characters of a text in NFC with the places they come from."""
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and not _apart(text[at:end], text[end]):
            end += 1
        made = _nfc(text[at:end])
        if made == text[at:end]:
            yield from ((c, at + n, at + n + 1) for n, c in enumerate(made))
        else:
            yield from ((c, at, end) for c in made)
        at = end


def _apart(left: str, right: str) -> bool:
    """Tell whether two neighbours are normalised without a look at each other."""
    if unicodedata.combining(unicodedata.normalize("NFD", right)[0]) != 0:
        return False
    return _nfc(left) + _nfc(right) == _nfc(left + right)
