import random
import re

import pytest
from samples import merges, vocabulary

from piecework import END, UNKNOWN, Tokenizer


def exact():
    return Tokenizer(vocabulary().with_bytes(), merges())


def ids(*pieces):
    known = vocabulary().with_bytes()
    return [known.id_of(piece) for piece in pieces]


def shown(*pieces):
    """What pieces stand for; how many signs there are for bad bytes is left open."""
    return re.sub("\ufffd+", "\ufffd", exact().decode(ids(*pieces)))


def test_a_character_cut_short_is_shown_as_a_sign():
    tokens = exact().encode("Ngọc")
    texts = [re.sub("\ufffd+", "\ufffd", exact().decode(tokens[:n])) for n in range(7)]
    assert texts == ["", "", "Ng", "Ng\ufffd", "Ng\ufffd", "Ngọ", "Ngọc"]


def test_a_character_without_its_beginning_is_shown_as_a_sign():
    assert shown("<0xBB>", "<0x8D>", "c", "at") == "\ufffdcat"
    assert shown("▁the", "<0x8D>") == "the\ufffd"


def test_pieces_around_bad_bytes_stay():
    assert shown("▁the", "<0xE1>", "▁cat", "<0xBB>", ".") == "the\ufffd cat\ufffd."
    assert shown("▁Judge", "<0xFF>", "<0xFE>", "▁", "Ng") == "Judge\ufffd Ng"


def test_good_bytes_around_bad_bytes_stay():
    assert shown("<0xC3>", "<0x9F>", "<0xFF>", "<0x41>") == "ß\ufffdA"
    assert shown("<0xE1>", "<0x41>", "<0xC3>", "<0x9F>") == "\ufffdAß"
    good = ["<0xE1>", "<0xBB>", "<0x8D>"]
    assert shown(*good, *good[:2], *good, *good[:1]) == "ọ\ufffdọ\ufffd"


def test_a_space_that_came_as_a_byte_is_shown():
    assert shown("<0x20>", "a") == " a"
    assert shown("<0x20>", "▁cat") == "  cat"
    assert shown("▁", "<0x20>", "<0xFF>") == " \ufffd"
    assert shown(END, "▁the", "<0x20>", "at") == "the at"


def test_half_a_surrogate_pair_stays_beside_bad_bytes():
    half = ["<0xED>", "<0xA0>", "<0xBD>"]
    assert shown(*half, "<0xFF>") == "\ud83d\ufffd"
    assert shown("<0xFF>", *half) == "\ufffd\ud83d"
    assert shown("a", *half, "<0xE1>", "b") == "a\ud83d\ufffdb"
    assert shown("<0xC3>", *half, "<0xC3>", *half) == "\ufffd\ud83d\ufffd\ud83d"


def test_bytes_are_shown_beside_special_pieces():
    assert shown("▁the", "<0xC3>", "<0x9F>", END) == "theß"
    assert shown("<0xC3>", "<0x9F>", UNKNOWN, "<0x41>") == "ß⁇A"


@pytest.mark.parametrize("seed", range(2))
def test_whatever_a_model_says_can_be_shown(seed):
    chance = random.Random(seed)
    known = vocabulary().with_bytes()
    tokenizer = exact()
    first = known.id_of("<0x00>")
    for _ in range(60):
        numbers = chance.choices(range(first, first + 256), k=chance.randint(1, 6))
        raw = bytes(number - first for number in numbers)
        text = tokenizer.decode(ids("a") + numbers + ids("b"))
        assert (text[0], text[-1]) == ("a", "b")
        if b"\xed" not in raw:
            expected = raw.decode("utf-8", "replace")
            squeezed = re.sub("\ufffd+", "\ufffd", text[1:-1])
            assert squeezed == re.sub("\ufffd+", "\ufffd", expected)
    with pytest.raises(ValueError):
        tokenizer.decode([len(known)])


def test_the_head_of_a_name_ends_with_a_whole_letter():
    heads = [exact().head("Ngọc", limit) for limit in range(9)]
    assert heads == ["", "", "Ng", "Ng", "Ng", "Ngọ", "Ngọc", "Ngọc", "Ngọc"]


@pytest.mark.parametrize(
    "text, heads",
    [
        ("the 🦊!", ["", "the", "the ", "the ", "the ", "the ", "the 🦊", "the 🦊!"]),
        ("the  cat", ["", "the", "the ", "the  cat"]),
        (" the", ["", "", " the"]),
        ("o\u0323\u0302", ["", "", "o", "o", "o\u0323", "o\u0323", "o\u0323\u0302"]),
        ("ßß", ["", "", "", "ß", "ß", "ßß"]),
        ("", ["", ""]),
    ],
    ids=["fox", "gap", "space", "marks", "eszett", "empty"],
)
def test_the_head_of_a_text_is_its_beginning(text, heads):
    assert [exact().head(text, limit) for limit in range(len(heads))] == heads
    assert heads[-1] == text


def test_a_sign_in_the_text_itself_is_no_half_character():
    text = "a\ufffd\ufffdb\ufffd"
    heads = [exact().head(text, limit) for limit in range(14)]
    assert heads[1:6] == ["", "a", "a", "a", "a\ufffd"]
    assert heads[8:13] == ["a\ufffd\ufffd", "a\ufffd\ufffdb"] + [
        "a\ufffd\ufffdb"
    ] * 2 + [text]


def test_the_head_has_a_floor():
    assert exact().head("the cat", 0) == ""
    with pytest.raises(ValueError):
        exact().head("the cat", -1)
