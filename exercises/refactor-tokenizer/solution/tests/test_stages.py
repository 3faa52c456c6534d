"""What the agreement promises of terms, stages and languages."""

import pytest

from shelfmark import (
    Language,
    Rules,
    analyze,
    index_stages,
    language,
    load_rules,
    query_stages,
    stats,
    tokenize,
)

DUTCH = Language(
    "nl",
    frozenset(["de", "het"]),
    frozenset(["d"]),
    frozenset(["s"]),
    lambda word: word.removesuffix("en"),
)


def terms(text, stages=index_stages, made=None, rules=None):
    made = made or language("en")
    row = stages(made) if rules is None else stages(made, rules)
    return [tuple(term) for term in analyze(text, row)]


def texts(*args, **kwargs):
    return [term[0] for term in terms(*args, **kwargs)]


def test_words_stand_as_they_stand():
    found = analyze("L’Homme's well-known_x, d- e\u0301", ())
    assert [tuple(term) for term in found] == [
        ("L’Homme's", 0, 0, 9),
        ("well-known", 1, 10, 20),
        ("x", 2, 21, 22),
        ("d", 3, 24, 25),
        ("e\u0301", 4, 27, 29),
    ]


def test_a_title():
    assert terms("The Well-Known Cities, 日本語 x 7") == [
        ("well", 1, 4, 14),
        ("known", 1, 4, 14),
        ("wellknown", 1, 4, 14),
        ("city", 2, 15, 21),
        ("日本", 3, 23, 26),
        ("本語", 3, 23, 26),
        ("7", 5, 29, 30),
    ]


def test_a_query():
    assert terms("the well-known x of 日本語 cities", query_stages) == [
        ("wellknown", 0, 4, 14),
        ("日本", 2, 20, 23),
        ("本語", 2, 20, 23),
        ("city", 3, 24, 30),
    ]


def test_a_query_of_stopwords():
    assert terms("the who", query_stages) == [("the", 0, 0, 3), ("who", 1, 4, 7)]
    assert texts("the x", query_stages) == ["the"]
    assert texts("a", query_stages) == []


@pytest.mark.parametrize("name", ["en", "fr", "de", "nl"])
def test_the_rows_are_those_of_tokenize(name):
    for text in (
        "The Cities' l'homme d’été",
        "Bauern-haus und 日本 x",
        "the les die",
        "",
    ):
        title = [term[:2] for term in terms(text, made=language(name))]
        assert title == tokenize(text, name, positions=True)
        query = [term[:2] for term in terms(text, query_stages, language(name))]
        assert query == tokenize(text, name, query=True, positions=True)


def test_nothing_is_remembered_or_told(capsys):
    before = stats()
    row = index_stages(language("en"))
    load_rules(["stop: cat", "same: dog = hound"])
    assert [term.text for term in analyze("cat dog", row)] == ["cat", "dog"]
    assert texts("cat dog") == ["cat", "dog"]
    assert texts("cat dog", query_stages) == ["cat", "dog"]
    assert stats() == before
    assert capsys.readouterr().out == ""


def test_stages_of_ones_own():
    def shout(found):
        return [term._replace(text=term.text.upper()) for term in found]

    def once_more(found):
        for term in found:
            yield term
            yield term._replace(text=term.text + "s")

    def found(text, row):
        return [term.text for term in analyze(text, row)]

    assert found("a bc", (shout, once_more)) == ["A", "As", "BC", "BCs"]
    assert found("a bc", (once_more, shout)) == ["A", "AS", "BC", "BCS"]
    row = index_stages(language("en"))
    assert found("the ab", (once_more, *row, shout)) == ["THE", "AB", "ABS"]
    row = query_stages(language("en"))
    assert found("the who", (once_more, *row)) == ["the", "who"]


def test_a_row_is_for_any_number_of_texts():
    rules = Rules(frozenset(["vol"]), {"cat": ("tom",)})
    row = index_stages(language("en"), rules)
    for _ in range(2):
        assert [term.text for term in analyze("cats vol", row)] == ["cat", "tom"]


def test_a_language_of_ones_own():
    title = "De Avonden, D'Arc, ANNA'S een-boeken"
    assert texts(title, made=DUTCH) == ["avond", "arc", "anna", "boek", "eenboek"]
    assert texts("de het", query_stages, DUTCH) == ["de", "het"]
    assert texts("O'Kaj's d'Anna's", made=DUTCH) == ["okaj", "anna"]
    assert texts("O'Brien's l'a'b", made=language("en")) == ["obrien", "lab"]
    assert texts("l'a'b", made=language("fr")) == ["ab"]


def test_a_name_means_nothing():
    loud = Language("en", stem=lambda word: word + "!")
    assert texts("The cities", made=loud) == ["the!", "cities!"]
    assert texts("The cities", query_stages, loud) == ["the!", "cities!"]
    assert texts("the l'homme's", made=language("xx")) == ["the", "lhommes"]


def test_endings():
    english, french, german = map(language, ("en", "fr", "de"))
    words = ["ties", "cities", "was", "cats", "glass", "bus"]
    assert [english.stem(word) for word in words] == [
        "tie",
        "city",
        "was",
        "cat",
        "glass",
        "bus",
    ]
    words = ["maux", "chevaux", "bas", "amis", "prix"]
    assert [french.stem(word) for word in words] == [
        "mau",
        "cheval",
        "bas",
        "ami",
        "pri",
    ]
    words = ["essen", "kindern", "autos", "häuser", "roten"]
    assert [german.stem(word) for word in words] == [
        "essen",
        "kind",
        "autos",
        "häus",
        "roten",
    ]
