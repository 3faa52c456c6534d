from itertools import product

import pytest

from quicksearch import Segmenter, Vocabulary


class Priced(Vocabulary):
    """Words with the prices that a test gives them."""

    def __init__(self, **prices):
        super().__init__(dict.fromkeys(prices, 1))
        self.prices = prices
        self.left = 10**9
        self.made = False

    def _pay(self):
        self.left -= 1
        if self.left < 0:
            raise AssertionError("the vocabulary was asked more often than agreed")

    def __contains__(self, word):
        self._pay()
        return super().__contains__(word)

    def cost(self, word):
        self._pay()
        return self.prices[word]

    def __iter__(self):
        if self.made:
            raise AssertionError("the words were read after the segmenter was made")
        return super().__iter__()

    def allow(self, text):
        self.made = True
        self.left = 4 * len(text) * self.longest


def best(vocabulary, text):
    split = Segmenter(vocabulary).best(text)
    return tuple(split.words), split.cost


def all_splits(words, text):
    if not text:
        return [()]
    return [
        (text[:end], *rest)
        for end in range(len(text), 0, -1)
        if text[:end] in words
        for rest in all_splits(words, text[end:])
    ]


@pytest.mark.parametrize(
    "prices, text, words, cost",
    [
        ({"red": 3, "jacket": 4}, "redjacket", ("red", "jacket"), 7),
        ({"car": 1, "pet": 1, "carpet": 3}, "carpet", ("car", "pet"), 2),
        ({"car": 2, "pet": 2, "carpet": 3}, "carpet", ("carpet",), 3),
        ({"a": 1, "aa": 9, "aaa": 9}, "aaaa", ("a",) * 4, 4),
        ({"ab": 1, "a": 1, "cd": 9, "bcd": 1}, "abcd", ("a", "bcd"), 2),
        ({"ab": 9, "a": 1, "cd": 1, "bcd": 8}, "abcd", ("a", "bcd"), 9),
        ({"a": 7}, "", (), 0),
        ({}, "", (), 0),
    ],
)
def test_the_cheapest_is_the_best(prices, text, words, cost):
    assert best(Priced(**prices), text) == (words, cost)


@pytest.mark.parametrize(
    "prices, text, words",
    [
        ({"car": 1, "pet": 1, "carpet": 2}, "carpet", ("carpet",)),
        ({"carp": 1, "et": 1, "car": 1, "pet": 1}, "carpet", ("carp", "et")),
        ({"a": 1, "aa": 2, "aaa": 3}, "a" * 7, ("aaa", "aaa", "a")),
        ({"a": 1, "ab": 1, "b": 1, "ba": 1}, "aba", ("ab", "a")),
        ({"a": 2, "abc": 1, "b": 1, "bc": 1, "cd": 3, "d": 5}, "abcd", ("abc", "d")),
    ],
)
def test_of_equally_cheap_ones_the_first(prices, text, words):
    assert best(Priced(**prices), text)[0] == words


@pytest.mark.parametrize(
    "prices",
    [
        {"a": 2, "b": 2, "ab": 3, "ba": 4},
        {"a": 1, "b": 1, "ab": 2, "ba": 2, "bab": 3},
        {"aa": 5, "a": 3, "aab": 4, "b": 1, "bb": 1},
    ],
)
def test_short_texts_as_without_any_cleverness(prices):
    segmenter = Segmenter(Priced(**prices))
    for length in range(1, 8):
        for letters in product("ab", repeat=length):
            text = "".join(letters)
            ways = all_splits(prices, text)
            if ways:
                costs = [sum(prices[word] for word in way) for way in ways]
                split = segmenter.best(text)
                assert tuple(split.words) == ways[costs.index(min(costs))]
                assert split.cost == min(costs)


def test_real_costs_are_added_up():
    vocabulary = Vocabulary({"red": 6, "jacket": 1, "r": 1, "ed": 1})
    assert best(vocabulary, "redjacket") == (
        ("red", "jacket"),
        vocabulary.cost("red") + vocabulary.cost("jacket"),
    )


def test_very_many_splits_are_not_tried_one_by_one():
    vocabulary = Priced(a=5, aa=9, aaa=14)
    segmenter = Segmenter(vocabulary)
    text = "a" * 90
    vocabulary.allow(text)
    split = segmenter.best(text)
    assert (tuple(split.words), split.cost) == (("aa",) * 45, 405)


@pytest.mark.parametrize("text", ["ab" * 1200, "ab" * 2495])
def test_a_page_of_short_words_is_taken_apart(text):
    vocabulary = Priced(a=1, b=1, ab=3)
    segmenter = Segmenter(vocabulary)
    vocabulary.allow(text)
    split = segmenter.best(text)
    assert tuple(split.words) == tuple(text)
    assert split.cost == len(text)
