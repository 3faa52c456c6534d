"""How a vocabulary and its merges are learnt from texts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from piecework.merges import Merges, Pair
from piecework.normalize import normalize
from piecework.vocabulary import SPECIAL, Vocabulary
from piecework.words import MARK, split_words

Word = tuple[str, ...]


def train(
    texts: Iterable[str], *, size: int, min_count: int = 1
) -> tuple[Vocabulary, Merges]:
    """Learn a vocabulary of up to `size` pieces, and the merges that go with it.

    Characters that are seen fewer than `min_count` times get no piece, and neither
    do pairs. The same texts give the same result, in whatever order they come. The
    result is larger than `size` where the characters alone are.
    """
    words = _count_words(texts)
    alphabet = _alphabet(words, min_count)
    words = _spell(words, alphabet)
    pieces = [*SPECIAL, *alphabet]
    pairs: list[Pair] = []
    while len(pieces) < size:
        pair = _best_pair(words, min_count)
        if pair is None:
            break
        pairs.append(pair)
        if "".join(pair) not in pieces:
            pieces.append("".join(pair))
        merges = Merges([pair])
        words = _recount((merges.apply(word), n) for word, n in words.items())
    return Vocabulary(pieces), Merges(pairs)


def _count_words(texts: Iterable[str]) -> Counter[Word]:
    """Return how often each word is there, its spaces as marks."""
    words: Counter[Word] = Counter()
    for text in texts:
        for position, word in enumerate(split_words(normalize(text))):
            start = MARK if position == 0 else ""
            words[tuple(start + word.replace(" ", MARK))] += 1
    return words


def _alphabet(words: Counter[Word], min_count: int) -> list[str]:
    """Return the characters to know, the most frequent first, then by code point."""
    seen: Counter[str] = Counter({MARK: min_count})
    for word, number in words.items():
        for symbol in word:
            seen[symbol] += number
    ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    return [symbol for symbol, number in ranked if number >= min_count]


def _spell(words: Counter[Word], alphabet: Iterable[str]) -> Counter[Word]:
    """Return the stretches of words that the alphabet can spell."""
    known = frozenset(alphabet)
    return _recount(
        (stretch, number)
        for word, number in words.items()
        for stretch in _stretches(word, known)
    )


def _stretches(word: Word, known: frozenset[str]) -> Iterator[list[str]]:
    """Yield the stretches of a word between characters that are not known."""
    stretch: list[str] = []
    for symbol in word:
        if symbol in known:
            stretch.append(symbol)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _best_pair(words: Counter[Word], min_count: int) -> Pair | None:
    """Return the pair seen most often; of several the first by code point."""
    seen: Counter[Pair] = Counter()
    for word, number in words.items():
        for pair in pairwise(word):
            seen[pair] += number
    frequent = [pair for pair, number in seen.items() if number >= max(2, min_count)]
    return min(frequent, key=lambda pair: (-seen[pair], pair), default=None)


def _recount(items: Iterable[tuple[Iterable[str], int]]) -> Counter[Word]:
    """Add up how often each word is there."""
    words: Counter[Word] = Counter()
    for word, number in items:
        words[tuple(word)] += number
    return words
