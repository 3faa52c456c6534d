"""The search box, as the shop's pages know it."""

from collections.abc import Mapping

from quicksearch.completion import Completer
from quicksearch.errors import SegmenterError
from quicksearch.folding import words_of
from quicksearch.index import Index
from quicksearch.segmenter import Segmenter
from quicksearch.vocabulary import Vocabulary


class SearchBox:
    """Finds products by the words of their titles."""

    def __init__(
        self,
        titles: Mapping[str, str],
        vocabulary: Vocabulary,
        *,
        segmenter: Segmenter | None = None,
    ) -> None:
        self._index = Index(titles)
        self._vocabulary = vocabulary
        self._completer = Completer(vocabulary)
        self._segmenter = segmenter or Segmenter(vocabulary)

    def terms(self, query: str) -> list[str]:
        """Return the words that are searched for, in order.

        What is not in the vocabulary is taken apart where that is possible.
        """
        return [term for word in words_of(query) for term in self._known(word)]

    def find(self, query: str) -> list[str]:
        """Return the products whose titles have every term, in the shop's order."""
        return self._index.with_all(self.terms(query))

    def reading(self, query: str) -> str:
        """Return how a query was understood, to be shown above what was found."""
        return " ".join(self.terms(query))

    def complete(self, query: str, *, limit: int = 5) -> list[str]:
        """Return words that the last word of a query may become, the likeliest first."""
        words = words_of(query)
        if not words or limit < 1:
            return []
        return self._completer.complete(words[-1], limit)

    def _known(self, word: str) -> tuple[str, ...]:
        """Return the known words that a word is made of, or the word itself."""
        if word in self._vocabulary:
            return (word,)
        try:
            return self._segmenter.best(word).words
        except SegmenterError:
            return (word,)
