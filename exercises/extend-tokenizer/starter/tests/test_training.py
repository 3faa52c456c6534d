from piecework import END, MARK, UNKNOWN, Tokenizer, train

TEXTS = ["low lower lowest", "new newer newest", "low new"]


def test_the_most_frequent_pairs_are_merged_first():
    vocabulary, merges = train(TEXTS, size=20)
    assert list(merges)[:3] == [("e", "w"), ("l", "o"), ("lo", "w")]
    assert list(vocabulary)[:4] == [UNKNOWN, END, MARK, "e"]
    assert len(vocabulary) == 20


def test_the_order_of_texts_means_nothing():
    vocabulary, merges = train(TEXTS, size=25)
    again, as_before = train(reversed(TEXTS), size=25)
    assert list(again) == list(vocabulary)
    assert list(as_before) == list(merges)


def test_rare_characters_get_no_piece():
    vocabulary, _ = train([*TEXTS, "lọw"], size=30, min_count=2)
    assert "ọ" not in vocabulary
    assert "l" in vocabulary


def test_what_was_learnt_can_be_used():
    tokenizer = Tokenizer(*train(TEXTS, size=40))
    assert tokenizer.decode(tokenizer.encode("newest low")) == "newest low"
    assert tokenizer.count("newest low") < 5
