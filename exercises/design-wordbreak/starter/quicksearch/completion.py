"""What somebody may be about to type."""

from bisect import bisect_left

from quicksearch.vocabulary import Vocabulary


class Completer:
    """Words by their beginnings."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = sorted(vocabulary)
        self._costs = {word: vocabulary.cost(word) for word in self._words}

    def complete(self, beginning: str, limit: int) -> list[str]:
        """Return the cheapest words that begin so; equally cheap ones by the alphabet."""
        found = []
        for place in range(bisect_left(self._words, beginning), len(self._words)):
            word = self._words[place]
            if not word.startswith(beginning):
                break
            found.append(word)
        return sorted(found, key=self._costs.__getitem__)[:limit]
