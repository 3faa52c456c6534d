import pytest

from shelfmark import Index, highlight, load_rules, reset_rules, stats, tokenize


def cut(text, lang, **options):
    return tokenize(text, lang, **options)


def test_titles_and_queries_in_all_languages():
    for lang, text, title, query, folded_title, folded_query in [
        (
            "en",
            "The Cities of the Plain",
            ["city", "plain"],
            ["city", "plain"],
            ["city", "plain"],
            ["city", "plain"],
        ),
        (
            "en",
            "Anna's glass buses and ties; his bus is a mess",
            ["anna", "glass", "buse", "tie", "his", "bus", "is", "mess"],
            ["anna", "glass", "buse", "tie", "his", "bus", "is", "mess"],
            ["anna", "glass", "buse", "tie", "his", "bus", "is", "mess"],
            ["anna", "glass", "buse", "tie", "his", "bus", "is", "mess"],
        ),
        (
            "en",
            "O'Brien's rock'n'roll",
            ["obrien", "rocknroll"],
            ["obrien", "rocknroll"],
            ["obrien", "rocknroll"],
            ["obrien", "rocknroll"],
        ),
        (
            "en",
            "ladies dies ties spies was gas",
            ["lady", "die", "tie", "spy", "was", "gas"],
            ["lady", "die", "tie", "spy", "was", "gas"],
            ["lady", "die", "tie", "spy", "was", "gas"],
            ["lady", "die", "tie", "spy", "was", "gas"],
        ),
        (
            "en",
            "Well-Known end-to-end A-B x-1",
            [
                "well",
                "known",
                "wellknown",
                "end",
                "to",
                "end",
                "endtoend",
                "ab",
                "1",
                "x1",
            ],
            ["wellknown", "endtoend", "ab", "x1"],
            [
                "well",
                "known",
                "wellknown",
                "end",
                "to",
                "end",
                "endtoend",
                "ab",
                "1",
                "x1",
            ],
            ["wellknown", "endtoend", "ab", "x1"],
        ),
        (
            "en",
            "a I 7 x ² Ⅳ ① é",
            ["7", "²", "①"],
            ["7", "²", "①"],
            ["7", "2", "iv", "1"],
            ["7", "2", "iv", "1"],
        ),
        (
            "en",
            "don’t won't ’tis dogs' cats’",
            ["dont", "wont", "tis", "dog", "cat"],
            ["dont", "wont", "tis", "dog", "cat"],
            ["dont", "wont", "tis", "dog", "cat"],
            ["dont", "wont", "tis", "dog", "cat"],
        ),
        ("en", "  ,;-'  ", [], [], [], []),
        ("en", "", [], [], [], []),
        (
            "en",
            "x_y snake_case",
            ["snake", "case"],
            ["snake", "case"],
            ["snake", "case"],
            ["snake", "case"],
        ),
        (
            "en",
            "na\xefve cafe\u0301s \xc0",
            ["naïve", "cafe\u0301"],
            ["naïve", "cafe\u0301"],
            ["naive", "cafe"],
            ["naive", "cafe"],
        ),
        (
            "en",
            "日本語 日 日本x 日本-語",
            ["日本", "本語", "日", "日本x", "日本", "語", "日本", "本語"],
            ["日本", "本語", "日", "日本x", "日本", "本語"],
            ["日本", "本語", "日", "日本x", "日本", "語", "日本", "本語"],
            ["日本", "本語", "日", "日本x", "日本", "本語"],
        ),
        (
            "en",
            "İstanbul STRASSE ẞ",
            ["i\u0307stanbul", "strasse"],
            ["i\u0307stanbul", "strasse"],
            ["istanbul", "strasse", "ss"],
            ["istanbul", "strasse", "ss"],
        ),
        ("en", "\ud83e half\ud83e", ["half"], ["half"], ["half"], ["half"]),
        ("en", "a--b c-'d e'-f -g- h-", [], [], [], []),
        (
            "en",
            "the THE The-End",
            ["the", "end", "theend"],
            ["theend"],
            ["the", "end", "theend"],
            ["theend"],
        ),
        (
            "en",
            "100-year 3D 1984's",
            ["100", "year", "100year", "3d", "1984"],
            ["100year", "3d", "1984"],
            ["100", "year", "100year", "3d", "1984"],
            ["100year", "3d", "1984"],
        ),
        (
            "en",
            "class-us-s focus-es",
            ["class", "us", "classuss", "focus", "es", "focuse"],
            ["classuss", "focuse"],
            ["class", "us", "classuss", "focus", "es", "focuse"],
            ["classuss", "focuse"],
        ),
        ("en", "界-ab", ["界", "ab", "界ab"], ["界ab"], ["界", "ab", "界ab"], ["界ab"]),
        ("en", "٣ ٣٤", ["٣", "٣٤"], ["٣", "٣٤"], ["٣", "٣٤"], ["٣", "٣٤"]),
        (
            "en",
            "ANNA'S O’BRIEN’S",
            ["anna", "obrien"],
            ["anna", "obrien"],
            ["anna", "obrien"],
            ["anna", "obrien"],
        ),
        (
            "en",
            "一二 一 丁 龥鿿 鿿 㐀㐁 ꀀꀁ",
            ["一二", "一", "丁", "龥鿿", "鿿", "㐀㐁", "ꀀꀁ"],
            ["一二", "一", "丁", "龥鿿", "鿿", "㐀㐁", "ꀀꀁ"],
            ["一二", "一", "丁", "龥鿿", "鿿", "㐀㐁", "ꀀꀁ"],
            ["一二", "一", "丁", "龥鿿", "鿿", "㐀㐁", "ꀀꀁ"],
        ),
        (
            "en",
            "ǅ ﬁne ½ half",
            ["ﬁne", "half"],
            ["ﬁne", "half"],
            ["dz", "fine", "1⁄2", "half"],
            ["dz", "fine", "1⁄2", "half"],
        ),
        ("en", "ﾞ ｶﾞ", ["ｶﾞ"], ["ｶﾞ"], [], []),
        (
            "fr",
            "L'Homme d’été qu'il aujourd'hui",
            ["homme", "été", "il", "aujourdhui"],
            ["homme", "été", "il", "aujourdhui"],
            ["homme", "ete", "il", "aujourdhui"],
            ["homme", "ete", "il", "aujourdhui"],
        ),
        (
            "fr",
            "les chevaux et le prix des voix",
            ["cheval", "pri", "voi"],
            ["cheval", "pri", "voi"],
            ["cheval", "pri", "voi"],
            ["cheval", "pri", "voi"],
        ),
        (
            "fr",
            "D'Artagnan S'il QU'ON presqu'île",
            ["artagnan", "il", "on", "presquîle"],
            ["artagnan", "il", "on", "presquîle"],
            ["artagnan", "il", "on", "presquile"],
            ["artagnan", "il", "on", "presquile"],
        ),
        (
            "fr",
            "maux aux deux bas os l'x",
            ["mau", "aux", "deu", "bas", "os"],
            ["mau", "aux", "deu", "bas", "os"],
            ["mau", "aux", "deu", "bas", "os"],
            ["mau", "aux", "deu", "bas", "os"],
        ),
        (
            "fr",
            "l'eau-de-vie",
            ["eau", "de", "vie", "eaudevie"],
            ["eaudevie"],
            ["eau", "de", "vie", "eaudevie"],
            ["eaudevie"],
        ),
        (
            "fr",
            "l'a n'ai rock'n'roll",
            ["ai", "rocknroll"],
            ["ai", "rocknroll"],
            ["ai", "rocknroll"],
            ["ai", "rocknroll"],
        ),
        (
            "fr",
            "Œuvres complètes Anna's",
            ["œuvre", "complète", "anna"],
            ["œuvre", "complète", "anna"],
            ["oeuvre", "complete", "anna"],
            ["oeuvre", "complete", "anna"],
        ),
        (
            "de",
            "Die Kindern der Häuser und Straßen",
            ["kind", "häus", "straß"],
            ["kind", "häus", "straß"],
            ["kind", "haus", "strass"],
            ["kind", "haus", "strass"],
        ),
        (
            "de",
            "Bücher Büchern Autos Bauern Autor",
            ["büch", "büch", "autos", "bau", "autor"],
            ["büch", "büch", "autos", "bau", "autor"],
            ["buch", "buch", "autos", "bau", "autor"],
            ["buch", "buch", "autos", "bau", "autor"],
        ),
        (
            "de",
            "im Hause von Anna's Tante",
            ["hause", "annas", "tante"],
            ["hause", "annas", "tante"],
            ["hause", "annas", "tante"],
            ["hause", "annas", "tante"],
        ),
        (
            "de",
            "rotes rotem rosen eines lesern essen laufe",
            ["rotes", "rotem", "rosen", "eines", "les", "essen", "laufe"],
            ["rotes", "rotem", "rosen", "eines", "les", "essen", "laufe"],
            ["rotes", "rotem", "rosen", "eines", "les", "essen", "laufe"],
            ["rotes", "rotem", "rosen", "eines", "les", "essen", "laufe"],
        ),
        (
            "nl",
            "De avonden's l'homme cities",
            ["de", "avondens", "lhomme", "cities"],
            ["de", "avondens", "lhomme", "cities"],
            ["de", "avondens", "lhomme", "cities"],
            ["de", "avondens", "lhomme", "cities"],
        ),
        (
            "nl",
            "the les die",
            ["the", "les", "die"],
            ["the", "les", "die"],
            ["the", "les", "die"],
            ["the", "les", "die"],
        ),
    ]:
        assert cut(text, lang) == title
        assert cut(text, lang, query=True) == query
        assert cut(text, lang, fold=True) == folded_title
        assert cut(text, lang, query=True, fold=True) == folded_query


def test_positions_with_all_kinds_of_options():
    for text, options, expected in [
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": False, "positions": True},
            [
                ("end", 1),
                ("of", 1),
                ("term", 1),
                ("endofterm", 1),
                ("cat", 2),
                ("日本", 4),
                ("本語", 4),
                ("cat", 6),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": False, "positions": True, "stop": False},
            [
                ("the", 0),
                ("end", 1),
                ("of", 1),
                ("term", 1),
                ("endofterm", 1),
                ("cat", 2),
                ("the", 3),
                ("日本", 4),
                ("本語", 4),
                ("cat", 6),
                ("of", 7),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": False, "positions": True, "lower": False},
            [
                ("The", 0),
                ("end", 1),
                ("of", 1),
                ("term", 1),
                ("endofterm", 1),
                ("cat", 2),
                ("日本", 4),
                ("本語", 4),
                ("Cat", 6),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {
                "lang": "en",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [
                ("end", 1),
                ("of", 1),
                ("term", 1),
                ("endofterm", 1),
                ("cat", 2),
                ("日本", 4),
                ("本語", 4),
                ("cat", 6),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": True, "positions": True},
            [("endofterm", 0), ("cat", 1), ("日本", 2), ("本語", 2), ("cat", 4)],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": True, "positions": True, "stop": False},
            [
                ("the", 0),
                ("endofterm", 1),
                ("cat", 2),
                ("the", 3),
                ("日本", 4),
                ("本語", 4),
                ("cat", 6),
                ("of", 7),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {"lang": "en", "query": True, "positions": True, "lower": False},
            [
                ("The", 0),
                ("endofterm", 1),
                ("cat", 2),
                ("日本", 3),
                ("本語", 3),
                ("Cat", 5),
            ],
        ),
        (
            "The end-of-term cat, the 日本語 x Cat of a",
            {
                "lang": "en",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("endofterm", 0), ("cat", 1), ("日本", 2), ("本語", 2), ("cat", 4)],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": False, "positions": True},
            [("tale", 1), ("two", 3), ("three", 3), ("twothree", 3), ("city", 5)],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": False, "positions": True, "stop": False},
            [
                ("tale", 1),
                ("of", 2),
                ("two", 3),
                ("three", 3),
                ("twothree", 3),
                ("city", 5),
            ],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": False, "positions": True, "lower": False},
            [("tale", 1), ("two", 3), ("three", 3), ("twothree", 3), ("city", 5)],
        ),
        (
            "A tale of two-three x cities",
            {
                "lang": "en",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("tale", 1), ("two", 3), ("three", 3), ("twothree", 3), ("cities", 5)],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": True, "positions": True},
            [("tale", 0), ("twothree", 1), ("city", 3)],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": True, "positions": True, "stop": False},
            [("tale", 1), ("of", 2), ("twothree", 3), ("city", 5)],
        ),
        (
            "A tale of two-three x cities",
            {"lang": "en", "query": True, "positions": True, "lower": False},
            [("tale", 1), ("twothree", 2), ("city", 4)],
        ),
        (
            "A tale of two-three x cities",
            {
                "lang": "en",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("tale", 0), ("twothree", 1), ("cities", 3)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": False, "positions": True},
            [("été", 0), ("mer", 3)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": False, "positions": True, "stop": False},
            [("été", 0), ("et", 1), ("la", 2), ("mer", 3)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": False, "positions": True, "lower": False},
            [("été", 0), ("mer", 3)],
        ),
        (
            "L'été et la mer",
            {
                "lang": "fr",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("ete", 0), ("mer", 3)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": True, "positions": True},
            [("été", 0), ("mer", 1)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": True, "positions": True, "stop": False},
            [("été", 0), ("et", 1), ("la", 2), ("mer", 3)],
        ),
        (
            "L'été et la mer",
            {"lang": "fr", "query": True, "positions": True, "lower": False},
            [("été", 0), ("mer", 1)],
        ),
        (
            "L'été et la mer",
            {
                "lang": "fr",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("ete", 0), ("mer", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": False, "positions": True},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": False, "positions": True, "stop": False},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": False, "positions": True, "lower": False},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {
                "lang": "nl",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": True, "positions": True},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": True, "positions": True, "stop": False},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {"lang": "nl", "query": True, "positions": True, "lower": False},
            [("the", 0), ("end", 1)],
        ),
        (
            "the end x",
            {
                "lang": "nl",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("the", 0), ("end", 1)],
        ),
        ("the x", {"lang": "en", "query": False, "positions": True}, []),
        (
            "the x",
            {"lang": "en", "query": False, "positions": True, "stop": False},
            [("the", 0)],
        ),
        (
            "the x",
            {"lang": "en", "query": False, "positions": True, "lower": False},
            [],
        ),
        (
            "the x",
            {
                "lang": "en",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [],
        ),
        ("the x", {"lang": "en", "query": True, "positions": True}, [("the", 0)]),
        (
            "the x",
            {"lang": "en", "query": True, "positions": True, "stop": False},
            [("the", 0)],
        ),
        (
            "the x",
            {"lang": "en", "query": True, "positions": True, "lower": False},
            [("the", 0)],
        ),
        (
            "the x",
            {
                "lang": "en",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("the", 0)],
        ),
        ("not to be", {"lang": "en", "query": False, "positions": True}, []),
        (
            "not to be",
            {"lang": "en", "query": False, "positions": True, "stop": False},
            [("not", 0), ("to", 1), ("be", 2)],
        ),
        (
            "not to be",
            {"lang": "en", "query": False, "positions": True, "lower": False},
            [],
        ),
        (
            "not to be",
            {
                "lang": "en",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [],
        ),
        (
            "not to be",
            {"lang": "en", "query": True, "positions": True},
            [("not", 0), ("to", 1), ("be", 2)],
        ),
        (
            "not to be",
            {"lang": "en", "query": True, "positions": True, "stop": False},
            [("not", 0), ("to", 1), ("be", 2)],
        ),
        (
            "not to be",
            {"lang": "en", "query": True, "positions": True, "lower": False},
            [("not", 0), ("to", 1), ("be", 2)],
        ),
        (
            "not to be",
            {
                "lang": "en",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [("not", 0), ("to", 1), ("be", 2)],
        ),
        ("a", {"lang": "en", "query": False, "positions": True}, []),
        ("a", {"lang": "en", "query": False, "positions": True, "stop": False}, []),
        ("a", {"lang": "en", "query": False, "positions": True, "lower": False}, []),
        (
            "a",
            {
                "lang": "en",
                "query": False,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [],
        ),
        ("a", {"lang": "en", "query": True, "positions": True}, []),
        ("a", {"lang": "en", "query": True, "positions": True, "stop": False}, []),
        ("a", {"lang": "en", "query": True, "positions": True, "lower": False}, []),
        (
            "a",
            {
                "lang": "en",
                "query": True,
                "positions": True,
                "stem": False,
                "fold": True,
            },
            [],
        ),
    ]:
        assert tokenize(text, **options) == expected


def test_each_option_leaves_out_one_step():
    title = "The Well-Known Ladies' Éclairs"
    assert tokenize(title, lower=False) == [
        "The",
        "Well",
        "Known",
        "WellKnown",
        "Lady",
        "Éclair",
    ]
    assert tokenize(title, stem=False) == [
        "well",
        "known",
        "wellknown",
        "ladies",
        "éclairs",
    ]
    assert tokenize(title, stop=False)[0] == "the"
    assert tokenize(title, fold=True)[-1] == "eclair"
    found = tokenize(title, query=True, lower=False, stem=False, fold=True)
    assert found == ["The", "WellKnown", "Ladies", "Eclairs"]


def test_positional_arguments():
    found = tokenize("Les Été", "fr", True, False, True, True, False, True, False)
    assert found == [("Les", 0), ("Ete", 1)]
    assert tokenize("les étés", "fr", True, False, True, True, True) == ["ete"]


def test_nothing_has_no_terms():
    before = stats()
    assert tokenize(None) == []
    assert stats() == before
    assert tokenize("") == []
    assert stats()["texts"] == before["texts"] + 1


def test_what_is_counted():
    before = stats()
    tokenize("The end-to-end cat")
    tokenize("the", query=True)
    highlight("one two three", "one two")
    after = stats()
    assert after["texts"] - before["texts"] == 3
    assert after["words"] - before["words"] == 6
    assert after["terms"] - before["terms"] == 8
    stats()["texts"] = 0
    assert stats() == after


def test_what_is_printed(capsys):
    tokenize("The cats", debug=True)
    tokenize("the", "xx", query=True, debug=True)
    tokenize("the", query=True, debug=True)
    tokenize(None, debug=True)
    tokenize("the")
    assert capsys.readouterr().out == (
        "tokenize[en] 2 words, 1 terms: The cats\n"
        "tokenize[xx] 1 words, 1 terms: the\n"
        "tokenize[en] 1 words, 1 terms: the\n"
    )


def test_loaded_stopwords():
    assert load_rules([" STOP : Vol ,ed", "stop: no"]) == 2
    assert tokenize("No Vol 3 Ed") == ["3"]
    assert tokenize("vol no", query=True) == ["vol", "no"]
    assert tokenize("the vol", "de") == ["the", "vol"]
    load_rules(["stop: het"], "nl")
    load_rules(["stop: een"], "nl")
    assert tokenize("het een boek the", "nl") == ["boek", "the"]
    assert tokenize("het the", "en") == ["het"]


def test_loaded_words_that_mean_the_same():
    assert (
        load_rules(["same: Colour = color = hue", "same: hue=tint", "same: x = x"]) == 3
    )
    found = tokenize("Hue, Colours", positions=True)
    assert found == [("hue", 0), ("colour", 0), ("color", 0), ("tint", 0)] + [
        ("colour", 1),
        ("color", 1),
        ("hue", 1),
    ]
    assert tokenize("hue colour", query=True) == ["hue", "colour"]
    assert tokenize("tint", "fr") == ["tint", "hue"]
    assert tokenize("colour-color") == [
        "colour",
        "color",
        "hue",
        "color",
        "colourcolor",
    ]
    load_rules(["same: 日本 = japan", "same: japan = nippon"])
    assert tokenize("日本") == ["日本", "japan"]


def test_lines_that_are_skipped(capsys):
    bad = ["stop", "", "stop:", "  # c", "same: a", "same: a =", "other: a", "stop: a,"]
    assert load_rules([*bad, "stop: vol\n"], "en") == 1
    assert capsys.readouterr().out == (
        "rules: line 1 skipped: stop\n"
        "rules: line 3 skipped: stop:\n"
        "rules: line 5 skipped: same: a\n"
        "rules: line 6 skipped: same: a =\n"
        "rules: line 7 skipped: other: a\n"
        "rules: line 8 skipped: stop: a,\n"
    )
    assert load_rules(bad, "en", False) == 0
    assert load_rules(["?"], verbose=False) == 0
    assert capsys.readouterr().out == ""
    assert tokenize("vol a same") == ["same"]


def test_rules_are_forgotten():
    load_rules(["stop: vol", "same: a1 = b1"])
    load_rules(["stop: het"], "nl")
    reset_rules()
    assert tokenize("the vol a1") == ["vol", "a1"]
    assert tokenize("het", "nl") == ["het"]


@pytest.mark.parametrize(
    "title, query, lang, marked",
    [
        ("The Cities, of the Plain", "city", "en", "The [Cities], of the Plain"),
        ("the who: The WHO", "the who", "en", "[the] [who]: [The] [WHO]"),
        ("Anna’s well-known x", "anna known x", "en", "[Anna’s] [well-known] x"),
        ("Well-known, wellknown", "well-known", "en", "[Well-known], [wellknown]"),
        ("l'Été, les étés d'avant", "ete", "fr", "[l'Été], les [étés] d'avant"),
        ("Straßen der Stadt", "strasse", "de", "[Straßen] der Stadt"),
        ("Straßen der Stadt", "straßen", "de", "[Straßen] der Stadt"),
        ("日本語の本", "本語", "en", "日本語の本"),
        ("(日本語) 日", "本語 日", "en", "([日本語]) [日]"),
        ("one", "", "en", "one"),
        ("", "one", "en", ""),
        ("- cafe\u0301 -", "CAFÉ", "en", "- [cafe\u0301] -"),
        ("a b 7", "7", "nl", "a b [7]"),
    ],
    ids=[str(number) for number in range(13)],
)
def test_what_is_marked(title, query, lang, marked):
    assert highlight(title, query, lang) == marked


def test_marks_can_be_chosen_and_rules_do_not_count():
    assert highlight("a cat", "cats", before="<b>", after="</b>") == "a <b>cat</b>"
    load_rules(["same: cat = tom", "stop: dog"])
    assert highlight("cat tom dog", "tom") == "cat [tom] dog"
    assert highlight("cat tom dog", "dog tom") == "cat [tom] dog"
    assert highlight("cat tom dog", "dog") == "cat tom [dog]"


def test_the_small_index():
    index = Index("fr")
    assert index.search("mer") == []
    index.add("A 1", "La mer")
    index.add("A 2", "L'été à la mer, la mer")
    index.add("A 0", "Mers et étés")
    assert index.search("mer été") == ["A 0", "A 2", "A 1"]
    assert index.search("mer") == ["A 0", "A 1", "A 2"]
    index.add("A 2", "Rien")
    assert len(index) == 3
    assert index.search("ete") == ["A 0"]
    assert (index.remove("A 2"), index.remove("A 2")) == (True, False)
    assert Index("fr", fold=False).search("x") == []
    plain = Index("fr", False)
    plain.add("A 1", "été")
    assert (plain.search("ete"), plain.search("étés")) == ([], ["A 1"])
    assert len(plain) == 1
