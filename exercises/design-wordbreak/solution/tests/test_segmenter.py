from itertools import islice, product

import pytest
from shop import TITLES, vocabulary

from quicksearch import SearchBox, Segmenter, TooLong, Unsplittable, Vocabulary


class Service(Vocabulary):
    """Words with given costs, which counts what it is asked."""

    def __init__(self, **costs: int) -> None:
        super().__init__(dict.fromkeys(costs, 1))
        self._costs = costs
        self.asked = 0

    def __contains__(self, word: str) -> bool:
        self.asked += 1
        return super().__contains__(word)

    def cost(self, word: str) -> int:
        self.asked += 1
        return self._costs[word]


def naive(words, text):
    """All splits, in order, in as many steps as it takes."""
    if not text:
        return [()]
    return [
        (text[:end], *rest)
        for end in range(len(text), 0, -1)
        if text[:end] in words
        for rest in naive(words, text[end:])
    ]


COSTS = [
    {"a": 1, "b": 1, "ab": 2, "ba": 2},
    {"aa": 3, "aab": 5, "b": 1, "bab": 4, "a": 2},
    {"ab": 1, "abab": 2, "ba": 7},
]


@pytest.mark.parametrize("costs", COSTS)
def test_all_short_texts(costs):
    segmenter = Segmenter(Service(**costs))
    for length in range(8):
        for letters in product("ab", repeat=length):
            text = "".join(letters)
            ways = naive(costs, text)
            assert list(segmenter.splits(text)) == ways
            if ways:
                split = segmenter.best(text)
                priced = [sum(costs[word] for word in way) for way in ways]
                assert split.cost == min(priced)
                assert split.words == ways[priced.index(split.cost)]


@pytest.mark.parametrize("end", ["", "b"], ids=["splits", "dead end"])
def test_effort_does_not_grow_with_the_number_of_splits(end):
    service = Service(a=1, aa=2, aaa=3)
    text = "a" * 60 + end
    segmenter = Segmenter(service)
    service.asked = 0
    splits = segmenter.splits(text)
    assert service.asked == 0
    for _ in range(3):
        service.asked = 0
        assert next(splits, None) is None if end else next(splits)
        assert service.asked <= 4 * len(text) * 3


def test_the_effort_for_the_best():
    service = Service(a=1, aa=2, aaa=3)
    segmenter = Segmenter(service)
    service.asked = 0
    assert segmenter.best("a" * 60).words == ("aaa",) * 20
    assert service.asked <= 4 * 60 * 3


def test_a_text_with_more_words_than_python_has_calls():
    segmenter = Segmenter(Vocabulary({"a": 1, "b": 1}))
    text = "ab" * 1500
    assert segmenter.best(text).words == tuple(text)
    assert list(segmenter.splits(text)) == [tuple(text)]


def test_limits():
    segmenter = Segmenter(Vocabulary({"a": 1, "aa": 1}))
    assert list(segmenter.splits("aaaa", limit=0)) == []
    assert len(list(segmenter.splits("aaaa", limit=2))) == 2
    assert len(list(segmenter.splits("aaaa", limit=99))) == 5
    assert len(list(segmenter.splits("aaaa", limit=10**30))) == 5
    assert list(islice(segmenter.splits("aaaa"), 1)) == [("aa", "aa")]
    with pytest.raises(ValueError):
        segmenter.splits("aaaa", limit=-1)


def test_what_is_too_long_is_refused_before_anything_is_asked():
    service = Service(a=1)
    segmenter = Segmenter(service, max_length=3)
    assert segmenter.best("aaa").cost == 3
    service.asked = 0
    for call in (segmenter.splits, segmenter.best):
        with pytest.raises(TooLong) as caught:
            call("aaaa")
        assert (caught.value.length, caught.value.max_length) == (4, 3)
    assert service.asked == 0


@pytest.mark.parametrize(
    "text, position",
    [("redjaket", 3), ("xred", 0), ("redcarpetx", 9), ("carpetx", 6), ("carpex", 3)],
)
def test_how_far_a_text_is_made_of_words(text, position):
    with pytest.raises(Unsplittable) as caught:
        Segmenter(vocabulary()).best(text)
    assert caught.value.position == position
    assert list(Segmenter(vocabulary()).splits(text)) == []


def test_the_furthest_place_counts_and_not_the_first_dead_end():
    segmenter = Segmenter(Vocabulary({"a": 1, "abc": 1, "x": 1}))
    with pytest.raises(Unsplittable) as caught:
        segmenter.best("abcy")
    assert caught.value.position == 3


def test_nothing_is_made_of_nothing():
    nothing = Segmenter(Vocabulary({}))
    assert list(nothing.splits("")) == [()]
    assert (nothing.best("").words, nothing.best("").cost) == ((), 0)


def test_the_box_takes_unknown_words_apart_and_no_others():
    known = Vocabulary({"car": 99, "pet": 99, "carpet": 1})
    box = SearchBox(TITLES, known, segmenter=Segmenter(known, max_length=6))
    assert box.terms("carpet petcar") == ["carpet", "pet", "car"]
    assert box.terms("carpat petpetpet") == ["carpat", "petpetpet"]
