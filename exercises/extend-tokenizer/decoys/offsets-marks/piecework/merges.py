"""The merges that a tokenizer has learnt, and how they are applied to a word."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from piecework.encoding import Piece

Pair = tuple[str, str]


class Merges:
    """Pairs of pieces that become one piece, the most important pair first."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs: tuple[Pair, ...] = tuple((left, right) for left, right in pairs)
        self._rank = {pair: rank for rank, pair in enumerate(self._pairs)}
        if len(self._rank) != len(self._pairs):
            raise ValueError("a pair is there twice")
        if any(not left or not right for left, right in self._pairs):
            raise ValueError("a pair needs two pieces")

    def __len__(self) -> int:
        return len(self._pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._pairs)

    def apply(self, symbols: Sequence[str]) -> list[str]:
        """Merge the symbols of one word as far as that goes.

        Of all pairs that stand side by side, the most important is merged first,
        everywhere from left to right; then the word is looked at again.
        """
        placed = [Piece(symbol, at, at) for at, symbol in enumerate(symbols)]
        return [piece.text for piece in self.apply_in_place(placed)]

    def apply_in_place(self, symbols: Sequence[Piece]) -> list[Piece]:
        """Do the same with symbols that know where they come from."""
        pieces = list(symbols)
        while (pair := self._best([piece.text for piece in pieces])) is not None:
            pieces = _merged(pieces, pair)
        return pieces

    def _best(self, pieces: Sequence[str]) -> Pair | None:
        """Return the most important pair that stands side by side, if there is one."""
        known = [pair for pair in pairwise(pieces) if pair in self._rank]
        return min(known, key=self._rank.__getitem__, default=None)

    def dumps(self) -> str:
        """Return the pairs as text, a line for each."""
        return "".join(f"{json.dumps(pair)}\n" for pair in self._pairs)

    @classmethod
    def loads(cls, text: str) -> "Merges":
        """Return the merges that `dumps` has written."""
        return cls(json.loads(line) for line in text.splitlines())


def _merged(pieces: Sequence[Piece], pair: Pair) -> list[Piece]:
    """Return the pieces with the pair made one wherever it stands."""
    result: list[Piece] = []
    for piece in pieces:
        if result and (result[-1].text, piece.text) == pair:
            result[-1] = Piece("".join(pair), result[-1].start, piece.end)
        else:
            result.append(piece)
    return result
