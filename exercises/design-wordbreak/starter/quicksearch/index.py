"""Which product has which words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from quicksearch.folding import words_of


class Index:
    """Products by the words of their titles."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._products: defaultdict[str, set[str]] = defaultdict(set)
        self._order = {product: place for place, product in enumerate(titles)}
        for product, title in titles.items():
            for word in words_of(title):
                self._products[word].add(product)

    def with_all(self, words: Iterable[str]) -> list[str]:
        """Return the products that have every one of these words, in the shop's order.

        Without words there are no products either: an empty box is no wish for all.
        """
        wanted = [self._products.get(word, set()) for word in words]
        if not wanted:
            return []
        return sorted(set.intersection(*wanted), key=self._order.__getitem__)
