import random
import unicodedata

import pytest
from samples import small

from piecework import MARK, UNKNOWN, normalize


def trace(text):
    encoding = small().trace(text)
    return [
        (piece, *span)
        for piece, span in zip(encoding.pieces, encoding.spans, strict=True)
    ]


def test_a_mark_stands_for_all_the_white_space_it_replaced():
    assert trace("the \t\n cat") == [("▁the", 0, 3), ("▁cat", 3, 10)]
    assert trace("a\u00a0\u3000.") == [
        ("▁", 0, 0),
        ("a", 0, 1),
        ("▁", 1, 3),
        (".", 3, 4),
    ]


def test_white_space_at_the_ends_stands_for_nothing():
    assert trace(" \n the cat \t ") == [("▁the", 3, 6), ("▁cat", 6, 10)]
    assert trace("   ") == []


def test_the_first_mark_is_empty_where_the_first_word_begins():
    assert trace("  ß the ") == [("▁", 2, 2), (UNKNOWN, 2, 3), ("▁the", 3, 7)]
    assert trace("\n\nBat") == [("▁", 2, 2), ("B", 2, 3), ("at", 3, 5)]


def test_a_composed_letter_stands_for_all_it_was_made_of():
    assert trace("cafe\u0301 the") == [
        ("▁c", 0, 1),
        ("a", 1, 2),
        ("f", 2, 3),
        ("é", 3, 5),
        ("▁the", 5, 9),
    ]
    assert trace("A\u030a\u212bÅ") == [
        ("▁", 0, 0),
        ("Å", 0, 2),
        ("Å", 2, 3),
        ("Å", 3, 4),
    ]


@pytest.mark.parametrize(
    "letters", ["e\u0323\u0302", "e\u0302\u0323", "\u1eb9\u0302", "ê\u0323", "ệ"]
)
def test_a_letter_with_two_marks_in_any_order(letters):
    at = 4 + len(letters)
    assert trace(f"Ng {letters} the") == [
        ("▁", 0, 0),
        ("Ng", 0, 2),
        ("▁", 2, 3),
        ("ệ", 3, at - 1),
        ("▁the", at - 1, at + 3),
    ]


def test_a_syllable_of_hangul_stands_for_its_letters():
    syllable = "\u1112\u1161\u11ab"
    assert trace(f"{syllable}{syllable} the한") == [
        ("▁", 0, 0),
        ("한", 0, 3),
        ("한", 3, 6),
        ("▁the", 6, 10),
        ("한", 10, 11),
    ]
    assert trace("\ud558\u11ab.")[1:] == [("한", 0, 2), (".", 2, 3)]


def test_characters_made_of_one_all_stand_for_it():
    assert trace("a\u0958.") == [
        ("▁", 0, 0),
        ("a", 0, 1),
        ("क", 1, 2),
        ("\u093c", 1, 2),
        (".", 2, 3),
    ]


def test_a_piece_made_of_several_letters_reaches_from_first_to_last():
    assert trace(" the  cate\u0301 ") == [("▁the", 1, 4), ("▁cat", 4, 9), ("é", 9, 11)]


def test_unknown_letters_stand_for_all_they_were_made_of():
    assert trace("o\u0323  Ngo\u0323c") == [
        ("▁", 0, 0),
        (UNKNOWN, 0, 2),
        ("▁", 2, 4),
        ("Ng", 4, 6),
        (UNKNOWN, 6, 8),
        ("c", 8, 9),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_what_a_span_covers_is_what_the_piece_says(seed):
    chance = random.Random(seed)
    parts = ["the", "cat", " ", "  ", "\n", "\t ", "e\u0301", "é", "e\u0323\u0302", "."]
    parts += [
        "\u1112\u1161\u11ab",
        "A\u030a",
        "\u212b",
        "Ng",
        "a\u0300",
        "Judge",
        "\u3000",
    ]
    for _ in range(60):
        text = "".join(chance.choices(parts, k=chance.randint(1, 9)))
        encoding = small().trace(text)
        said = [piece.replace(MARK, " ").strip() for piece in encoding.pieces]
        assert [normalize(text[a:b]) for a, b in encoding.spans] == said
        assert list(encoding.ids) == small().encode(text)
        ends = [place for span in encoding.spans for place in span]
        assert ends == sorted(ends)
        covered = "".join(text[a:b] for a, b in encoding.spans)
        assert unicodedata.normalize("NFC", covered) == unicodedata.normalize(
            "NFC", text.strip()
        )
