import random

import pytest
from samples import merges, small, vocabulary

from piecework import MARK, UNKNOWN, Tokenizer, train


def exact():
    return Tokenizer(vocabulary().with_bytes(), merges())


def trace(tokenizer, text):
    encoding = tokenizer.trace(text)
    return [
        (piece, *span)
        for piece, span in zip(encoding.pieces, encoding.spans, strict=True)
    ]


def test_a_piece_is_found_where_it_is():
    expected = [("▁the", 0, 3), ("▁cat", 3, 7), (",", 7, 8), ("▁cat", 8, 12)]
    assert trace(small(), "the cat, cat") == expected
    assert trace(exact(), "the cat, cat") == expected


def test_words_without_a_piece_of_their_own():
    expected = [("▁", 0, 0), ("T", 0, 1), ("he", 1, 3), ("▁", 3, 4), ("b", 4, 5)]
    expected += [("at", 5, 7), ("▁", 7, 8), ("(", 8, 9), ("he", 9, 11), (")", 11, 12)]
    assert trace(small(), "The bat (he)") == expected
    assert trace(exact(), "The bat (he)") == expected


def test_a_run_of_unknown_characters_has_one_span():
    assert trace(small(), "Ngọßc ßß") == [
        ("▁", 0, 0),
        ("Ng", 0, 2),
        (UNKNOWN, 2, 4),
        ("c", 4, 5),
        ("▁", 5, 6),
        (UNKNOWN, 6, 8),
    ]
    expected = [("▁", 0, 0), (UNKNOWN, 0, 1), (UNKNOWN, 1, 2), ("▁", 2, 3)]
    assert trace(small(), "ß† †") == [*expected, (UNKNOWN, 3, 4)]


def test_all_bytes_of_a_character_have_its_span():
    assert trace(exact(), "Ngọc 🦊s") == [
        ("▁", 0, 0),
        ("Ng", 0, 2),
        ("<0xE1>", 2, 3),
        ("<0xBB>", 2, 3),
        ("<0x8D>", 2, 3),
        ("c", 3, 4),
        ("▁", 4, 5),
        ("<0xF0>", 5, 6),
        ("<0x9F>", 5, 6),
        ("<0xA6>", 5, 6),
        ("<0x8A>", 5, 6),
        ("s", 6, 7),
    ]


def test_a_mark_in_the_text_itself_has_its_own_span():
    assert trace(small(), "▁a▁t, the") == [
        ("▁", 0, 0),
        ("▁", 0, 1),
        ("a", 1, 2),
        ("▁", 2, 3),
        ("t", 3, 4),
        (",", 4, 5),
        ("▁the", 5, 9),
    ]


def test_spans_count_characters_after_wide_ones():
    assert trace(exact(), "🦊 the")[-1] == ("▁the", 1, 5)
    assert trace(small(), "🦊 the")[-1] == ("▁the", 1, 5)


def test_nothing_is_left_out_with_byte_pieces():
    assert trace(exact(), "  the\t~") == [
        ("▁", 0, 0),
        ("▁", 0, 1),
        ("▁the", 1, 5),
        ("<0x09>", 5, 6),
        ("<0x7E>", 6, 7),
    ]


def test_decomposed_letters_are_two_with_byte_pieces():
    expected = [("▁cat", 0, 3), ("e", 3, 4), ("<0xCC>", 4, 5), ("<0x81>", 4, 5)]
    assert trace(exact(), "cate\u0301") == expected


@pytest.mark.parametrize("make", [small, exact])
def test_ids_pieces_and_spans_belong_together(make):
    tokenizer = make()
    known = vocabulary().with_bytes()
    for text in ("the cat", "Ngọc, the Judge", "  ß 🦊\n", "", "."):
        encoding = tokenizer.trace(text)
        assert list(encoding.ids) == tokenizer.encode(text)
        assert list(encoding.pieces) == [known.piece(n) for n in encoding.ids]
        assert len(encoding.spans) == len(encoding) == tokenizer.count(text)


def test_an_empty_text_has_no_spans():
    for tokenizer in (small(), exact()):
        encoding = tokenizer.trace("")
        assert (list(encoding.ids), list(encoding.spans)) == ([], [])


@pytest.mark.parametrize("seed", range(3))
def test_spans_lie_side_by_side_and_cover_the_text(seed):
    chance = random.Random(seed)
    learnt, pairs = train(["the cat sat, the judge sat; a cat's tale"], size=45)
    tokenizer = Tokenizer(learnt.with_bytes(), pairs)
    alphabet = "the cat sat, judge \t\u0301e한\u1112\u1161ß🦊\ud83e"
    for _ in range(60):
        text = "".join(chance.choices(alphabet, k=chance.randint(1, 14)))
        covered = ""
        last = None
        for piece, start, end in trace(tokenizer, text):
            if (start, end) == last:
                assert piece.startswith("<0x")
                continue
            assert start == len(covered)
            assert last is None or end > start
            if not piece.startswith("<0x"):
                whole = text[start:end].replace(" ", MARK)
                assert whole == (piece if last else piece.removeprefix(MARK))
            covered += text[start:end]
            last = start, end
        assert covered == text
