from shelfmark import Rules, Term, analyze, index_stages, language, query_stages


def texts(terms):
    return [term.text for term in terms]


def test_without_stages_there_are_words():
    words = analyze(" L’Homme's, well-known_x 日本 cafe\u0301 -7- ''", ())
    assert [tuple(word) for word in words] == [
        ("L’Homme's", 0, 1, 10),
        ("well-known", 1, 12, 22),
        ("x", 2, 23, 24),
        ("日本", 3, 25, 27),
        ("cafe\u0301", 4, 28, 33),
        ("7", 5, 35, 36),
    ]
    assert list(analyze("", ())) == []
    assert texts(analyze("a--b 'c' d-", [])) == ["a", "b", "c", "d"]


def test_stages_are_gone_through_in_order():
    def upper(terms):
        return [term._replace(text=term.text.upper()) for term in terms]

    def twice(terms):
        for term in terms:
            yield term
            yield term._replace(text=term.text + "!")

    def no_capitals(terms):
        return (term for term in terms if term.text != term.text.upper())

    assert texts(analyze("a Bc", [upper, twice])) == ["A", "A!", "BC", "BC!"]
    assert texts(analyze("a Bc", (twice, no_capitals, upper))) == [
        "A",
        "A!",
        "BC",
        "BC!",
    ]
    assert texts(analyze("a Bc", (upper, no_capitals))) == []


def test_a_stage_of_ones_own_before_the_others():
    def formulas(terms):
        for term in terms:
            name = {"H2O": "Waters", "NaCl": "Salt-Lake"}.get(term.text, term.text)
            yield term._replace(text=name)

    stages = (formulas, *index_stages(language("en")))
    assert [tuple(term) for term in analyze("The H2O of NaCl, h2o", stages)] == [
        ("water", 1, 4, 7),
        ("salt", 3, 11, 15),
        ("lake", 3, 11, 15),
        ("saltlake", 3, 11, 15),
        ("h2o", 4, 17, 20),
    ]
    stages = (formulas, *query_stages(language("en")))
    assert texts(analyze("the H2O NaCl", stages)) == ["water", "saltlake"]


def test_a_stage_of_ones_own_behind_the_others():
    def shelf_marks(terms):
        found = list(terms)
        for term in found:
            yield term
            if term.text.isdigit():
                yield Term("nr" + term.text, term.position, term.start, term.end)

    stages = index_stages(language("fr")) + (shelf_marks,)
    found = [tuple(term) for term in analyze("Les 7 chevaux", stages)]
    assert found == [("7", 1, 4, 5), ("nr7", 1, 4, 5), ("cheval", 2, 6, 13)]
    stages = query_stages(language("fr")) + (shelf_marks,)
    found = [tuple(term) for term in analyze("les 7 chevaux", stages)]
    assert found == [("7", 0, 4, 5), ("nr7", 0, 4, 5), ("cheval", 1, 6, 13)]


def test_terms_that_can_be_gone_through_only_once():
    for make in (index_stages, query_stages):
        stages = ((lambda terms: iter(list(terms))), *make(language("en")))
        assert texts(analyze("Two cats, the who", stages)) == ["two", "cat"]
        assert texts(analyze("the who", stages)) == texts(
            analyze("the who", make(language("en")))
        )


def test_the_index_leaves_positions_as_it_finds_them():
    def every_tenth(terms):
        return [term._replace(position=10 * term.position + 5) for term in terms]

    stages = (every_tenth, *index_stages(language("en")))
    found = [term[:2] for term in analyze("The two-one cats", stages)]
    assert found == [("two", 15), ("one", 15), ("twoone", 15), ("cat", 25)]


def test_queries_number_anew_what_they_find():
    def every_tenth(terms):
        return [term._replace(position=10 * term.position + 5) for term in terms]

    def without_numbers(terms):
        return [term for term in terms if not term.text.isdigit()]

    stages = (every_tenth, *query_stages(language("en")))
    found = [term[:2] for term in analyze("the two cats of one", stages)]
    assert found == [("two", 0), ("cat", 1), ("one", 2)]
    found = [term[:2] for term in analyze("the who", stages)]
    assert found == [("the", 0), ("who", 1)]
    stages = (without_numbers, *query_stages(language("en")))
    found = [term[:2] for term in analyze("7 two of 8 cats", stages)]
    assert found == [("two", 0), ("cat", 1)]


def test_stages_can_be_used_for_any_number_of_texts():
    rules = Rules(synonyms={"cat": ("tom",)})
    for make, expected in ((index_stages, ["cat", "tom"]), (query_stages, ["cat"])):
        stages = make(language("en"), rules)
        assert isinstance(stages, tuple)
        for _ in range(3):
            assert texts(analyze("Cats, the", stages)) == expected


def test_a_text_gets_no_term_from_another():
    seen = []

    def note(terms):
        for term in terms:
            seen.append(term.text)
            yield term

    stages = (note, *index_stages(language("en")), note)
    analyze("The cats", stages)
    analyze("Dogs", stages)
    assert sorted(seen) == ["Dogs", "The", "cat", "cats", "dog"]
