"""The tokenizer as its users see it."""

from collections.abc import Iterable, Iterator

from piecework.encoding import Encoding, Piece
from piecework.fallback import byte_pieces, byte_value, text_of
from piecework.merges import Merges
from piecework.normalize import as_given, normalized
from piecework.vocabulary import SPECIAL, UNKNOWN, Vocabulary
from piecework.words import MARK, split_words

# How a token that stands for nothing known is shown to people.
UNKNOWN_SIGN = "\u2047"


class Tokenizer:
    """Cuts texts into the pieces of a vocabulary and puts pieces together again.

    With a vocabulary that has no byte pieces, texts are normalised first. Characters
    that have no piece become the unknown one, one for each run of them within a word.
    With byte pieces texts are cut as they are, and characters that have no piece
    become their bytes.
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
        self._exact = vocabulary.has_bytes

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens."""
        return [self._vocabulary.id_of(piece.text) for piece in self._pieces(text)]

    def trace(self, text: str) -> Encoding:
        """Return a text's tokens with the places in the text that they stand for.

        The ids are those that `encode` returns. README.md says what a span is.
        """
        pieces = self._pieces(text)
        return Encoding(
            ids=tuple(self._vocabulary.id_of(piece.text) for piece in pieces),
            pieces=tuple(piece.text for piece in pieces),
            spans=tuple((piece.start, piece.end) for piece in pieces),
        )

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self.encode(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that tokens stand for.

        The unknown piece is shown as a sign, other special pieces are not shown.
        Bytes that are no text are shown as U+FFFD. Raises ValueError for an id that
        no piece has.
        """
        pieces = [self._vocabulary.piece(number) for number in ids]
        shown: list[str] = []
        raw = bytearray()
        for piece in pieces:
            value = byte_value(piece) if self._exact else None
            if value is not None:
                raw.append(value)
                continue
            shown.append(text_of(raw))
            raw.clear()
            if piece == UNKNOWN:
                shown.append(UNKNOWN_SIGN)
            elif piece not in SPECIAL:
                shown.append(piece.replace(MARK, " "))
        shown.append(text_of(raw))
        text = "".join(shown)
        # The mark before the first word is no space; one that came as a byte is.
        first = next((piece for piece in pieces if piece not in SPECIAL), MARK)
        return text.removeprefix(" ") if byte_value(first) is None else text

    def head(self, text: str, limit: int) -> str:
        """Return what the first `limit` tokens of a text stand for.

        With byte pieces that is a beginning of the text; a character of which a token
        would be missing is left out.
        """
        if limit < 0:
            raise ValueError("a text has no fewer than 0 tokens")
        if not self._exact:
            return self.decode(self.encode(text)[:limit])
        spans = self.trace(text).spans
        return text[: spans[limit][0]] if limit < len(spans) else text

    def _pieces(self, text: str) -> list[Piece]:
        """Return the pieces of a text in order."""
        characters = as_given(text) if self._exact else normalized(text)
        words = split_words("".join(character.text for character in characters))
        pieces: list[Piece] = []
        position = 0
        for word in words:
            symbols = list(self._symbols(characters[position : position + len(word)]))
            if position == 0:
                symbols.insert(0, Piece(MARK, symbols[0].start, symbols[0].start))
            pieces += self._known(self._merges.apply_in_place(symbols))
            position += len(word)
        return pieces

    def _symbols(self, word: Iterable[Piece]) -> Iterator[Piece]:
        """Yield what the merges are to work on: marks, characters and bytes."""
        for character in word:
            if character.text == " ":
                yield character._replace(text=MARK)
            elif self._exact and self._needs_bytes(character.text):
                for piece in byte_pieces(character.text):
                    yield character._replace(text=piece)
            else:
                yield character

    def _needs_bytes(self, character: str) -> bool:
        return character not in self._vocabulary

    def _known(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Return the pieces of a word, the unknown piece for each run of unknown."""
        known: list[Piece] = []
        for piece in pieces:
            if piece.text in self._vocabulary:
                known.append(piece)
            elif known and known[-1].text == UNKNOWN:
                known[-1] = known[-1]._replace(end=piece.end)
            else:
                known.append(piece._replace(text=UNKNOWN))
        return known
