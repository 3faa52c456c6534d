import random
import unicodedata

import pytest
from samples import merges, vocabulary

from piecework import END, MARK, UNKNOWN, Merges, Tokenizer, Vocabulary, train


def tokenizers():
    bare = Vocabulary([UNKNOWN, END, MARK])
    indented = Vocabulary([UNKNOWN, END, MARK, MARK + MARK, "a", MARK + "a"])
    learnt, pairs = train(["a\u0301 cat\u2047 sat \ufffd. A cat sat."], size=40)
    return [
        Tokenizer(vocabulary().with_bytes(), merges()),
        Tokenizer(bare.with_bytes(), Merges([])),
        Tokenizer(indented.with_bytes(), Merges([(MARK, MARK), (MARK, "a")])),
        Tokenizer(learnt.with_bytes(), pairs),
    ]


def changed(texts):
    return [
        (text, came)
        for tokenizer in tokenizers()
        for text in texts
        if (came := tokenizer.decode(tokenizer.encode(text))) != text
    ]


def test_names_come_back():
    assert (
        changed(["Ngọc", "Nguyễn Thị Ngọc", "Łukasz ß 世界", "👩‍👩‍👧", "مرحبا"]) == []
    )


def test_composed_and_decomposed_letters_both_come_back():
    texts = ["cafe\u0301", "café", "Ngo\u0323c", "e\u0302\u0323", "e\u0323\u0302"]
    texts += [
        "\u1112\u1161\u11ab",
        "한",
        "\u212b",
        "\u0958",
        "\u0301a",
        "\ufb01",
        "\u2000",
    ]
    assert changed(texts) == []
    assert changed([unicodedata.normalize("NFD", text) for text in texts]) == []


def test_white_space_comes_back():
    texts = ["", " ", "  ", "   ", " a", "a ", "  a  b  ", "a\tb", "\n", "\n a\r\n\n"]
    texts += ["\u00a0a\u3000", "\x1c\x85\u2028", "a \n b", "\t", "\ta", "  . a"]
    assert changed(texts) == []


def test_the_mark_itself_comes_back():
    texts = ["▁", "▁▁", "▁a", "a▁b", " ▁", "▁ ", "▁ ▁a ▁", "Name: ▁▁▁▁▁▁"]
    assert changed(texts) == []


@pytest.mark.parametrize("half", ["\ud83e", "\udd8a", "\ud800", "\udfff"])
def test_half_a_surrogate_pair_comes_back(half):
    texts = [half, f"the {half}", f"{half}cat", half + half, f"a{half} b{half}\n"]
    texts += ["\ud83e\udd8a", "\udd8a\ud83e", f"{half}🦊{half}"]
    assert changed(texts) == []


def test_what_looks_like_a_piece_comes_back_as_it_looks():
    texts = [UNKNOWN, END, "<0x41>", "a<unk>b", "<0xE1><0xBB>", "⁇", "\ufffd", "\x00"]
    assert changed(texts) == []


def test_each_character_comes_back():
    chance = random.Random(5)
    points = [*range(0x0, 0x180), *range(0x2570, 0x2590), *range(0xD7F0, 0xD810)]
    points += [0xDFFF, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF]
    chance.shuffle(points)
    text = "".join(map(chr, points))
    assert changed([text[at : at + 100] for at in range(0, len(text), 100)]) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_text_comes_back(seed):
    chance = random.Random(seed)
    alphabet = (
        "the catNJudg.,  ▁▁\t\né\u0301\u0323o한\u1112\u1161\ufffd⁇ß🦊\ud83e\udd8a<0x41>"
    )
    texts = [
        "".join(chance.choices(alphabet, k=chance.randint(1, 14))) for _ in range(60)
    ]
    assert changed(texts) == []
