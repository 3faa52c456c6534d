from shelfmark import highlight, stats, tokenize


def test_english_titles():
    assert tokenize("The Cities of the Plain") == ["city", "plain"]
    assert tokenize("Anna's glass bus") == ["anna", "glass", "bus"]


def test_french_titles():
    assert tokenize("L’Homme et les chevaux", "fr") == ["homme", "cheval"]


def test_german_titles():
    assert tokenize("Die Straßen von Wien", "de") == ["straß", "wien"]
    assert tokenize("Die Straßen von Wien", "de", fold=True) == ["strass", "wien"]


def test_other_languages_have_their_words_at_least():
    assert tokenize("De avonden", "nl") == ["de", "avonden"]


def test_han_is_cut_in_pairs():
    assert tokenize("日本語 A") == ["日本", "本語"]


def test_hyphens():
    assert tokenize("A well-known cat") == ["well", "known", "wellknown", "cat"]
    assert tokenize("a well-known cat", query=True) == ["wellknown", "cat"]


def test_positions():
    found = tokenize("The end of time", positions=True)
    assert found == [("end", 1), ("time", 3)]
    found = tokenize("the end of time", query=True, positions=True)
    assert found == [("end", 0), ("time", 1)]


def test_a_query_of_stopwords_is_a_query():
    assert tokenize("The Who", query=True) == ["the", "who"]
    assert tokenize("The Who") == []


def test_everything_can_be_left_out():
    found = tokenize("The Cities", lower=False, stop=False, stem=False)
    assert found == ["The", "Cities"]


def test_debug_prints(capsys):
    tokenize("Two Cities", debug=True)
    assert capsys.readouterr().out == "tokenize[en] 2 words, 2 terms: Two Cities\n"


def test_texts_are_counted():
    before = stats()
    tokenize("A Tale of Two Cities")
    after = stats()
    assert {name: after[name] - before[name] for name in after} == {
        "texts": 1,
        "words": 5,
        "terms": 3,
    }


def test_words_that_were_asked_for_are_marked():
    title = "Les Misérables: l'homme, tome 2"
    assert highlight(title, "miserable homme", "fr") == (
        "Les [Misérables]: [l'homme], tome 2"
    )
