import random

from shelfmark import (
    analyze,
    index_stages,
    language,
    load_rules,
    query_stages,
    stats,
    tokenize,
)


def title(text, name="en"):
    return [tuple(term) for term in analyze(text, index_stages(language(name)))]


def query(text, name="en"):
    return [tuple(term) for term in analyze(text, query_stages(language(name)))]


def test_terms_of_a_title():
    assert title("The Well-Known Cities of Anna’s") == [
        ("well", 1, 4, 14),
        ("known", 1, 4, 14),
        ("wellknown", 1, 4, 14),
        ("city", 2, 15, 21),
        ("anna", 4, 25, 31),
    ]
    assert title(" L'Homme, l’été", "fr") == [("homme", 0, 1, 8), ("été", 1, 10, 15)]
    assert title("\n(日本語) x 7", "de") == [
        ("日本", 0, 2, 5),
        ("本語", 0, 2, 5),
        ("7", 2, 9, 10),
    ]
    assert title("") == title(" - ") == title("the") == []


def test_terms_of_a_query():
    assert query("the Well-Known cities of a x cat") == [
        ("wellknown", 0, 4, 14),
        ("city", 1, 15, 21),
        ("cat", 3, 29, 32),
    ]
    assert query("chevaux des étés", "fr") == [("cheval", 0, 0, 7), ("été", 1, 12, 16)]
    assert query("日本語 cat") == [
        ("日本", 0, 0, 3),
        ("本語", 0, 0, 3),
        ("cat", 1, 4, 7),
    ]


def test_a_query_of_which_nothing_is_left_keeps_its_stopwords():
    assert query("To be or not") == [
        ("to", 0, 0, 2),
        ("be", 1, 3, 5),
        ("or", 2, 6, 8),
        ("not", 3, 9, 12),
    ]
    assert query("the x") == [("the", 0, 0, 3)]
    assert query("x a") == []
    assert query("die und", "de") == [("die", 0, 0, 3), ("und", 1, 4, 7)]


def test_terms_are_those_of_tokenize():
    chance = random.Random(6)
    words = [
        "the",
        "Cities",
        "l’homme",
        "Anna's",
        "well-known",
        "日本語",
        "x",
        "Prix",
        "und",
    ]
    words += ["Häusern", "e\u0301té", "7", "l'a-b", "who", "qu'", "Straße", "\ud83e"]
    for _ in range(60):
        text = chance.choice([" ", ", ", "-"]).join(
            chance.choices(words, k=chance.randint(1, 5))
        )
        for name in ("en", "fr", "de", "nl"):
            terms = [term[:2] for term in title(text, name)]
            assert terms == tokenize(text, name, positions=True)
            terms = [term[:2] for term in query(text, name)]
            assert terms == tokenize(text, name, query=True, positions=True)


def test_nothing_is_printed_or_counted(capsys):
    before = stats()
    title("The Cities of the Plain")
    query("the who")
    assert stats() == before
    assert capsys.readouterr().out == ""


def test_loaded_rules_make_no_difference():
    before = title("Colour, vol 1"), query("vol 1")
    stages = index_stages(language("en"))
    load_rules(["stop: vol, colour", "same: vol = volume", "same: colour = color"])
    assert (title("Colour, vol 1"), query("vol 1")) == before
    assert [tuple(term) for term in analyze("Colour, vol 1", stages)] == before[0]
    assert tokenize("Colour, vol 1") == ["1"]


def test_earlier_calls_make_no_difference():
    stages = query_stages(language("en"))
    alone = [tuple(term) for term in analyze("two cats", stages)]
    for text in ("the who", "", "one-two cats"):
        analyze(text, stages)
    tokenize("two cats", "fr", fold=True)
    assert [tuple(term) for term in analyze("two cats", stages)] == alone
    assert alone == [("two", 0, 0, 3), ("cat", 1, 4, 8)]
