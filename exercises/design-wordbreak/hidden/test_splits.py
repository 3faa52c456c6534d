from itertools import islice, product

import pytest

from quicksearch import Segmenter, Vocabulary


class Metered(Vocabulary):
    """Counts what it is asked, and refuses once its allowance is used up."""

    def __init__(self, *words):
        super().__init__(dict.fromkeys(words, 1))
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
        return super().cost(word)

    def __iter__(self):
        if self.made:
            raise AssertionError("the words were read after the segmenter was made")
        return super().__iter__()

    def allow(self, text, splits=1):
        self.made = True
        self.left = splits * 4 * len(text) * self.longest


def splits(words, text, limit=None):
    return list(
        Segmenter(Vocabulary(dict.fromkeys(words, 1))).splits(text, limit=limit)
    )


def expected(words, text):
    """All splits, longer words first, found without any cleverness."""
    if not text:
        return [()]
    return [
        (text[:end], *rest)
        for end in range(len(text), 0, -1)
        if text[:end] in words
        for rest in expected(words, text[end:])
    ]


@pytest.mark.parametrize(
    "words, text, found",
    [
        (["red", "jacket"], "redjacket", [("red", "jacket")]),
        (["red", "jacket"], "jacketred", [("jacket", "red")]),
        (["car", "pet", "carpet"], "carpet", [("carpet",), ("car", "pet")]),
        (["car", "pet", "carp", "et"], "carpet", [("carp", "et"), ("car", "pet")]),
        (["car", "pet"], "carpets", []),
        (["car", "pet"], "xcar", []),
        (["car", "pet"], "carxpet", []),
        (["car"], "", [()]),
        ([], "", [()]),
        ([], "car", []),
        (["a", "aa"], "aaa", [("aa", "a"), ("a", "aa"), ("a", "a", "a")]),
    ],
)
def test_every_split_comes_once_and_longer_words_first(words, text, found):
    assert splits(words, text) == found


@pytest.mark.parametrize(
    "words",
    [
        ["a", "b"],
        ["a", "ab", "ba"],
        ["aa", "aab", "b", "bab"],
        ["a", "aba", "abab", "bb"],
    ],
)
def test_short_texts_as_without_any_cleverness(words):
    segmenter = Segmenter(Vocabulary(dict.fromkeys(words, 1)))
    for length in range(8):
        for letters in product("ab", repeat=length):
            text = "".join(letters)
            assert list(segmenter.splits(text)) == expected(words, text)


@pytest.mark.parametrize(
    "limit, number", [(0, 0), (1, 1), (3, 3), (5, 5), (6, 5), (None, 5)]
)
def test_no_more_than_the_limit(limit, number):
    found = splits(["a", "aa"], "aaaa")
    assert splits(["a", "aa"], "aaaa", limit) == found[:number]
    assert len(found[:number]) == number


def test_the_first_of_very_many_comes_at_once():
    vocabulary = Metered("a", "aa", "aaa", "aaaa")
    segmenter = Segmenter(vocabulary)
    text = "a" * 81
    vocabulary.allow(text)
    found = segmenter.splits(text)
    assert next(found) == ("aaaa",) * 20 + ("a",)
    for last in [("aaa", "aa"), ("aaa", "a", "a"), ("aa", "aaa"), ("aa", "aa", "a")]:
        vocabulary.allow(text)
        assert next(found) == ("aaaa",) * 19 + last


def test_what_is_not_asked_for_is_not_computed():
    vocabulary = Metered("a", "aa", "b")
    segmenter = Segmenter(vocabulary)
    text = "a" * 60 + "b"
    vocabulary.allow(text, 3)
    assert len(list(segmenter.splits(text, limit=3))) == 3
    vocabulary.allow(text, 2)
    found = segmenter.splits(text, limit=10**6)
    assert len(list(islice(found, 2))) == 2


@pytest.mark.parametrize("words", [("a", "aa", "aaa"), ("a", "aa", "bc", "c")])
@pytest.mark.parametrize("end", ["b", "ab", "bca"])
def test_a_dead_end_is_noticed_without_trying_every_way(words, end):
    vocabulary = Metered(*words)
    segmenter = Segmenter(vocabulary)
    text = "a" * 70 + end
    vocabulary.allow(text)
    found = next(iter(segmenter.splits(text)), None)
    if end == "bca" and "bc" in words:
        assert found == ("aa",) * 35 + ("bc", "a")
    else:
        assert found is None


def test_a_dead_end_after_the_last_split_is_noticed_too():
    vocabulary = Metered("b", "a" * 40 + "c", "a", "aa")
    segmenter = Segmenter(vocabulary)
    text = "b" + "a" * 40 + "c"
    vocabulary.allow(text)
    found = iter(segmenter.splits(text))
    assert next(found) == ("b", "a" * 40 + "c")
    vocabulary.allow(text)
    assert next(found, None) is None


def test_the_longest_text_with_the_shortest_words():
    segmenter = Segmenter(Vocabulary({"a": 1, "b": 1, "ba": 1}))
    text = "ab" * 1500
    first, second = islice(segmenter.splits(text), 2)
    assert first == ("a", *["ba"] * 1499, "b")
    assert second == ("a", *["ba"] * 1498, "b", "a", "b")


def test_two_iterators_know_nothing_of_each_other():
    segmenter = Segmenter(Vocabulary({"a": 1, "aa": 1}))
    one, other = iter(segmenter.splits("aaa")), iter(segmenter.splits("aa"))
    assert next(one) == ("aa", "a")
    assert next(other) == ("aa",)
    assert next(one) == ("a", "aa")
    assert list(other) == [("a", "a")]
