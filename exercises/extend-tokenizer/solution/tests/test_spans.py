"""Where tokens are in the text as it was given."""

import random

import pytest
from samples import merges, small, vocabulary

from piecework import MARK, UNKNOWN, Tokenizer, normalize


def exact() -> Tokenizer:
    return Tokenizer(vocabulary().with_bytes(), merges())


def places(tokenizer: Tokenizer, text: str) -> list[tuple[str, int, int]]:
    encoding = tokenizer.trace(text)
    assert list(encoding.ids) == tokenizer.encode(text)
    return [
        (piece, *span)
        for piece, span in zip(encoding.pieces, encoding.spans, strict=True)
    ]


@pytest.mark.parametrize("make", [small, exact])
def test_plain_text(make):
    tokenizer = make()
    expected = [("▁the", 0, 3), ("▁", 3, 4), ("b", 4, 5), ("at", 5, 7)]
    assert places(tokenizer, "the bat, the") == [
        *expected,
        (",", 7, 8),
        ("▁the", 8, 12),
    ]
    assert places(tokenizer, "Ng") == [("▁", 0, 0), ("Ng", 0, 2)]
    assert places(tokenizer, "") == []


def test_a_run_of_unknown_characters():
    expected = [("▁", 0, 0), (UNKNOWN, 0, 2), ("a", 2, 3), ("▁", 3, 4), (UNKNOWN, 4, 5)]
    assert places(small(), "ßọa ß") == expected


def test_bytes_share_the_span_of_their_character():
    expected = [("▁", 0, 0), ("a", 0, 1), ("<0xC3>", 1, 2), ("<0x9F>", 1, 2)]
    assert places(exact(), "aß the") == [*expected, ("▁the", 2, 6)]


def test_with_bytes_all_of_the_text_is_covered():
    chance = random.Random(1)
    for _ in range(60):
        text = "".join(chance.choices("the cat \t▁\u0301ß🦊\ud83e\u1112\u1161", k=9))
        spans = list(dict.fromkeys(exact().trace(text).spans))
        assert "".join(text[start:end] for start, end in spans) == text


def test_white_space():
    assert places(small(), "\t the \n cat ") == [("▁the", 2, 5), ("▁cat", 5, 11)]
    assert places(small(), "  ß") == [("▁", 2, 2), (UNKNOWN, 2, 3)]
    assert places(small(), "Ng \n .")[2:] == [("▁", 2, 5), (".", 5, 6)]
    assert places(exact(), "  the") == [("▁", 0, 0), ("▁", 0, 1), ("▁the", 1, 5)]


@pytest.mark.parametrize(
    "given, letter",
    [
        ("e\u0301", "é"),
        ("e\u0302\u0323", "ệ"),
        ("e\u0323\u0302", "ệ"),
        ("\u1112\u1161\u11ab", "한"),
        ("\ud558\u11ab", "한"),
        ("\u212b", "Å"),
    ],
)
def test_composed_letters(given, letter):
    end = 4 + len(given)
    expected = [("▁the", 0, 3), ("▁", 3, 4), (letter, 4, end), ("▁cat", end, end + 4)]
    assert places(small(), f"the {given} cat") == expected


def test_one_character_can_become_two():
    expected = [("▁", 0, 0), ("क", 0, 1), ("\u093c", 0, 1), ("a", 1, 2)]
    assert places(small(), "\u0958a") == expected


def test_slices_of_the_source_say_what_the_pieces_say():
    chance = random.Random(2)
    parts = [
        "the",
        "cat",
        " ",
        "\n ",
        "e\u0301",
        "\u1112\u1161\u11ab",
        "A\u030a",
        "\u212b",
    ]
    for _ in range(60):
        text = "".join(chance.choices(parts, k=7))
        for piece, start, end in places(small(), text):
            assert normalize(text[start:end]) == piece.replace(MARK, " ").strip()
