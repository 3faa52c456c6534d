import pytest

from quicksearch import SearchBox, Segmenter, SegmenterError, Split, Vocabulary

TITLES = {
    "p1": "Red winter jacket",
    "p2": "Winter boots, waterproof",
    "p3": "Straßenschuh Winter",
    "p4": "Carpet, red",
    "p5": "Pet carrier for the car, car, car",
    "p6": "Pet food for a pet",
}


def box(**options):
    vocabulary = Vocabulary.of_texts(TITLES.values())
    if "max_length" in options:
        options["segmenter"] = Segmenter(
            vocabulary, max_length=options.pop("max_length")
        )
    return SearchBox(TITLES, vocabulary, **options)


@pytest.mark.parametrize(
    "query, terms",
    [
        ("redwinterjacket", ["red", "winter", "jacket"]),
        ("petcarrier red", ["pet", "carrier", "red"]),
        ("red PetCarrier", ["red", "pet", "carrier"]),
        ("WINTERSTRASSENSCHUH", ["winter", "strassenschuh"]),
        ("redcarpet", ["red", "carpet"]),
        ("carpet", ["carpet"]),
        ("carpet carpets", ["carpet", "carpets"]),
        ("waterproof, winterboots!", ["waterproof", "winter", "boots"]),
        ("redjaket winterboots", ["redjaket", "winter", "boots"]),
        ("unknown", ["unknown"]),
        ("", []),
    ],
)
def test_unknown_words_are_taken_apart(query, terms):
    assert list(box().terms(query)) == terms
    assert box().reading(query) == " ".join(terms)


def test_a_known_word_stays_whole_though_its_parts_are_cheaper():
    cheap = Vocabulary({"car": 500, "pet": 500, "carpet": 1, "red": 300})
    shop = SearchBox(TITLES, cheap)
    assert cheap.cost("car") + cheap.cost("pet") < cheap.cost("carpet")
    assert list(shop.terms("carpet")) == ["carpet"]
    assert shop.find("carpet") == ["p4"]


def test_products_are_found_by_the_parts():
    assert box().find("redwinterjacket") == ["p1"]
    assert box().find("WinterBoots") == ["p2"]
    assert box().find("winterred") == ["p1"]
    assert box().find("redjaket") == []


def test_what_is_too_long_for_the_segmenter_stays_as_it_is():
    strict = box(max_length=8)
    assert list(strict.terms("redredred redred red")) == [
        "redredred",
        "red",
        "red",
        "red",
    ]


def test_each_word_is_a_text_of_its_own():
    strict = box(max_length=8)
    assert list(strict.terms("petfood redpet carred")) == [
        "pet",
        "food",
        "red",
        "pet",
        "car",
        "red",
    ]


def test_the_box_uses_the_segmenter_that_it_is_given():
    class Guessing(Segmenter):
        def best(self, text):
            return Split((text[:2], text[2:]), 7)

    vocabulary = Vocabulary.of_texts(TITLES.values())
    shop = SearchBox(TITLES, vocabulary, segmenter=Guessing(vocabulary))
    assert list(shop.terms("wxyz winter")) == ["wx", "yz", "winter"]


def test_any_reason_of_the_segmenter_leaves_a_word_as_it_is():
    class Impatient(Segmenter):
        def best(self, text):
            raise SegmenterError(f"not now: {text}")

    vocabulary = Vocabulary.of_texts(TITLES.values())
    shop = SearchBox(TITLES, vocabulary, segmenter=Impatient(vocabulary))
    assert list(shop.terms("winterred winter")) == ["winterred", "winter"]
