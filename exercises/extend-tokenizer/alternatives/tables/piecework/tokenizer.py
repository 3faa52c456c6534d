"""The tokenizer as its users see it."""

import re
from collections.abc import Iterable, Iterator

from piecework.encoding import Encoding
from piecework.merges import Merges
from piecework.normalize import normalize_with_places
from piecework.vocabulary import SPECIAL, UNKNOWN, Vocabulary
from piecework.words import MARK, split_words

_BYTE = re.compile("<0x([0-9A-F]{2})>")

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
        self._exact = vocabulary.has_bytes

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens."""
        return list(self.trace(text).ids)

    def trace(self, text: str) -> Encoding:
        """Return a text's tokens with the places in the text that they stand for.

        The ids are those that `encode` returns. README.md says what a span is.
        """
        if self._exact:
            places = range(len(text) + 1)
            table = text, list(places[:-1]), list(places[1:])
        else:
            table = normalize_with_places(text)
        found = list(self._tokens(*table))
        return Encoding(
            tuple(self._vocabulary.id_of(piece) for piece, _, _ in found),
            tuple(piece for piece, _, _ in found),
            tuple((start, end) for _, start, end in found),
        )

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self.encode(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that tokens stand for.

        The unknown piece is shown as a sign, other special pieces are not shown.
        Raises ValueError for an id that no piece has.
        """
        exact = self._exact
        shown: list[bytes] = []
        pieces = [self._vocabulary.piece(number) for number in ids]
        for piece in pieces:
            if exact and (byte := _BYTE.fullmatch(piece)):
                shown.append(bytes([int(byte[1], 16)]))
                continue
            shown.append(b"")  # bytes on both sides do not belong together
            if piece == UNKNOWN:
                shown.append(UNKNOWN_SIGN.encode())
            elif piece not in SPECIAL:
                shown.append(piece.replace(MARK, " ").encode("utf-8", "surrogatepass"))
        text = _shown(shown)
        first = next((piece for piece in pieces if piece not in SPECIAL), MARK)
        return text if _BYTE.fullmatch(first) else text.removeprefix(" ")

    def head(self, text: str, limit: int) -> str:
        """Return what the first `limit` tokens of a text stand for."""
        if limit < 0:
            raise ValueError("a text has no fewer than 0 tokens")
        if not self._exact:
            return self.decode(self.encode(text)[:limit])
        whole = self.trace(text).spans[: limit + 1]
        return text if len(whole) <= limit else text[: whole[limit][0]]

    def _tokens(
        self, text: str, starts: list[int], ends: list[int]
    ) -> Iterator[tuple[str, int, int]]:
        """Yield the pieces of a text with their places, by tables of places."""
        at = 0
        for word in split_words(text):
            unmarked = word.replace(MARK, "\ue000" if self._exact else MARK)
            symbols = list(unmarked.replace(" ", MARK))
            # The first mark stands for no character: it is put where the text begins.
            lead = 1 if at == 0 else 0
            last: tuple[str, int, int] | None = None
            offset = -lead
            for piece in self._merges.apply([MARK] * lead + symbols):
                first, offset = offset, offset + len(piece)
                start = starts[at + max(first, 0)]
                end = ends[at + offset - 1] if offset > 0 else start
                literal = "\ue000" in piece and word[max(first, 0)] == MARK
                if piece in self._vocabulary and not literal:
                    token = piece, start, end
                elif self._exact:
                    character = word[max(first, 0)]
                    for value in character.encode("utf-8", "surrogatepass"):
                        yield f"<0x{value:02X}>", start, end
                    continue
                elif last is not None and last[0] == UNKNOWN:
                    last = UNKNOWN, last[1], end
                    continue
                else:
                    token = UNKNOWN, start, end
                if last is not None:
                    yield last
                last = token
                if self._exact:
                    yield last
                    last = None
            if last is not None:
                yield last
            at += len(word)


def _shown(parts: list[bytes]) -> str:
    """Return the text of parts, of which those between empty ones belong together."""
    text = ""
    run = b""
    for part in [*parts, b""]:
        if part:
            run += part
            continue
        while run:
            try:
                text += run.decode("utf-8", "surrogatepass")
                run = b""
            except UnicodeDecodeError as error:
                text += run[: error.start].decode("utf-8", "surrogatepass") + "\ufffd"
                run = run[error.end :]
    return text
