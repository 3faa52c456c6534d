"""Takes texts without spaces apart.

Longer words are tried first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
            raise ValueError(f"a limit of {limit}")
        self._measure(text)
        return self._count_on(text, limit)

    def best(self, text: str) -> Split:
        """Return the cheapest way to take a text apart.

        Raises TooLong, and Unsplittable if there is no way.
        """
        self._measure(text)
        heads = self._heads(text)
        cheapest = [0] * (len(text) + 1)
        choice = [""] * len(text)
        for start in range(len(text) - 1, -1, -1):
            costs = [
                self._vocabulary.cost(word) + cheapest[start + len(word)]
                for word in heads[start]
            ]
            if costs:
                cheapest[start] = min(costs)
                choice[start] = heads[start][costs.index(cheapest[start])]
        if text and not heads[0]:
            raise Unsplittable(text, self._furthest(text))
        words: list[str] = []
        place = 0
        while place < len(text):
            words.append(choice[place])
            place += len(choice[place])
        return Split(tuple(words), cheapest[0])

    def _measure(self, text: str) -> None:
        if len(text) > self._max_length:
            raise TooLong(len(text), self._max_length)

    def _words_at(self, text: str, start: int) -> Iterator[str]:
        for length in range(min(self._vocabulary.longest, len(text) - start), 0, -1):
            word = text[start : start + length]
            if word in self._vocabulary:
                yield word

    def _heads(self, text: str) -> list[list[str]]:
        """For each place the words there, longest first, that lead to the end."""
        heads: list[list[str]] = [[] for _ in text]
        for start in range(len(text) - 1, -1, -1):
            for word in self._words_at(text, start):
                end = start + len(word)
                if end == len(text) or heads[end]:
                    heads[start].append(word)
        return heads

    def _furthest(self, text: str) -> int:
        reached = [True] + [False] * len(text)
        for start in range(len(text)):
            if reached[start]:
                for word in self._words_at(text, start):
                    reached[start + len(word)] = True
        return max(place for place, yes in enumerate(reached) if yes)

    def _count_on(self, text: str, limit: int | None) -> Iterator[tuple[str, ...]]:
        """Count on like a clock: the last wheel that can turn does, those after it reset."""
        if limit == 0:
            return
        heads = self._heads(text)
        if text and not heads[0]:
            return
        wheels: list[tuple[int, int]] = []
        place = given = 0
        while True:
            while place < len(text):
                wheels.append((place, 0))
                place += len(heads[place][0])
            yield tuple(heads[start][number] for start, number in wheels)
            given += 1
            while wheels and wheels[-1][1] + 1 == len(heads[wheels[-1][0]]):
                wheels.pop()
            if not wheels or given == limit:
                return
            start, number = wheels.pop()
            wheels.append((start, number + 1))
            place = start + len(heads[start][number + 1])
