"""Takes texts without spaces apart.

A text is a graph: its places are the nodes, and a known word leads from where it begins
to where it ends. A split is a way from the first place to the last. There can be
exponentially many, while the graph has at most len(text) x longest edges.
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

        Longer words come first. Nothing is computed that nobody has asked for yet.
        Raises TooLong, and ValueError for a negative limit.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"there can't be {limit} splits")
        self._check(text)
        if limit is not None:
            limit = min(limit, sys.maxsize)  # islice takes none that is larger
        return islice(self._walk(text), limit)

    def best(self, text: str) -> Split:
        """Return the cheapest way to take a text apart.

        Where costs are equal, what `splits` comes to first wins.
        Raises TooLong, and Unsplittable if there is no way.
        """
        self._check(text)
        ends = self._ends(text)
        # From each place: what the rest of the text costs, and where its first word ends.
        rest: dict[int, tuple[int, int]] = {len(text): (0, len(text))}
        for start in sorted(ends, reverse=True):
            ways = [
                (self._vocabulary.cost(text[start:end]) + rest[end][0], end)
                for end in ends[start]
                if end in rest
            ]
            if ways:
                rest[start] = min(ways, key=lambda way: (way[0], -way[1]))
        if 0 not in rest:
            reached = (end for found in ends.values() for end in found)
            raise Unsplittable(text, max(reached, default=0))
        words = []
        start = 0
        while start < len(text):
            end = rest[start][1]
            words.append(text[start:end])
            start = end
        return Split(tuple(words), rest[0][0])

    def _check(self, text: str) -> None:
        if len(text) > self._max_length:
            raise TooLong(len(text), self._max_length)

    def _ends(self, text: str) -> dict[int, list[int]]:
        """Return where words can end, longest first, for each place that words lead to.

        Each piece of the text is looked up once, so this takes len(text) x longest
        questions, however many splits there are.
        """
        ends: dict[int, list[int]] = {}
        reached = {0}
        for start in range(len(text)):
            if start in reached:
                furthest = min(start + self._vocabulary.longest, len(text))
                ends[start] = [
                    end
                    for end in range(start + 1, furthest + 1)
                    if text[start:end] in self._vocabulary
                ]
                reached.update(ends[start])
        return ends

    def _walk(self, text: str) -> Iterator[tuple[str, ...]]:
        """Go through all splits with one iterator for each word of the current one.

        Places from which words do not lead to the end of the text are never entered, so
        that every step leads to a split. Its own stack, since texts can have more words
        than Python has room for calls.
        """
        if not text:
            yield ()
            return
        ends = self._ends(text)
        useful = {len(text)}
        for start in sorted(ends, reverse=True):
            if not useful.isdisjoint(ends[start]):
                useful.add(start)
        if 0 not in useful:
            return
        words: list[str] = []
        places = [0]
        choices = [iter(ends[0])]
        while choices:
            end = next((each for each in choices[-1] if each in useful), None)
            if end is None:
                choices.pop()
                places.pop()
                if words:
                    words.pop()
                continue
            words.append(text[places[-1] : end])
            if end == len(text):
                yield tuple(words)
                words.pop()
            else:
                places.append(end)
                choices.append(iter(ends[end]))
