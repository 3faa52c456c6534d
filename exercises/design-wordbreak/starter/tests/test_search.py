from shop import TITLES, vocabulary

from quicksearch import SearchBox, Segmenter


def box() -> SearchBox:
    return SearchBox(TITLES, vocabulary())


def test_products_are_found_by_all_words():
    assert box().find("winter jacket") == ["p1"]


def test_the_shop_decides_on_the_order():
    assert box().find("winter") == ["p1", "p2", "p4"]


def test_spelling_and_punctuation_do_not_matter():
    assert box().find("JACKET, Rain!") == ["p3"]
    assert box().find("STRASSENSCHUH") == ["p4"]


def test_an_unknown_word_finds_nothing():
    assert box().find("winter bicycle") == []


def test_an_empty_box_finds_nothing():
    assert box().find(" ") == []


def test_how_a_query_was_understood():
    assert box().reading("Winter,  JACKET") == "winter jacket"


def test_a_known_word_is_searched_for_as_it_is():
    assert box().terms("carpet") == ["carpet"]


def test_what_somebody_may_be_typing():
    assert box().complete("red ca") == ["car", "carpet", "carrier"]
    assert box().complete("red ca", limit=1) == ["car"]
    assert box().complete("") == []


def test_words_without_a_space_are_found():
    assert box().find("redwinterjacket") == ["p1"]


def test_a_text_is_taken_apart():
    assert Segmenter(vocabulary()).best("redjacket").words == ("red", "jacket")


def test_all_ways_to_take_a_text_apart():
    found = list(Segmenter(vocabulary()).splits("carpet"))
    assert found == [("carpet",), ("car", "pet")]
