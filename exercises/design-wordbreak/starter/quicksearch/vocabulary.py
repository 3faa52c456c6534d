"""The words that the shop knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log2

from quicksearch.folding import words_of

_A_WORD = 100


class Vocabulary:
    """Folded words with how often each of them was met; it never changes."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        for word, count in counts.items():
            if not word or count < 1:
                raise ValueError(f"{word!r} can't be a word that was met {count} times")
        self._counts = dict(counts)
        self._total = sum(counts.values())
        self._longest = max(map(len, counts), default=0)

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Vocabulary:
        """Return all words of some texts."""
        return cls(Counter(word for text in texts for word in words_of(text)))

    @property
    def longest(self) -> int:
        """How many characters the longest word has; 0 if there is none."""
        return self._longest

    def cost(self, word: str) -> int:
        """Return what a word costs: rare ones are dear. KeyError if it is not known."""
        return _A_WORD + round(_A_WORD * log2(self._total / self._counts[word]))

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)
