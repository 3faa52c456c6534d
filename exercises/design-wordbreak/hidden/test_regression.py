import pytest

from quicksearch import (
    SearchBox,
    Segmenter,
    SegmenterError,
    Split,
    TooLong,
    Unsplittable,
)
from quicksearch import Vocabulary, fold, words_of

TITLES = {
    "p9": "Red winter jacket",
    "p1": "Winter boots, waterproof (red)",
    "p3": "Jacket, RAIN",
    "p2": "Straßenschuh Winter Nº 5",
}


def box():
    return SearchBox(TITLES, Vocabulary.of_texts(TITLES.values()))


@pytest.mark.parametrize(
    "text, folded",
    [
        ("RED", "red"),
        ("Straße", "strasse"),
        ("cafe\u0301", "caf\u00e9"),
        ("\ufb01t", "fit"),
        ("\u2460", "1"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text, words",
    [
        ("Red  JACKET", ["red", "jacket"]),
        ("a-b_c.d", ["a", "b", "c", "d"]),
        ("size 42", ["size", "42"]),
        ("q\u0307x", ["q\u0307x"]),
        ("(!)", []),
        ("", []),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


def test_what_words_cost():
    known = Vocabulary({"red": 4, "rod": 2, "reed": 1, "rid": 1})
    assert [known.cost(word) for word in known] == [200, 300, 400, 400]
    assert Vocabulary({"red": 5}).cost("red") == 100
    assert Vocabulary({"red": 2, "rod": 1}).cost("red") == 158
    with pytest.raises(KeyError):
        known.cost("rad")


def test_what_a_vocabulary_knows():
    known = Vocabulary.of_texts(["Red, red jacket", "blue"])
    assert list(known) == ["red", "jacket", "blue"]
    assert (len(known), known.longest) == (3, 6)
    assert "red" in known
    assert "green" not in known
    assert known.cost("red") == 200
    assert (len(Vocabulary({})), Vocabulary({}).longest) == (0, 0)


def test_a_vocabulary_does_not_change_with_what_it_was_made_from():
    counts = {"red": 1}
    known = Vocabulary(counts)
    counts["blue"] = 1
    assert list(known) == ["red"]


@pytest.mark.parametrize(
    "counts", [{"": 1}, {"red": 0}, {"red": -1}, {"blue": 1, "": 3}]
)
def test_what_can_be_no_word(counts):
    with pytest.raises(ValueError):
        Vocabulary(counts)


def test_a_word_may_have_been_met_once():
    assert list(Vocabulary({"red": 1})) == ["red"]


@pytest.mark.parametrize(
    "query, products",
    [
        ("winter", ["p9", "p1", "p2"]),
        ("winter red", ["p9", "p1"]),
        ("red, WINTER!", ["p9", "p1"]),
        ("jacket rain", ["p3"]),
        ("strassenschuh", ["p2"]),
        ("5", ["p2"]),
        ("jacket boots", []),
        ("bicycle", []),
        ("winter bicycle", []),
        ("", []),
        ("...", []),
    ],
)
def test_products_with_all_words(query, products):
    assert box().find(query) == products


def test_how_a_query_is_read():
    assert list(box().terms("Red,  JACKET red")) == ["red", "jacket", "red"]
    assert box().reading("Red,  JACKET red") == "red jacket red"
    assert box().reading(" ") == ""


@pytest.mark.parametrize(
    "query, limit, words",
    [
        ("r", 5, ["red", "rain"]),
        ("winter R", 5, ["red", "rain"]),
        ("r", 1, ["red"]),
        ("r", 0, []),
        ("r", -1, []),
        ("ra", 5, ["rain"]),
        ("rain", 5, ["rain"]),
        ("rainy", 5, []),
        ("w", 5, ["winter", "waterproof"]),
        ("z", 5, []),
        ("", 5, []),
    ],
)
def test_completions(query, limit, words):
    assert box().complete(query, limit=limit) == words


def test_five_completions_of_equally_dear_words_by_the_alphabet():
    known = Vocabulary({f"a{letter}": 1 for letter in "zyxcba"} | {"b": 9})
    found = SearchBox({}, known).complete("a")
    assert found == ["aa", "ab", "ac", "ax", "ay"]


def test_a_segmenter_is_made_of_a_vocabulary():
    known = Vocabulary({"red": 1})
    Segmenter(known)
    Segmenter(known, max_length=0)
    with pytest.raises(ValueError):
        Segmenter(known, max_length=-1)


def test_errors_tell_what_they_know():
    one, other = Unsplittable("redx", 3), TooLong(7, 5)
    assert isinstance(one, SegmenterError)
    assert isinstance(other, SegmenterError)
    assert (one.text, one.position) == ("redx", 3)
    assert (other.length, other.max_length) == (7, 5)
    assert "'red'" in str(one)
    assert "7 characters" in str(other)


def test_a_split_has_words_and_a_cost():
    split = Split(("red", "jacket"), 5)
    assert (split.words, split.cost) == (("red", "jacket"), 5)
