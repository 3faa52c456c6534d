"""Byte pieces: which there are, when they are used, and what becomes of them."""

import random
import re

import pytest
from samples import ids, merges, small, vocabulary

from piecework import END, MARK, UNKNOWN, Merges, Tokenizer, Vocabulary

NAMES = [f"<0x{value:02X}>" for value in range(256)]


def exact() -> Tokenizer:
    return Tokenizer(vocabulary().with_bytes(), merges())


def spell(text: str) -> list[str]:
    """Return the pieces of a text, by name."""
    known = vocabulary().with_bytes()
    return [known.piece(number) for number in exact().encode(text)]


def show(*pieces: str) -> str:
    """Decode pieces, with one sign for each run of signs."""
    known = vocabulary().with_bytes()
    text = exact().decode(known.id_of(piece) for piece in pieces)
    return re.sub("\ufffd+", "\ufffd", text)


def test_byte_pieces_are_added_behind():
    old = vocabulary()
    assert list(old.with_bytes()) == [*old, *NAMES]
    assert not old.has_bytes


def test_byte_pieces_are_added_once():
    new = vocabulary().with_bytes()
    assert list(new.with_bytes()) == list(new)
    odd = Vocabulary([UNKNOWN, END, "<0x01>", MARK])
    assert list(odd.with_bytes()) == [*odd, "<0x00>", *NAMES[2:]]
    assert odd.with_bytes().has_bytes


def test_has_bytes_goes_by_the_pieces():
    assert Vocabulary.loads(vocabulary().with_bytes().dumps()).has_bytes
    assert not Vocabulary([UNKNOWN, END, MARK, *NAMES[:255]]).has_bytes


def test_unknown_characters_are_spelt_in_bytes():
    assert spell("Ngọc") == ["▁", "Ng", "<0xE1>", "<0xBB>", "<0x8D>", "c"]
    assert spell("the~cat") == ["▁the", "<0x7E>", "c", "at"]


def test_known_texts_keep_their_ids():
    for text in ("the cat", "The Judge, 42, (sat).", "", "é한ệ the"):
        assert exact().encode(text) == small().encode(text)


def test_old_vocabularies_still_have_unknown_characters():
    assert small().encode("ßß") == ids(MARK, UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Ngọc",
        " two  spaces, tab\tand line\r\n",
        "▁ a▁b ▁▁",
        "cafe\u0301 \u1112\u1161\u11ab \u0958 \u212b",
        "half \ud83e and other half \udd8a",
        "<unk> <0x41> ⁇ \ufffd",
    ],
    ids=["names", "space", "mark", "letters", "halves", "look-alikes"],
)
def test_every_text_comes_back(text):
    assert exact().decode(exact().encode(text)) == text


def test_any_text_comes_back():
    chance = random.Random(1)
    for _ in range(150):
        text = "".join(chance.choices("the catN ▁\t\u0301ß🦊\ud83e\u1161\ufffd", k=8))
        assert exact().decode(exact().encode(text)) == text


def test_marks_can_be_merged():
    known = Vocabulary([UNKNOWN, END, MARK, MARK * 2]).with_bytes()
    tokenizer = Tokenizer(known, Merges([(MARK, MARK)]))
    for text in ("", " ", "  ", "   ▁ ", "a   a"):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_bad_bytes_are_shown_and_nothing_else_changes():
    assert show("▁the", "<0xE1>", "<0xBB>") == "the\ufffd"
    assert show("<0x8D>", "▁cat", "<0xFF>", ".") == "\ufffd cat\ufffd."
    assert show("<0xC3>", "<0x9F>", "<0xE1>", "<0x41>", END) == "ß\ufffdA"


def test_a_space_that_came_as_a_byte_is_shown():
    assert show("<0x20>", "▁cat", "<0x20>") == "  cat "
    assert show(END, "<0x20>", "a") == " a"


def test_half_a_pair_is_text_beside_bad_bytes():
    assert (
        show("<0xFF>", "<0xED>", "<0xA0>", "<0xBD>", "<0xE1>") == "\ufffd\ud83d\ufffd"
    )


def test_any_bytes_can_be_shown():
    chance = random.Random(2)
    for _ in range(60):
        chosen = chance.choices(NAMES, k=4)
        assert show("a", *chosen, "b")[:: len(show("a", *chosen, "b")) - 1] == "ab"


def test_heads_hold_whole_characters():
    heads = [exact().head("Ngọc", limit) for limit in range(8)]
    assert heads == ["", "", "Ng", "Ng", "Ng", "Ngọ", "Ngọc", "Ngọc"]


def test_a_head_can_end_in_a_sign_of_the_text():
    assert exact().head("a\ufffdb", 5) == "a\ufffd"
    assert exact().head(" a\t", 3) == " a"


def test_heads_of_old_vocabularies_stay():
    assert small().head(" the  ß", 3) == "the ⁇"
    with pytest.raises(ValueError):
        exact().head("the", -1)
