"""The pieces that a tokenizer knows, and their ids."""

import json
from collections.abc import Iterable, Iterator

from piecework.fallback import BYTE_PIECES

# What has no piece of its own, and where a model says that it has finished.
UNKNOWN = "<unk>"
END = "<end>"
SPECIAL = (UNKNOWN, END)


class Vocabulary:
    """Pieces by id and ids by piece; an id is a piece's place among the others.

    The special pieces come first. A vocabulary never changes: models in service
    have learnt its ids by heart.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces: tuple[str, ...] = tuple(pieces)
        self._ids = {piece: number for number, piece in enumerate(self._pieces)}
        if self._pieces[: len(SPECIAL)] != SPECIAL:
            raise ValueError(f"a vocabulary begins with {' and '.join(SPECIAL)}")
        if len(self._ids) != len(self._pieces):
            raise ValueError("a piece is there twice")
        if "" in self._ids:
            raise ValueError("a piece needs a character")

    def __len__(self) -> int:
        return len(self._pieces)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __contains__(self, piece: str) -> bool:
        return piece in self._ids

    def id_of(self, piece: str) -> int:
        """Return a piece's id, or that of the unknown piece."""
        return self._ids.get(piece, self._ids[UNKNOWN])

    def piece(self, number: int) -> str:
        """Return the piece with this id."""
        if not 0 <= number < len(self._pieces):
            raise ValueError(f"no piece has the id {number}")
        return self._pieces[number]

    @property
    def has_bytes(self) -> bool:
        """Whether all 256 byte pieces, `<0x00>` to `<0xFF>`, are among the pieces."""
        return all(piece in self._ids for piece in BYTE_PIECES)

    def with_bytes(self) -> "Vocabulary":
        """Return a vocabulary with these pieces and, after them, the byte pieces.

        They come in the order of their bytes. Those that are there already stay
        where they are. This vocabulary is left as it is.
        """
        missing = (piece for piece in BYTE_PIECES if piece not in self._ids)
        return Vocabulary((*self._pieces, *missing))

    def dumps(self) -> str:
        """Return the pieces as text, a line for each."""
        return "".join(f"{json.dumps(piece)}\n" for piece in self._pieces)

    @classmethod
    def loads(cls, text: str) -> "Vocabulary":
        """Return the vocabulary that `dumps` has written."""
        return cls(json.loads(line) for line in text.splitlines())
