from shelfmark import Language, analyze, index_stages, language, query_stages


def texts(text, made, stages=index_stages):
    return [term.text for term in analyze(text, stages(made))]


def dutch():
    return Language(
        "nl",
        stopwords=frozenset(["de", "het", "een"]),
        elisions=frozenset(["d", "zo"]),
        genitives=frozenset(["s", "er"]),
        stem=lambda word: word.removesuffix("en") if len(word) > 4 else word,
    )


def test_a_new_language_needs_nothing_else():
    title = "De Avonden, d'Artagnan, Anna's een-twee 'n boeken"
    expected = ["avond", "artagnan", "anna", "een", "twee", "eentwee", "boek"]
    assert texts(title, dutch()) == expected
    expected = ["avond", "artagnan", "anna", "eentwee", "boek"]
    assert texts(title, dutch(), query_stages) == expected
    assert texts("de het", dutch(), query_stages) == ["de", "het"]
    assert texts("de het", dutch()) == []


def test_elisions_and_genitives_in_any_case():
    assert texts("D'Arc ZO’N d'ARC", dutch()) == ["arc", "arc"]
    assert texts("ANNA'S Anna’s anna'ER", dutch()) == ["anna", "anna", "anna"]
    assert texts("L'HOMME QU’IL", language("fr")) == ["homme", "il"]
    assert texts("ANNA'S", language("en")) == ["anna"]


def test_elisions_come_first_and_genitives_last():
    assert texts("d'Anna's", dutch()) == ["anna"]
    assert texts("O'Brien's s'Anna'd", dutch()) == ["obri", "sannad"]
    assert texts("rock'd'er", dutch()) == ["rockd"]
    assert texts("d'zo'x", dutch()) == ["zox"]
    assert texts("O'Brien's", language("en")) == ["obrien"]
    assert texts("l'a'b", language("fr")) == ["ab"]


def test_a_name_means_nothing():
    loud = Language("en", stem=lambda word: word + "!")
    assert texts("The cities", loud) == ["the!", "cities!"]
    assert texts("The cities", loud, query_stages) == ["the!", "cities!"]
    assert texts("l'homme's", Language("fr")) == ["lhommes"]
    quiet = Language("de", stopwords=frozenset(["haus"]))
    assert texts("Das Haus, die Häuser", quiet) == ["das", "die", "häuser"]


def test_the_ending_goes_from_words_in_lower_case():
    seen = []

    def stem(word):
        seen.append(word)
        return word

    made = Language("xx", stopwords=frozenset(["no"]), stem=stem)
    assert texts("No ÉTÉ Well-Known X'Y", made) == [
        "été",
        "well",
        "known",
        "wellknown",
        "xy",
    ]
    assert {"été", "well", "known", "wellknown", "xy"} <= set(seen)
    assert [word for word in seen if word != word.lower()] == []


def test_languages_that_are_known():
    assert language("en").name == "en"
    assert (language("fr").name, language("de").name) == ("fr", "de")
    assert language("en").stem("cities") == "city"
    assert language("fr").stem("chevaux") == "cheval"
    assert language("de").stem("kindern") == "kind"
    assert "the" in language("en").stopwords
    assert "les" in language("fr").stopwords
    assert texts("The cities", language("en")) == ["city"]
    assert texts("Les chevaux", language("fr")) == ["cheval"]
    assert texts("Die Kindern", language("de")) == ["kind"]


def test_languages_of_which_nothing_is_known():
    made = language("nl")
    assert made.name == "nl"
    assert made.stem("avonden") == "avonden"
    assert sorted(made.stopwords) == []
    assert texts("De l'avonden's the", made) == ["de", "lavondens", "the"]


def test_stopwords_are_those_of_the_language():
    assert texts("the und les", language("en")) == ["und", "les"]
    assert texts("the und les", language("de")) == ["the", "les"]
