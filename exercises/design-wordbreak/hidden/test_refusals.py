import pytest

from quicksearch import Segmenter, SegmenterError, TooLong, Unsplittable, Vocabulary


class Metered(Vocabulary):
    """Words that can be asked for only so many times."""

    left = 10**9

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


def segmenter(*words, **options):
    return Segmenter(Vocabulary(dict.fromkeys(words, 1)), **options)


@pytest.mark.parametrize(
    "words, text, position",
    [
        (["red", "jacket"], "redjaket", 3),
        (["red", "jacket"], "jaket", 0),
        (["red", "jacket"], "redjacketx", 9),
        (["red", "jacket"], "redxjacket", 3),
        (["a", "abc", "bcde"], "abcdef", 5),
        (["abcd", "a", "b"], "abcde", 4),
        (["abcd", "ab", "cdef", "x"], "abcdefgx", 6),
        (["a", "b", "cd"], "abcx", 2),
        ([], "a", 0),
    ],
)
def test_what_is_not_made_of_words_tells_how_far_it_is(words, text, position):
    with pytest.raises(Unsplittable) as caught:
        segmenter(*words).best(text)
    assert caught.value.position == position
    assert isinstance(caught.value, SegmenterError)


def test_many_ways_to_the_same_dead_end():
    vocabulary = Metered({"a": 1, "aa": 1, "aaa": 1})
    usual = Segmenter(vocabulary)
    vocabulary.left = 4 * 91 * 3
    with pytest.raises(Unsplittable) as caught:
        usual.best("a" * 90 + "b")
    assert caught.value.position == 90


@pytest.mark.parametrize("text", ["a" * 11, "b" * 50], ids=["words", "none"])
@pytest.mark.parametrize("call", ["splits", "best"])
def test_a_text_that_is_too_long_is_refused_by_the_call(call, text):
    vocabulary = Metered({"a": 1})
    strict = Segmenter(vocabulary, max_length=10)
    vocabulary.left = 0
    with pytest.raises(TooLong) as caught:
        getattr(strict, call)(text)
    assert (caught.value.length, caught.value.max_length) == (len(text), 10)


def test_the_longest_text_that_is_allowed():
    strict = segmenter("a", max_length=10)
    assert tuple(strict.best("a" * 10).words) == ("a",) * 10
    assert list(strict.splits("a" * 10)) == [("a",) * 10]
    nothing = segmenter("a", max_length=0)
    assert list(nothing.splits("")) == [()]
    with pytest.raises(TooLong):
        nothing.best("a")


@pytest.mark.parametrize("limit", [-1, -10])
def test_a_limit_below_0_is_refused_by_the_call(limit):
    with pytest.raises(ValueError):
        segmenter("a").splits("aa", limit=limit)


def test_no_splits_are_no_error():
    assert list(segmenter("a").splits("ab")) == []
    assert list(segmenter().splits("a")) == []


def test_5000_characters_are_allowed_where_nothing_else_is_said():
    usual = segmenter("a" * 50)
    assert len(usual.best("a" * 5000).words) == 100
    with pytest.raises(TooLong) as caught:
        usual.best("a" * 5001)
    assert caught.value.max_length == 5000
