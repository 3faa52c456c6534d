"""A small vocabulary of which every piece is known, for tests."""

import string

from piecework import END, MARK, UNKNOWN, Merges, Tokenizer, Vocabulary

PAIRS = [
    ("h", "e"),
    (MARK, "t"),
    (MARK + "t", "he"),
    ("a", "t"),
    (MARK, "c"),
    (MARK + "c", "at"),
    ("N", "g"),
    (MARK, "J"),
    (MARK + "J", "u"),
    ("d", "g"),
    ("dg", "e"),
    (MARK + "Ju", "dge"),
]
ALPHABET = MARK + string.ascii_letters + string.digits + ".,;:!?()'" + "éàÅệ한क़"


def vocabulary() -> Vocabulary:
    """Return the pieces of the small vocabulary, without those for bytes."""
    merged = [left + right for left, right in PAIRS]
    return Vocabulary([UNKNOWN, END, *ALPHABET, *merged])


def merges() -> Merges:
    """Return the merges that go with the small vocabulary."""
    return Merges(PAIRS)


def small() -> Tokenizer:
    """Return a tokenizer as those of the models in service are."""
    return Tokenizer(vocabulary(), merges())


def ids(*pieces: str) -> list[int]:
    """Return the ids of pieces of the small vocabulary."""
    return [vocabulary().id_of(piece) for piece in pieces]
