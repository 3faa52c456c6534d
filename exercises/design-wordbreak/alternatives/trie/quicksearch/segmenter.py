"""Takes texts without spaces apart, along a tree of the vocabulary's letters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from quicksearch.errors import TooLong, Unsplittable
from quicksearch.vocabulary import Vocabulary


@dataclass(frozen=True)
class Split:
    """A text taken apart: its words in order, and what they cost together."""

    words: tuple[str, ...]
    cost: int


@dataclass
class _Node:
    """All words that begin in one way."""

    cost: int | None = None
    next: dict[str, _Node] = field(default_factory=dict)


class Segmenter:
    """Takes folded texts apart into words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, *, max_length: int = 5000) -> None:
        if max_length < 0:
            raise ValueError(f"no text has {max_length} characters")
        self._max_length = max_length
        self._root = _Node()
        for word in vocabulary:
            node = self._root
            for letter in word:
                node = node.next.setdefault(letter, _Node())
            node.cost = vocabulary.cost(word)

    def splits(
        self, text: str, *, limit: int | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Return the ways to take a text apart, one after the other, at most `limit`."""
        self._refuse(text)
        if limit is not None and limit < 0:
            raise ValueError("a limit can't be below 0")
        if limit is not None:
            limit = min(limit, sys.maxsize)  # islice takes none that is larger
        return islice(self._all(text), limit)

    def best(self, text: str) -> Split:
        """Return the cheapest way to take a text apart."""
        self._refuse(text)
        # For each place: what it costs to get from there to the end, and the first step.
        plan: list[tuple[int, int] | None] = [None] * len(text) + [(0, 0)]
        for start in reversed(range(len(text))):
            for end, cost in self._steps(text, start):
                rest = plan[end]
                known = plan[start]
                if rest and (known is None or cost + rest[0] <= known[0]):
                    plan[start] = (cost + rest[0], end)
        if plan[0] is None:
            raise Unsplittable(text, self._furthest(text))
        words, start = [], 0
        while start < len(text):
            end = plan[start][1]
            words.append(text[start:end])
            start = end
        return Split(tuple(words), plan[0][0])

    def _refuse(self, text: str) -> None:
        if len(text) > self._max_length:
            raise TooLong(len(text), self._max_length)

    def _steps(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Go along the tree: where words can end, shortest first, and what they cost."""
        node = self._root
        for place in range(start, len(text)):
            node = node.next.get(text[place])
            if node is None:
                return
            if node.cost is not None:
                yield place + 1, node.cost

    def _furthest(self, text: str) -> int:
        reached, waiting = {0}, [0]
        while waiting:
            for end, _ in self._steps(text, waiting.pop()):
                if end not in reached:
                    reached.add(end)
                    waiting.append(end)
        return max(reached)

    def _all(self, text: str) -> Iterator[tuple[str, ...]]:
        """Depth first, with what was found to be a dead end remembered."""
        dead: set[int] = set()
        path = [0]
        todo = [self._longest_first(text, 0)]
        lucky = [False]
        if not text:
            yield ()
            return
        while todo:
            if not todo[-1]:
                todo.pop()
                start = path.pop()
                if not lucky.pop():
                    dead.add(start)
                continue
            end = todo[-1].pop()
            if end == len(text):
                cuts = [*path, end]
                lucky = [True] * len(lucky)
                yield tuple(text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))
            elif end not in dead:
                path.append(end)
                todo.append(self._longest_first(text, end))
                lucky.append(False)

    def _longest_first(self, text: str, start: int) -> list[int]:
        return [end for end, _ in self._steps(text, start)]
