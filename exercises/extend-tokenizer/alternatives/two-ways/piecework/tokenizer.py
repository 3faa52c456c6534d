"""The tokenizer as its users see it."""

from collections.abc import Iterable

from piecework.encoding import Encoding
from piecework.merges import Merges
from piecework.vocabulary import Vocabulary
from piecework.ways import ExactWay, OldWay
from piecework.words import MARK


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
        way = ExactWay if vocabulary.has_bytes else OldWay
        self._way: ExactWay | OldWay = way(vocabulary, merges)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens."""
        return [self._vocabulary.id_of(piece) for piece, _, _ in self._way.read(text)]

    def trace(self, text: str) -> Encoding:
        """Return a text's tokens with the places in the text that they stand for.

        The ids are those that `encode` returns. README.md says what a span is.
        """
        tokens = self._way.read(text)
        return Encoding(
            tuple(self._vocabulary.id_of(token.piece) for token in tokens),
            tuple(token.piece for token in tokens),
            tuple((token.start, token.end) for token in tokens),
        )

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self.encode(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that tokens stand for.

        The unknown piece is shown as a sign, other special pieces are not shown.
        Raises ValueError for an id that no piece has.
        """
        return self._way.show([self._vocabulary.piece(number) for number in ids])

    def head(self, text: str, limit: int) -> str:
        """Return what the first `limit` tokens of a text stand for."""
        if limit < 0:
            raise ValueError("a text has no fewer than 0 tokens")
        return self._way.head(text, limit)
