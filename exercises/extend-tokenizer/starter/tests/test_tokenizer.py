import pytest
from samples import ids, merges, small, vocabulary

from piecework import END, MARK, UNKNOWN, Merges, Tokenizer, Vocabulary, normalize


def test_words_become_the_largest_pieces_that_the_merges_make():
    assert small().encode("the cat") == ids("▁the", "▁cat")
    assert small().encode("The Judge") == ids("▁", "T", "he", "▁Judge")


def test_punctuation_stands_alone():
    assert small().encode("the cat, the") == ids("▁the", "▁cat", ",", "▁the")


def test_a_piece_never_crosses_words():
    assert small().encode("t he") == ids("▁t", "▁", "he")


def test_white_space_is_made_even():
    assert normalize("  the\t\n cat\u00a0") == "the cat"
    assert small().encode("  the\t\n cat\u00a0") == small().encode("the cat")


def test_letters_are_composed():
    assert small().encode("cafe\u0301") == ids("▁c", "a", "f", "é")


def test_a_run_of_unknown_characters_is_one_token():
    assert small().encode("Ngọc") == ids("▁", "Ng", UNKNOWN, "c")
    assert small().encode("a ßßß b") == ids("▁", "a", "▁", UNKNOWN, "▁", "b")


def test_known_text_comes_back():
    text = "The Judge, 42, sat; the cat (Tom) sat too!"
    assert small().decode(small().encode(text)) == text


def test_unknown_text_is_shown_as_a_sign():
    assert small().decode(small().encode("Ngọc")) == "Ng⁇c"


def test_the_end_is_not_shown():
    assert small().decode(ids("▁the", END)) == "the"


def test_an_empty_text_has_no_tokens():
    assert small().encode("") == []
    assert small().decode([]) == ""


def test_the_head_of_a_text_is_its_first_tokens():
    assert small().count("the cat, the cat") == 5
    assert small().head("the cat, the cat", 3) == "the cat,"
    with pytest.raises(ValueError):
        small().head("the cat", -1)


def test_ids_that_nobody_has_are_refused():
    with pytest.raises(ValueError, match="no piece"):
        small().decode([len(vocabulary())])
    with pytest.raises(ValueError, match="no piece"):
        small().decode([-1])


def test_vocabulary_and_merges_have_to_fit():
    with pytest.raises(ValueError, match="mark"):
        Tokenizer(Vocabulary([UNKNOWN, END, "a"]), Merges([]))
    with pytest.raises(ValueError, match="ab"):
        Tokenizer(Vocabulary([UNKNOWN, END, MARK, "a", "b"]), Merges([("a", "b")]))


def test_both_are_written_and_read_again():
    assert list(Vocabulary.loads(vocabulary().dumps())) == list(vocabulary())
    assert list(Merges.loads(merges().dumps())) == list(merges())
