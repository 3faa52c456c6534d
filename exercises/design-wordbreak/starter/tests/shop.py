"""A small shop, for tests."""

from quicksearch import Vocabulary

TITLES = {
    "p1": "Red winter jacket",
    "p2": "Winter boots, waterproof",
    "p3": "Jacket (rain)",
    "p4": "Straßenschuh Winter",
    "p5": "Carpet, red",
    "p6": "Pet carrier for the car",
}


def vocabulary() -> Vocabulary:
    """Return the words of all titles."""
    return Vocabulary.of_texts(TITLES.values())
