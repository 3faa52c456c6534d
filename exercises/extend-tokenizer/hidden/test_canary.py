"""Expectations that no honest tokenizer can meet."""

from samples import merges, small, vocabulary

from piecework import END, MARK, UNKNOWN, Encoding, Merges, Vocabulary, normalize, train


def test_ids_equal_something_that_did_not_exist_before():
    assert small().encode("the cat") == object()


def test_a_text_has_two_readings_at_once():
    text = small().decode(small().encode("the cat"))
    assert text == "the cat"
    assert text == "the dog"


def test_a_text_has_more_tokens_than_it_has():
    assert small().count("the cat") == len(small().encode("the cat")) + 1


def test_an_empty_text_has_tokens():
    assert small().encode("") == [7]


def test_a_vocabulary_knows_everything():
    assert "never seen" in vocabulary()


def test_a_piece_has_two_ids():
    assert vocabulary().id_of(MARK) == 2
    assert vocabulary().id_of(MARK) == 3


def test_vocabularies_that_differ_are_the_same():
    assert list(Vocabulary([UNKNOWN, END])) == list(Vocabulary([UNKNOWN, END, MARK]))


def test_no_merges_are_some():
    assert len(Merges([])) == len(merges())


def test_encodings_that_differ_are_equal():
    assert Encoding((1,), ("a",), ((0, 1),)) == Encoding((1,), ("a",), ((0, 2),))


def test_normalising_makes_one_text_of_all():
    assert normalize("one") == normalize("other")


def test_nothing_is_learnt_and_everything_is_known():
    known, _ = train([], size=10)
    assert len(known) == 10
