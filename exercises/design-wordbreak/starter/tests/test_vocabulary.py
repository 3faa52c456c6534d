import pytest

from quicksearch import Vocabulary, fold, words_of


def test_case_and_encoding_do_not_matter():
    assert fold("STRASSE") == fold("straße")
    assert fold("cafe\u0301") == fold("Café")


def test_words_are_runs_of_letters_and_digits():
    assert words_of("  Boots (men's), size-42!") == ["boots", "men", "s", "size", "42"]
    assert words_of("...") == []


def test_words_are_known_in_their_folded_form():
    known = Vocabulary.of_texts(["Red jacket", "red BOOTS"])
    assert sorted(known) == ["boots", "jacket", "red"]
    assert "red" in known
    assert "Red" not in known
    assert known.longest == 6


def test_rare_words_are_dear():
    known = Vocabulary({"red": 6, "rod": 2})
    assert known.cost("rod") == 300
    assert known.cost("red") < 300


def test_an_unknown_word_has_no_cost():
    with pytest.raises(KeyError):
        Vocabulary({"red": 1}).cost("blue")


def test_a_vocabulary_may_be_empty():
    assert len(Vocabulary({})) == 0
    assert Vocabulary({}).longest == 0


@pytest.mark.parametrize("counts", [{"": 1}, {"red": 0}])
def test_what_can_be_no_word_is_refused(counts):
    with pytest.raises(ValueError):
        Vocabulary(counts)
