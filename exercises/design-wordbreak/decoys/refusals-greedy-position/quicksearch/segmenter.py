"""Takes texts without spaces apart.

Longer words are tried first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from quicksearch.errors import TooLong, Unsplittable
from quicksearch.vocabulary import Vocabulary


@dataclass(frozen=True)
class Split:
    """A text taken apart: its words in order, and what they cost together."""

    words: tuple[str, ...]
    cost: int


class Segmenter:
    """Takes folded texts apart into words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, *, max_length: int = 5000) -> None:
        if max_length < 0:
            raise ValueError(f"no text has {max_length} characters")
        self._vocabulary = vocabulary
        self._max_length = max_length

    def splits(
        self, text: str, *, limit: int | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Return the ways to take a text apart, one after the other, at most `limit`.

        Raises TooLong, and ValueError for a negative limit.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"there can't be {limit} splits")
        if len(text) > self._max_length:
            raise TooLong(len(text), self._max_length)
        if limit is not None:
            limit = min(limit, sys.maxsize)  # islice takes none that is larger
        return islice(self._walk(text), limit)

    def best(self, text: str) -> Split:
        """Return the cheapest way to take a text apart.

        Raises TooLong, and Unsplittable if there is no way.
        """
        if len(text) > self._max_length:
            raise TooLong(len(text), self._max_length)
        words = []
        start = 0
        while start < len(text):
            for end in range(len(text), start, -1):
                if text[start:end] in self._vocabulary:
                    words.append(text[start:end])
                    start = end
                    break
            else:
                raise Unsplittable(text, start)
        return Split(tuple(words), sum(map(self._vocabulary.cost, words)))

    def _walk(self, text: str) -> Iterator[tuple[str, ...]]:
        if not text:
            yield ()
        for end in range(min(len(text), self._vocabulary.longest), 0, -1):
            if text[:end] in self._vocabulary:
                for rest in self._walk(text[end:]):
                    yield (text[:end], *rest)
