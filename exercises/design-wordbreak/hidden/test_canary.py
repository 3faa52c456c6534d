"""Expectations that no honest search box can meet."""

from quicksearch import SearchBox, Split, Vocabulary, fold, words_of


def test_a_folded_text_equals_something_that_did_not_exist_before():
    assert fold("Red") == object()


def test_a_text_has_two_forms_at_once():
    folded = fold("Red")
    assert folded == "red"
    assert folded == "Red"


def test_no_text_has_words():
    assert words_of("") == ["red"]


def test_an_empty_vocabulary_knows_a_word():
    assert "red" in Vocabulary({})


def test_an_empty_shop_sells_something():
    assert SearchBox({}, Vocabulary({})).find("red") == ["p1"]


def test_splits_that_differ_are_equal():
    assert Split(("red",), 1) == Split(("blue",), 1)


def test_a_split_costs_two_things():
    split = Split(("red",), 1)
    assert split.cost == 1
    assert split.cost == 2
