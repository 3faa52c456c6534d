from shelfmark import Index


def test_books_are_found_by_their_words():
    index = Index()
    index.add("D 1", "A Tale of Two Cities")
    index.add("D 2", "The City and the City")
    index.add("D 3", "Invisible Cities")
    assert index.search("tale of a city") == ["D 1", "D 2", "D 3"]
    assert index.search("nothing") == []


def test_a_book_can_be_replaced_and_removed():
    index = Index("fr")
    index.add("H 1", "L'Été")
    index.add("H 1", "L'Étranger")
    assert index.search("ete") == []
    assert index.search("etranger") == ["H 1"]
    assert index.remove("H 1")
    assert not index.remove("H 1")
    assert len(index) == 0
